namespace TrainIdentity.Auth;

public sealed class AuthOptions
{
    /// <summary>The first is the primary issuer: its subjects name partitions as they are.</summary>
    public List<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>Applied to <c>exp</c>, <c>nbf</c> and <c>iat</c>.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Longer tokens are refused unread.</summary>
    public int MaxTokenChars { get; set; } = 8192;

    /// <summary>A known key set is read again after this time, behind the back of whoever asks.</summary>
    public TimeSpan KeysRefreshAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>With the issuer away, its last known keys serve this long.</summary>
    public TimeSpan KeysUsableFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Least time between two reads, whatever key ids callers name.</summary>
    public TimeSpan KeysRefreshEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For the discovery document and the key set together.</summary>
    public TimeSpan KeysTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Of the discovery document, and of the key set; a longer one counts as no answer.</summary>
    public int MaxDocumentBytes { get; set; } = 256 * 1024;

    /// <summary>Sentences for what would make every token fail, or be accepted from a place it should not.</summary>
    public IEnumerable<string> Faults(bool local)
    {
        if (Issuers.DistinctBy(issuer => issuer.Issuer).Count() < Issuers.Count)
        {
            yield return "Every Auth issuer may be configured once.";
        }
        foreach (var fault in Issuers.SelectMany(issuer => issuer.Faults(local)).Concat(new SettingBounds("Auth")
            .Of(ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Of(MaxLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30))
            .Of(MaxTokenChars, 256, 64 << 10)
            .Of(KeysRefreshAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            .Of(KeysUsableFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
            .Of(KeysRefreshEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
            .Of(KeysTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1))
            .Of(MaxDocumentBytes, 1024, 16 << 20)
            .When(KeysUsableFor < KeysRefreshAfter, "Auth__KeysUsableFor must be no shorter than Auth__KeysRefreshAfter.")
            .Faults))
        {
            yield return fault;
        }
    }
}
