using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Shows the fault of its wire as <see cref="SocketsHttpHandler"/> would show it.</summary>
internal sealed class WireFaults(Wire wire) : DelegatingHandler
{
    /// <summary>As the service sets it on its own handlers.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = WireCalls.Of(request.Method, request.RequestUri!);
        var met = wire.Meet(request, call, await WhatAsync(request, call, cancellationToken));
        try
        {
            return met.Fault is null ? await base.SendAsync(request, cancellationToken) : await StrikeAsync(met, request, cancellationToken);
        }
        finally
        {
            met.Ended = wire.Clock.GetUtcNow();
        }
    }

    /// <summary>All tries of one call have the same path and, where that names no object, the same body.</summary>
    private static async Task<string> WhatAsync(HttpRequestMessage request, WireCall? call, CancellationToken stop) =>
        call is WireCall.Verify
            ? Convert.ToHexString(SHA256.HashData(await request.Content!.ReadAsByteArrayAsync(stop)))
            : request.RequestUri!.AbsolutePath;

    private async Task<HttpResponseMessage> StrikeAsync(WireRequest met, HttpRequestMessage request, CancellationToken stop)
    {
        var (fault, call) = (met.Fault!.Value, met.Call!.Value);
        switch (fault)
        {
            case WireFault.DnsFails:
                throw new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known", new SocketException((int)SocketError.HostNotFound));
            case WireFault.ConnectionRefused:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused));
            case WireFault.TlsFails:
                throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The SSL connection could not be established.", new AuthenticationException());
            case WireFault.ConnectTimesOut:
                await Task.Delay(ConnectTimeout, wire.Clock, stop);
                throw new TaskCanceledException("The connection could not be established in time.", new TimeoutException());
            case WireFault.HeadersNeverCome:
                await MaybeAsync(request, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, wire.Clock, stop);
                throw new InvalidOperationException("A wait without end ended.");
            case WireFault.ResetBeforeHeaders:
                await MaybeAsync(request, stop);
                throw new HttpRequestException("An error occurred while sending the request.",
                    new IOException("Connection reset by peer.", new SocketException((int)SocketError.ConnectionReset)));
            case WireFault.ResetInBody or WireFault.EndInBody or WireFault.StallInBody:
                return await BrokenAsync(met, request, stop);
            case WireFault.GatewayTimeoutAfterEffect504:
                await DoAsync(request, stop);
                return WireAnswers.For(fault, call, wire.Clock.GetUtcNow());
            case WireFault.Junk200:
                await MaybeAsync(request, stop);
                return WireAnswers.Junk(wire.Strike!.Shape);
            case WireFault.Lie200:
                return await LieAsync(call, request, stop);
            default:
                return WireAnswers.For(fault, call, wire.Clock.GetUtcNow());
        }
    }

    private Task MaybeAsync(HttpRequestMessage request, CancellationToken stop) => wire.Strike!.AfterEffect ? DoAsync(request, stop) : Task.CompletedTask;

    private async Task DoAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using var unseen = await base.SendAsync(request, stop);
        _ = await unseen.Content.ReadAsByteArrayAsync(stop);
    }

    private async Task<HttpResponseMessage> BrokenAsync(WireRequest met, HttpRequestMessage request, CancellationToken stop)
    {
        var answer = await base.SendAsync(request, stop);
        var whole = await answer.Content.ReadAsByteArrayAsync(stop);
        answer.Content = WireBody.Content(whole is { Length: > 1 } ? whole : "{}"u8.ToArray(), met, wire.Clock);
        return answer;
    }

    private async Task<HttpResponseMessage> LieAsync(WireCall call, HttpRequestMessage request, CancellationToken stop)
    {
        if (WireLies.IsOmission(call))
        {
            return WireAnswers.Json(new JsonObject());
        }

        var answer = await base.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode)
        {
            return answer;
        }
        using (answer)
        {
            var truth = JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(stop))!;
            return WireAnswers.Json(WireLies.About(call, truth, wire.Strike!.Shape));
        }
    }
}
