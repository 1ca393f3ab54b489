using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.HubEmulator;

/// <summary>One delivery as it arrived.</summary>
internal sealed record Delivery(string Id, string? Secret, JsonNode Body)
{
    public string What => $"{Body["event"]!["scope"]} {Body["event"]!["action"]}";
}

/// <summary>An endpoint for webhooks that answers as told and keeps what it got.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Queue<int> _answers;
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();

    private Receiver(WebApplication app, int[] answers) => (_app, _answers) = (app, new(answers));

    public Uri Url => new($"{_app.Urls.Single()}/hook");

    /// <param name="answers">Statuses for the first deliveries; 200 afterwards.</param>
    public static async Task<Receiver> StartAsync(params int[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build(), answers);
        _ = receiver._app.MapPost("/hook", receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public Task<Delivery> NextAsync() => _deliveries.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public async Task<IReadOnlyList<Delivery>> NextAsync(int count)
    {
        var deliveries = new List<Delivery>();
        while (deliveries.Count < count) deliveries.Add(await NextAsync());
        return deliveries;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
        var headers = http.Request.Headers;
        lock (_answers) http.Response.StatusCode = _answers.TryDequeue(out var status) ? status : 200;
        await _deliveries.Writer.WriteAsync(new(headers["Webhook-Id"].ToString(), headers["X-Webhook-Secret"], body), http.RequestAborted);
    }
}
