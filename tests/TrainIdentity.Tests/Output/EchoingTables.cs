using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Output;

/// <summary>The worst storage there could be: it fails, and repeats in its error all that it was told.</summary>
internal sealed class EchoingTables : IAsyncDisposable
{
    private readonly WebApplication _server;

    private EchoingTables(WebApplication server) => _server = server;

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName=echo;AccountKey=ZWNob2luZy1rZXktb2YtYS10YWJsZQ==;TableEndpoint={_server.Urls.Single()}/echo;";

    /// <summary>Addresses asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public static async Task<EchoingTables> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var echo = new EchoingTables(builder.Build());
        echo._server.Run(echo.AnswerAsync);
        await echo._server.StartAsync(ServiceRig.Stop);
        return echo;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var said = $"{context.Request.Method} {context.Request.GetEncodedUrl()} {context.Request.Headers.Authorization} {await reader.ReadToEndAsync(context.RequestAborted)}";
        Asked.Enqueue(Uri.UnescapeDataString(said));
        if (context.Request.Path.Value!.EndsWith("/Tables", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var error = new Dictionary<string, object> { ["odata.error"] = new { code = "NotImplemented", message = new { lang = "en-US", value = said } } };
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers["x-ms-error"] = Uri.EscapeDataString(said[..Math.Min(said.Length, 400)]);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(error), context.RequestAborted);
    }
}
