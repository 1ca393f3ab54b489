using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.Output;

/// <summary>Receives traces and metrics by OTLP over HTTP and keeps every byte of them.</summary>
internal sealed class LoopbackCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];

    private LoopbackCollector(WebApplication app) => _app = app;

    /// <summary>What switches a service's export on, and makes it tell soon.</summary>
    public Dictionary<string, string?> Settings => SettingsOf(_app.Urls.First());

    public IReadOnlyList<OtlpSpan> Spans => [.. _received.Where(one => one.Path.EndsWith("/traces", StringComparison.Ordinal)).SelectMany(one => OtlpSpan.Read(one.Body))];

    /// <summary>All that came, byte by byte as characters.</summary>
    public IReadOnlyList<string> Texts => [.. _received.SelectMany(one => (string[])[Encoding.Latin1.GetString(one.Body), Encoding.UTF8.GetString(one.Body)])];

    public bool HasMetric(string name) => _received.Any(one => one.Path.EndsWith("/metrics", StringComparison.Ordinal) && Encoding.Latin1.GetString(one.Body).Contains(name, StringComparison.Ordinal));

    public static Dictionary<string, string?> SettingsOf(string address) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",

        // Whatever hosts between a caller and the service decide about their own spans.
        ["OTEL_TRACES_SAMPLER"] = "always_on",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<LoopbackCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var collector = new LoopbackCollector(app);
        app.MapPost("/v1/{kind}", collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path.Value!, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
