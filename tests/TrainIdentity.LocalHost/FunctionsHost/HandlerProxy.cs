using Yarp.ReverseProxy.Forwarder;

namespace TrainIdentity.LocalHost;

/// <summary>Carries one HTTP call to the handler and its answer back, both as streams.</summary>
internal sealed class HandlerProxy : IDisposable
{
    public const long DefaultBodyLimitBytes = 104_857_600;

    private static readonly ForwarderRequestConfig Forwarding = new()
    {
        Version = System.Net.HttpVersion.Version11,
        ActivityTimeout = TimeSpan.FromSeconds(240),
    };

    private readonly SupervisedHandler _handler;
    private readonly IHttpForwarder _forwarder;
    private readonly HttpMessageInvoker _invoker;
    private readonly HostHeaders _headers = new();
    private readonly long _bodyLimitBytes;
    private readonly TimeSpan _functionTimeout;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;

    public HandlerProxy(
        SupervisedHandler handler, IHttpForwarder forwarder, long bodyLimitBytes, TimeSpan functionTimeout, FunctionsHostOptions options)
    {
        (_handler, _forwarder, _bodyLimitBytes, _functionTimeout) = (handler, forwarder, bodyLimitBytes, functionTimeout);
        (_clock, _log) = (options.Clock, options.Log);
        _invoker = new HttpMessageInvoker(new ReplayHandler(handler, _clock, new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        }));
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.ContentLength > _bodyLimitBytes)
        {
            Fail(context);
            return;
        }

        using var late = new CancellationTokenSource(_functionTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var answered = await ForwardAsync(context, either.Token);
        if (late.IsCancellationRequested) _handler.KillForTimeout();
        if (!answered) Fail(context);
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<bool> ForwardAsync(HttpContext context, CancellationToken stop)
    {
        try
        {
            await _handler.WaitUntilReadyAsync(stop);
            context.Request.Body = new CountedBody(context.Request.Body, _bodyLimitBytes);
            var error = await _forwarder.SendAsync(context, _handler.Url.Text(), _invoker, Forwarding, _headers, stop);
            if (error is ForwarderError.None) return true;
            Report(context, context.GetForwarderErrorFeature()?.Exception);
            return false;
        }
        catch (Exception reason) when (reason is LocalHostException or OperationCanceledException)
        {
            Report(context, reason);
            return false;
        }
    }

    private void Report(HttpContext context, Exception? reason) =>
        _log($"{context.Request.Method} {context.Request.Path} did not get through: {reason?.GetBaseException().Message}");

    // Whatever went wrong between host and handler, the real host's caller sees a 500 with nothing in it.
    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted) return;
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }
}
