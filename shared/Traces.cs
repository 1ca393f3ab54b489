using System.Diagnostics;

namespace TrainIdentity;

/// <summary>
/// Spans of our own. A training takes hours and many processes; the record carries the span of the request that accepted it, and
/// whoever works on the record later goes on in that trace. Without a collector none of them is ever made.
/// </summary>
public static class Traces
{
    public const string SourceName = "TrainIdentity";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>What a record remembers of the present request. Only this form can hold nothing that a client wrote.</summary>
    public static string? Here => Activity.Current is { IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <param name="name">One of a few fixed words.</param>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>In the trace of the record; what is under way here, such as a webhook's request or a tick, is linked.</summary>
    /// <param name="traceParent">Null for a record that remembers none.</param>
    public static Activity? Start(string name, string? traceParent)
    {
        var here = Activity.Current;
        return ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) && parent.TraceId != here?.TraceId
            ? Source.StartActivity(name, ActivityKind.Internal, parent, links: here is null ? null : [new ActivityLink(here.Context)])
            : Source.StartActivity(name);
    }
}
