using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>
/// The way to servers in memory. An answer comes when it is complete, so streams that never end are none of its business.
/// </summary>
internal sealed class MemoryCalls(params IReadOnlyList<WebApplication> servers) : HttpMessageHandler
{
    private readonly Dictionary<string, MemoryServer> _servers = servers
        .Select(app => (MemoryServer)app.Services.GetRequiredService<IServer>())
        .ToDictionary(server => new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Authority);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!_servers.TryGetValue(request.RequestUri!.Authority, out var server)) throw new HttpRequestException("Nobody listens.");
        using var body = new MemoryStream();
        var sent = await SendBodyAsync(request, body, cancellationToken);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = new MemoryCall(request, body, sent, connection);
        try
        {
            await server.ServeAsync(call.Features);
        }
        catch (Exception e) when (connection.IsCancellationRequested || e is BadHttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("The connection was cut.", e);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (connection.IsCancellationRequested) throw new HttpRequestException("The connection was cut.");
        return await call.AnswerAsync(request);
    }

    private static async Task<bool> SendBodyAsync(HttpRequestMessage request, MemoryStream body, CancellationToken stop)
    {
        if (request.Content is not { } content) return false;
        await content.CopyToAsync(body, stop);
        body.Position = 0;
        return true;
    }
}
