namespace TrainIdentity.Auth;

public enum IssuerKind { Oidc, Supabase }

public sealed class IssuerOptions
{
    /// <summary>Compared to <c>iss</c> character by character; discovery is read below it.</summary>
    public string Issuer { get; set; } = "";

    public string Audience { get; set; } = "";

    /// <summary><c>RS256</c> or <c>ES256</c>: one issuer signs with one algorithm.</summary>
    public string Algorithm { get; set; } = "RS256";

    public IssuerKind Kind { get; set; } = IssuerKind.Oidc;
}

public sealed class AuthOptions
{
    /// <summary>The first is the primary issuer: its subjects name partitions as they are.</summary>
    public List<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>Applied to <c>exp</c>, <c>nbf</c> and <c>iat</c>.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Longer tokens are refused unread.</summary>
    public int MaxTokenChars { get; set; } = 8192;

    /// <summary>A known key set is read again after this time.</summary>
    public TimeSpan KeysRefreshAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>With the issuer away, its last known keys serve this long.</summary>
    public TimeSpan KeysUsableFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Least time between two reads, whatever key ids callers name.</summary>
    public TimeSpan KeysRefreshEvery { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan KeysTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Sentences for what would make every token fail, or be accepted from a place it should not.</summary>
    public IEnumerable<string> Faults(bool local)
    {
        if (Issuers.DistinctBy(issuer => issuer.Issuer).Count() < Issuers.Count)
        {
            yield return "Every Auth issuer may be configured once.";
        }
        foreach (var issuer in Issuers)
        {
            if (!Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var uri))
            {
                yield return $"Auth issuer '{issuer.Issuer}' is not an absolute address.";
            }
            else if (uri.Scheme != Uri.UriSchemeHttps && !(local && uri.IsLoopback))
            {
                yield return $"Auth issuer '{issuer.Issuer}' must use https.";
            }
            if (issuer.Audience.Length == 0)
            {
                yield return $"Auth issuer '{issuer.Issuer}' needs an audience.";
            }
            if (issuer.Algorithm is not ("RS256" or "ES256"))
            {
                yield return $"Auth issuer '{issuer.Issuer}' must sign with RS256 or ES256.";
            }
        }
    }
}
