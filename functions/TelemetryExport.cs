using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace TrainIdentity.Functions;

/// <summary>
/// Traces and metrics by OTLP, where the standard variables name a collector. Logs go the host's way, through the redacted console.
/// The collector is told in the background: one that is away or slow costs what it was to be told, and no request.
/// </summary>
internal static class TelemetryExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetryExport(this IServiceCollection services, Settings settings, IConfiguration configuration)
    {
        if (configuration[Endpoint] is { Length: > 0 })
        {
            Add(services, settings);
        }
    }

    /// <summary>Apart from the question, so that without a collector none of these libraries is even loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(IServiceCollection services, Settings settings) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("train-identity", serviceVersion: ServiceVersion.Text).AddAttributes([new("deployment.environment.name", settings.Environment)]))
        .WithTracing(traces => traces.AddSource(Traces.SourceName, "Microsoft.AspNetCore").AddProcessor(new KnownTagsOnly()).AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter(Telemetry.MeterName, "Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime").AddOtlpExporter());

    /// <summary>Paths, queries, agents and whatever else a library thinks of tomorrow stays here: what leaves is on this list.</summary>
    private sealed class KnownTagsOnly : BaseProcessor<Activity>
    {
        private static readonly FrozenSet<string> Known = new[]
        {
            "http.request.method", "http.route", "http.response.status_code", "error.type", "identity.state", "identity.id", "failure", "hub.call", "webhook",
        }.ToFrozenSet();

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.ToList())
            {
                if (!Known.Contains(name))
                {
                    data.SetTag(name, null);
                }
            }

            // Whatever the caller wrote there. With null, a span says what the span around it says, which ends later.
            data.TraceStateString = "";
        }
    }
}
