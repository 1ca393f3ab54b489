namespace TrainIdentity.Hub;

public sealed class HubOptions
{
    public Uri Endpoint { get; set; } = new("https://huggingface.co");

    /// <summary>Where repos are made and jobs run; unset, the token owner's own namespace.</summary>
    public string? Namespace { get; set; }

    public string UserAgent { get; set; } = "train-identity/1.0; dotnet/10.0";

    /// <summary>whoami has a strict limit of its own (hub-docs, rate limits), so its answer is kept this long.</summary>
    public TimeSpan WhoAmIKept { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What the account may ask in five minutes; 1000 is a free one's (hub-docs, rate limits).</summary>
    public int CallsPerFiveMinutes { get; set; } = 1000;

    /// <summary>Photos on their way to storage at once.</summary>
    public int ParallelUploads { get; set; } = 4;

    /// <summary>Where bytes may be sent and fetched besides the endpoint itself: what the Hub names in <c>/.well-known/meta.json</c> and its upload bucket.</summary>
    public List<string> StorageHosts { get; set; } = ["*.hf.co", "hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com"];

    /// <summary>Whether a repo's name tells whose it is.</summary>
    public RepoNaming RepoNaming { get; set; } = RepoNaming.Slug;

    /// <summary>JSON answers beyond this are refused unread.</summary>
    public int MaxAnswerBytes { get; set; } = 4 << 20;

    /// <summary>Parts of one object on their way at once.</summary>
    public int ParallelParts { get; set; } = 4;

    /// <summary>PUTs at once of the whole process, as long as each of them is over within its turn.</summary>
    public int ParallelPuts { get; set; } = 2;

    /// <summary>After this a PUT lets the next one begin beside it.</summary>
    public TimeSpan PutTurn { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A PUT during which storage takes nothing for this long is tried again.</summary>
    public TimeSpan StorageStall { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Storage puts large objects together before it answers a completion.</summary>
    public TimeSpan CompletionTime { get; set; } = TimeSpan.FromSeconds(60);

    public IEnumerable<string> Faults(bool local) => new SettingBounds("Hub")
        .When(!Endpoint.IsAbsoluteUri || (Endpoint.Scheme != Uri.UriSchemeHttps && !(local && Endpoint.IsLoopback)), "Hub__Endpoint must use https.")
        .When(Namespace is { Length: > 0 } name && !RepoId.IsLegal(name), "Hub__Namespace must be the name of a user or an organisation on the Hub.")
        .When(UserAgent.Length is 0 || UserAgent.Any(c => c is < ' ' or > '~'), "Hub__UserAgent must be plain text.")
        .When(!StorageHosts.All(HostPatterns.IsNarrow), "Hub__StorageHosts must be hosts, as in cdn.example or *.cdn.example.")
        .Of(WhoAmIKept, TimeSpan.Zero, TimeSpan.FromDays(1))
        .Of(CallsPerFiveMinutes, 10, 1_000_000)
        .Of(ParallelUploads, 1, 64)
        .Of(ParallelParts, 1, 64)
        .Of(ParallelPuts, 1, 256)
        .Of(PutTurn, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10))
        .Of(MaxAnswerBytes, 64 << 10, 256 << 20)
        .Of(StorageStall, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))
        .Of(CompletionTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))
        .Faults;

    public bool IsStorage(string host) => HostPatterns.Match(StorageHosts, host);
}

public enum RepoNaming
{
    /// <summary><c>identity-{slug}-{milliseconds}</c>, as the original named them.</summary>
    Slug,

    /// <summary><c>identity-{id}</c>; neither name nor user is in the repo at all.</summary>
    Opaque,
}
