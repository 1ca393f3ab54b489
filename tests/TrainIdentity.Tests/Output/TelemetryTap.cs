using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace TrainIdentity.Tests.Output;

/// <summary>
/// Writes down what a collector inside the service would be told: every span of every library with all that is on it, and every
/// measurement with its tags. It is put into the service's process by a startup hook, so the service knows nothing of it.
/// </summary>
internal sealed class TelemetryTap : IDisposable
{
    /// <summary>On a span and a measurement of the tap's own, in each place where something could stand.</summary>
    private const string Control = "canary-of-the-tap";

    private const string Variable = "TRAINIDENTITY_TESTS_TAP";

    private static readonly string[] Places = ["source", "name", "display", "tag", "event", "eventtag", "status", "baggage", "state", "linktag", "instrument", "measuretag"];

    // They live as long as the process.
    private static StreamWriter? _told;
    private static ActivityListener? _spans;
    private static MeterListener? _meters;
    private static Timer? _looks;

    private readonly string _file = Path.GetTempFileName();

    public IEnumerable<KeyValuePair<string, string?>> Settings => [new("DOTNET_STARTUP_HOOKS", typeof(TelemetryTap).Assembly.Location), new(Variable, _file)];

    /// <summary>All that was told so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            using var reader = new StreamReader(new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>The tap sees what stands in any of the places.</summary>
    public void AssertWorks() => Assert.All(Places, place => Assert.Contains(Lines, line => line.Contains($"{Control}-{place}", StringComparison.Ordinal)));

    public void Dispose() => File.Delete(_file);

    /// <summary>In the process of the service.</summary>
    public static void Open()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } file)
        {
            return;
        }

        _told = new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        _spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = span => Tell($"started {span.Source.Name} {span.OperationName} {span.DisplayName}"),
            ActivityStopped = span => Tell(Text(span)),
        };
        ActivitySource.AddActivityListener(_spans);
        _meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _meters.Start();
        _looks = new Timer(_ => _meters.RecordObservableInstruments(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        ShowControl();
    }

    private static void Listen<T>()
        where T : struct => _meters!.SetMeasurementEventCallback<T>((instrument, value, tags, _) =>
            Tell(string.Create(CultureInfo.InvariantCulture, $"measured {instrument.Meter.Name} {instrument.Name} {value} {Text(tags.ToArray())} {Text(instrument.Tags)} {Text(instrument.Meter.Tags)}")));

    private static string Text(Activity span) => string.Join(' ', (string?[])
    [
        "span", span.Source.Name, span.OperationName, span.DisplayName, span.Status.ToString(), span.StatusDescription, span.TraceStateString, Text(span.TagObjects),
        .. span.Events.Select(one => $"{one.Name} {Text(one.Tags)}"), .. span.Links.Select(link => Text(link.Tags ?? [])), .. span.Baggage.Select(one => $"{one.Key}={one.Value}"),
    ]);

    private static string Text(IEnumerable<KeyValuePair<string, object?>>? tags) => string.Join(' ', (tags ?? []).Select(tag => $"{tag.Key}={tag.Value}"));

    private static void Tell(string line)
    {
        lock (_told!)
        {
            _told.Write(line.ReplaceLineEndings(" ") + "\n");
        }
    }

    private static void ShowControl()
    {
        using (var source = new ActivitySource($"{Control}-source"))
        using (var span = source.StartActivity(ActivityKind.Internal, links: [new ActivityLink(default, new() { ["x"] = $"{Control}-linktag" })], name: $"{Control}-name"))
        {
            span!.DisplayName = $"{Control}-display";
            span.TraceStateString = $"{Control}-state";
            span.SetTag("x", $"{Control}-tag").AddBaggage("x", $"{Control}-baggage").SetStatus(ActivityStatusCode.Error, $"{Control}-status")
                .AddEvent(new ActivityEvent($"{Control}-event", tags: new() { ["x"] = $"{Control}-eventtag" }));
        }
        using var meter = new Meter("control");
        meter.CreateCounter<int>($"{Control}-instrument").Add(1, new KeyValuePair<string, object?>("x", $"{Control}-measuretag"));
    }
}
