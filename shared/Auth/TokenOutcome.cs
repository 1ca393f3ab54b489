using System.Diagnostics.CodeAnalysis;

namespace TrainIdentity.Auth;

public enum TokenRefusal
{
    Missing,
    Invalid,
    Expired,
    NotYetValid,

    /// <summary>A genuine token of somebody who is not a signed-in person.</summary>
    RoleNotAllowed,

    /// <summary>Nothing can be said about the token because its issuer cannot be asked.</summary>
    IssuerUnavailable,
}

public readonly record struct TokenOutcome
{
    private TokenOutcome(Caller? caller, TokenRefusal refusal) => (Caller, Refusal) = (caller, refusal);

    [MemberNotNullWhen(true, nameof(Caller))]
    public bool Accepted => Caller is not null;

    public Caller? Caller { get; }

    public TokenRefusal Refusal { get; }

    internal static TokenOutcome Accept(Caller caller) => new(caller, default);

    internal static TokenOutcome Refuse(TokenRefusal refusal) => new(null, refusal);
}
