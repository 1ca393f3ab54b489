using Microsoft.AspNetCore.Cors.Infrastructure;
using Yarp.ReverseProxy.Forwarder;

namespace TrainIdentity.LocalHost;

/// <summary>
/// A stand-in for the Azure Functions host in front of a custom handler: routes, headers, replays, limits, timers and
/// restarts as the real one has them. It streams request bodies, where the real one buffers those of known length.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly FunctionsApp _app;
    private readonly FunctionsHostOptions _options;
    private readonly WebApplication _server;
    private readonly SupervisedHandler _handler;
    private readonly HandlerProxy _proxy;
    private readonly TimerInvocation _invocation;
    private readonly TimerTrigger[] _timers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _ticking;

    private FunctionsHost(FunctionsApp app, FunctionsHostOptions options, WebApplication server)
    {
        (_app, _options, _server, Url) = (app, options, server, LoopbackServer.Address(server));
        var port = FreePort.Next();
        var launch = new HandlerLaunch(app.Host, options, port, Url);
        var functionTimeout = options.FunctionTimeout ?? app.Host.FunctionTimeout;
        _handler = new SupervisedHandler(
            new Uri($"http://127.0.0.1:{port}"), launch, options.InitializationTimeout ?? app.Host.InitializationTimeout, options);
        _proxy = new HandlerProxy(
            _handler, server.Services.GetRequiredService<IHttpForwarder>(), BodyLimit(launch), functionTimeout, options);
        _invocation = new TimerInvocation(_handler, functionTimeout, options.Clock);
        _timers = [.. app.Timers.Select(timer => new TimerTrigger(timer, _invocation, launch.Expand(timer.Schedule), options))];
        _ticking = Task.WhenAll(_timers.Select(timer => timer.RunAsync(_stop.Token)));
    }

    public Uri Url { get; }

    public Uri Handler => _handler.Url;

    /// <summary>0 before the first start.</summary>
    public int HandlerProcessId => _handler.ProcessId;

    public int Starts => _handler.Starts;

    /// <summary>What the handler printed on both its outputs, over all its starts.</summary>
    public IReadOnlyList<string> HandlerLines => _handler.Lines;

    /// <summary>Ends with the reason when the handler is not started again; calls then get an empty 500.</summary>
    public Task<string> WentDown => _handler.WentDown;

    /// <summary>Returns once the host listens; calls that come before the handler is ready wait for it.</summary>
    /// <exception cref="LocalHostException">The app cannot be read or the port is taken.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken stop)
    {
        var app = FunctionsApp.Read(options.AppFolder, options.Log);
        var started = new TaskCompletionSource<FunctionsHost>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await LoopbackServer.StartAsync(options.Port, AddServices, Use, stop);
        var host = new FunctionsHost(app, options, server);
        started.SetResult(host);
        return host;

        void Use(WebApplication web)
        {
            if (options.Flex || options.CorsAllowedOrigins.Count > 0) _ = web.UseCors(cors => Flex(cors, options.CorsAllowedOrigins));
            web.Run(async context => await (await started.Task).AnswerAsync(context));
        }
    }

    /// <exception cref="LocalHostException">The handler is down for good.</exception>
    public Task WaitUntilReadyAsync(CancellationToken stop) => _handler.WaitUntilReadyAsync(stop);

    /// <summary>SIGKILL, as the platform does; the handler is started again.</summary>
    public void KillHandler() => _handler.Kill();

    /// <summary>Runs a timer function now, after a run of it that may be under way.</summary>
    public Task<TimerRun> FireTimerAsync(string function, CancellationToken stop) =>
        _timers.Single(timer => timer.Name == function).FireAsync(stop);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _handler.DisposeAsync();
        await _ticking;
        foreach (var timer in _timers) timer.Dispose();
        await _server.DisposeAsync();
        _proxy.Dispose();
        _invocation.Dispose();
        _stop.Dispose();
    }

    private static void AddServices(IServiceCollection services) => services.AddCors().AddHttpForwarder();

    private static void Flex(CorsPolicyBuilder cors, IReadOnlyList<string> origins) =>
        cors.WithOrigins([.. origins]).AllowAnyMethod().AllowAnyHeader();

    private static long BodyLimit(HandlerLaunch launch) =>
        long.TryParse(launch.Expand("%FUNCTIONS_REQUEST_BODY_SIZE_LIMIT%"), out var bytes) ? bytes : HandlerProxy.DefaultBodyLimitBytes;

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/" && HttpMethods.IsGet(context.Request.Method)) return HomePageAsync(context);
        switch (_app.Find(context.Request.Method, context.Request.Path))
        {
            case { Anonymous: true }:
                return _proxy.AnswerAsync(context);
            case { }:
                // There are no keys here, so nobody can hold one.
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static Task HomePageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync("<!doctype html><title>Functions</title>Your Functions app is up and running.");
    }
}
