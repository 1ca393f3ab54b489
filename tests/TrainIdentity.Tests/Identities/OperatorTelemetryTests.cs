using System.Diagnostics.Metrics;

namespace TrainIdentity.Tests.Identities;

/// <summary>What a listener of our meter gets to see.</summary>
public sealed class OperatorTelemetryTests
{
    [Fact]
    public void Gauges_say_nothing_before_something_is_known()
    {
        using var telemetry = new Telemetry();

        Assert.Empty(Observed(telemetry));
    }

    [Fact]
    public void Gauges_tell_what_was_seen_last()
    {
        using var telemetry = new Telemetry();
        telemetry.BacklogSeen(3, TimeSpan.FromSeconds(90));
        telemetry.Counted(12, TimeSpan.FromMinutes(5), 2);
        telemetry.Audited(500);
        telemetry.Audited(7);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["trainidentity.backlog.items"] = 3,
                ["trainidentity.backlog.age"] = 90,
                ["trainidentity.unfinished.age"] = 300,
                ["trainidentity.identities"] = 12,
                ["trainidentity.erasures.slow"] = 2,
                ["trainidentity.orphans"] = 7,
            },
            Observed(telemetry));
    }

    [Fact]
    public void Counters_carry_what_was_counted_in_their_tag()
    {
        using var telemetry = new Telemetry();
        var counted = new List<string>();
        using var listener = Listener(telemetry);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}".TrimEnd()));

        telemetry.Alerted("Orphan");
        telemetry.Moved("Training");
        telemetry.Launched();
        telemetry.WebhookReceived("unknown");
        telemetry.CallerRefused("user_mismatch");

        Assert.Equal(["trainidentity.alerts 1 kind=Orphan", "trainidentity.moves 1 state=Training", "trainidentity.launches 1", "trainidentity.webhooks 1 outcome=unknown", "trainidentity.refusals 1 code=user_mismatch"], counted);
    }

    internal static Dictionary<string, double> Observed(Telemetry telemetry)
    {
        var seen = new Dictionary<string, double>();
        using var listener = Listener(telemetry);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.RecordObservableInstruments();
        return seen;
    }

    /// <summary>Other tests have meters of the same name at the same time.</summary>
    private static MeterListener Listener(Telemetry telemetry)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, telemetry))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.Start();
        return listener;
    }
}
