using System.Diagnostics.Metrics;

namespace TrainIdentity;

/// <summary>What can be measured of the service. Tags name kinds and states, never a person, a repo or an id.</summary>
public sealed class Telemetry : IDisposable
{
    public const string MeterName = "TrainIdentity";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _alerts;
    private readonly Counter<long> _moves;

    public Telemetry()
    {
        _alerts = _meter.CreateCounter<long>("trainidentity.alerts", "{alert}", "Things an operator must see.");
        _moves = _meter.CreateCounter<long>("trainidentity.moves", "{move}", "Changes of state of identities.");
    }

    public void Alerted(string kind) => _alerts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Moved(string state) => _moves.Add(1, new KeyValuePair<string, object?>("state", state));

    public void Dispose() => _meter.Dispose();
}
