using System.Diagnostics.Metrics;

namespace TrainIdentity;

/// <summary>What can be measured of the service. Tags name kinds and states, never a person, a repo or an id.</summary>
public sealed class Telemetry : IDisposable
{
    public const string MeterName = "TrainIdentity";

    private readonly Meter _meter;
    private readonly Counter<long> _alerts;
    private readonly Counter<long> _moves;
    private readonly Counter<long> _launches;
    private readonly Counter<double> _spent;
    private readonly Counter<long> _links;
    private readonly Counter<long> _webhooks;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _problems;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _secrets;
    private readonly Histogram<long> _photos;
    private readonly Histogram<double> _initiation;
    private readonly Histogram<double> _training;
    private readonly Histogram<double> _hub;

    // Gauges say nothing before they know something.
    private volatile Work? _work;
    private volatile Stock? _stock;
    private volatile Finds? _finds;
    private volatile Holdings? _holdings;

    public Telemetry()
    {
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _alerts = _meter.CreateCounter<long>("trainidentity.alerts", "{alert}", "Things an operator must see.");
        _moves = _meter.CreateCounter<long>("trainidentity.moves", "{move}", "Changes of state of identities.");
        _launches = _meter.CreateCounter<long>("trainidentity.launches", "{launch}", "Training jobs started.");
        _spent = _meter.CreateCounter<double>("trainidentity.spent", "{USD}", "What trainings have cost, by how they ended.");
        _links = _meter.CreateCounter<long>("trainidentity.links", "{link}", "Links to weights that owners were given.");
        _webhooks = _meter.CreateCounter<long>("trainidentity.webhooks", "{delivery}", "Webhook deliveries, by what became of them.");
        _refusals = _meter.CreateCounter<long>("trainidentity.refusals", "{request}", "Requests of callers who were not believed or not allowed, by code.");
        _problems = _meter.CreateCounter<long>("trainidentity.problems", "{request}", "Requests that were refused or failed, by code.");
        _failures = _meter.CreateCounter<long>("trainidentity.failures", "{identity}", "Uploads and trainings that failed, by code.");
        _secrets = _meter.CreateCounter<long>("trainidentity.secrets.reads", "{read}", "Readings of the secret store, by what came of them.");
        _photos = _meter.CreateHistogram<long>("trainidentity.photos", "{photo}", "Photos of an identity.");
        _initiation = _meter.CreateHistogram<double>("trainidentity.initiation.duration", "s", "From the request for a training to its job.");
        _training = _meter.CreateHistogram<double>("trainidentity.training.duration", "s", "From the launch of a training to its verified weights.");
        _hub = _meter.CreateHistogram<double>("trainidentity.hub.duration", "s", "Single calls to the Hub, by call and outcome.");
        _meter.CreateObservableGauge("trainidentity.users", () => Of(_holdings, held => held.Users), "{user}", "People with an identity on the Hub.");
        _meter.CreateObservableGauge("trainidentity.stored.photos", () => Of(_holdings, held => held.Photos), "{photo}", "Photos of all identities on the Hub.");
        _meter.CreateObservableGauge("trainidentity.stored.bytes", () => Of(_holdings, held => held.Bytes), "By", "Bytes of these photos.");
        _meter.CreateObservableGauge("trainidentity.backlog.items", () => Of(_work, work => (long)work.Items), "{item}", "Work items due, as far as one round reads them.");
        _meter.CreateObservableGauge("trainidentity.backlog.age", () => Of(_work, work => work.Oldest.TotalSeconds), "s", "For how long the oldest of them has been due.");
        _meter.CreateObservableGauge("trainidentity.unfinished.age", () => Of(_stock, stock => stock.Unfinished.TotalSeconds), "s", "Age of the oldest identity that is still on its way.");
        _meter.CreateObservableGauge("trainidentity.identities", () => Of(_stock, stock => stock.Live), "{identity}", "Identities with something on the Hub.");
        _meter.CreateObservableGauge("trainidentity.erasures.slow", () => Of(_stock, stock => stock.SlowErasures), "{identity}", "Erasures older than a day.");
        _meter.CreateObservableGauge("trainidentity.orphans", () => Of(_finds, finds => finds.Orphans), "{repo}", "Repos named as ours that no record claims.");
    }

    public void Alerted(string kind) => _alerts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Moved(string state) => _moves.Add(1, new KeyValuePair<string, object?>("state", state));

    public void Launched() => _launches.Add(1);

    /// <param name="state">In which the training left its identity.</param>
    public void Spent(decimal usd, string state) => _spent.Add((double)usd, new KeyValuePair<string, object?>("state", state));

    public void LinkGiven() => _links.Add(1);

    /// <param name="outcome">One of a few fixed words.</param>
    public void WebhookReceived(string outcome) => _webhooks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="code">Of the problem that was answered.</param>
    public void CallerRefused(string code) => _refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <param name="code">Of the problem that was answered.</param>
    public void ProblemAnswered(string code) => _problems.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Failed(string code) => _failures.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <param name="outcome">One of a few fixed words.</param>
    public void SecretsRead(string outcome) => _secrets.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void PhotosCommitted(int count) => _photos.Record(count);

    public void Initiated(TimeSpan took) => _initiation.Record(took.TotalSeconds);

    public void Trained(TimeSpan took) => _training.Record(took.TotalSeconds);

    /// <param name="call">Our own name of it.</param>
    /// <param name="outcome"><c>ok</c> or the kind of fault.</param>
    public void HubAnswered(string call, string outcome, TimeSpan took) =>
        _hub.Record(took.TotalSeconds, new KeyValuePair<string, object?>("call", call), new KeyValuePair<string, object?>("outcome", outcome));

    public void Held(long users, long photos, long bytes) => _holdings = new Holdings(users, photos, bytes);

    public void BacklogSeen(int items, TimeSpan oldest) => _work = new Work(items, oldest);

    public void Counted(long live, TimeSpan unfinished, long slowErasures) => _stock = new Stock(live, unfinished, slowErasures);

    public void Audited(long orphans) => _finds = new Finds(orphans);

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<T>> Of<TSeen, T>(TSeen? seen, Func<TSeen, T> value)
        where TSeen : class
        where T : struct => seen is null ? [] : [new Measurement<T>(value(seen))];

    private sealed record Work(int Items, TimeSpan Oldest);

    private sealed record Stock(long Live, TimeSpan Unfinished, long SlowErasures);

    private sealed record Finds(long Orphans);

    private sealed record Holdings(long Users, long Photos, long Bytes);
}
