namespace TrainIdentity.Hub;

/// <summary>The Hub as this service uses it. Two HTTP clients: one with the token, for the Hub alone, and one that never had it, for storage.</summary>
/// <param name="http">Neither follows redirects.</param>
/// <param name="telemetry">Null where nobody measures.</param>
public sealed class HubClient(HttpClient http, HttpClient storage, HubOptions options, bool local, HubToken token, TimeProvider clock, Telemetry? telemetry = null)
{
    private readonly HubHttp _http = new(http, options, token, clock, telemetry);
    private readonly LfsStorage _storage = new(storage, options, local, clock);

    /// <summary>With a token that has no source to be renewed from.</summary>
    public HubClient(HttpClient http, HttpClient storage, HubOptions options, bool local, Func<CancellationToken, ValueTask<string>> token, TimeProvider clock)
        : this(http, storage, options, local, new HubToken(token, token), clock)
    {
    }

    public RepoNaming RepoNaming => options.RepoNaming;

    public Uri Endpoint => options.Endpoint;

    public HubPace Pace => _http.Pace;

    /// <summary>Where a person looks at a repo.</summary>
    public string WebAddress(RepoId repo) => new Uri(options.Endpoint, repo.ToString()).AbsoluteUri;

    public HubAccount Account => field ??= new HubAccount(_http);

    public HubRepos Repos => field ??= new HubRepos(_http);

    public HubFiles Files => field ??= new HubFiles(_http, storage, local);

    public LfsObjects Lfs => field ??= new LfsObjects(_http, _storage);

    public HubCommits Commits => field ??= new HubCommits(_http, Files, Lfs);

    public HubHistory History => field ??= new HubHistory(_http);

    public HubJobLogs Logs => field ??= new HubJobLogs(_http, Jobs);

    public HubWebhooks Webhooks => field ??= new HubWebhooks(_http);

    public HubJobs Jobs => field ??= new HubJobs(_http);
}
