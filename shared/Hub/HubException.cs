using System.Net;

namespace TrainIdentity.Hub;

public enum HubFault
{
    /// <summary>Network trouble, 408 or 5xx: trying later may help.</summary>
    Unavailable,

    RateLimited,

    /// <summary>The token itself is refused, or may not do this.</summary>
    Auth,

    /// <summary>402, or a storage or compute quota.</summary>
    Quota,

    /// <summary>An answer that is not what the protocol promises.</summary>
    BadResponse,

    /// <summary>Any other 4xx.</summary>
    Refused,

    /// <summary>The Hub says that the repository does not exist, or not for this token.</summary>
    RepoMissing,
}

/// <summary>
/// One shape for everything that goes wrong with the Hub. The message, which is logged, holds no token, no address and none
/// of the Hub's own words: those may name a repo, and with it a person.
/// </summary>
public sealed class HubException : Exception
{
    private const int MaxWordsChars = 300;

    public HubException(HubFault fault, string call, string words, Exception? cause = null)
        : base(null, cause) => (Fault, Call, Words) = (fault, call, Cap(words));

    public override string Message => $"Hub {Call}: {Fault} {(int?)Status} {ErrorCode} {RequestId}".TrimEnd();

    public HubFault Fault { get; }

    /// <summary>The kind of call, such as <c>commit</c>.</summary>
    public string Call { get; }

    /// <summary>The Hub's own words or ours, one line, at most 300 characters. Never logged and never shown to a user.</summary>
    public string Words { get; }

    public HttpStatusCode? Status { get; init; }

    /// <summary>The Hub's <c>X-Error-Code</c>.</summary>
    public string? ErrorCode { get; init; }

    public string? RequestId { get; init; }

    /// <summary>How long the Hub asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the call may have taken effect although no answer says so.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>True when the same call may work later without anybody changing anything.</summary>
    public bool Transient => Fault is HubFault.Unavailable or HubFault.RateLimited or HubFault.BadResponse or HubFault.Auth or HubFault.RepoMissing;

    /// <summary>The token counts for nothing at all; a 403 says only that it may not do this one thing.</summary>
    public bool TokenRefused => Fault is HubFault.Auth && Status is not HttpStatusCode.Forbidden;

    private static string Cap(string words)
    {
        var line = words.ReplaceLineEndings(" ");
        return line.Length <= MaxWordsChars ? line : line[..MaxWordsChars];
    }
}
