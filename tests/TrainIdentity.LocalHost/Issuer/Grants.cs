using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.LocalHost;

/// <summary>Somebody who has signed in, for an app that will ask for tokens.</summary>
internal sealed record Grant(string Subject, string Name, SignInRequest Request, DateTimeOffset At);

/// <summary>Codes and refresh tokens that were given out. Each is good once.</summary>
internal sealed class Grants(TimeProvider clock)
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grant> _codes = [];
    private readonly Dictionary<string, Grant> _refreshTokens = [];

    public string Code(string subject, string name, SignInRequest request) => Give(_codes, new Grant(subject, name, request, clock.GetUtcNow()));

    public string RefreshToken(Grant grant) => Give(_refreshTokens, grant);

    public Grant? TakeCode(string? code) => Take(_codes, code) is { } grant && clock.GetUtcNow() - grant.At < CodeLifetime ? grant : null;

    public Grant? TakeRefreshToken(string? token) => Take(_refreshTokens, token);

    private string Give(Dictionary<string, Grant> given, Grant grant)
    {
        var name = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        lock (_lock) given[name] = grant;
        return name;
    }

    private Grant? Take(Dictionary<string, Grant> given, string? name)
    {
        lock (_lock) return name is not null && given.Remove(name, out var grant) ? grant : null;
    }
}
