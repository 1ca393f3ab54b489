using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Faults;

/// <summary>Makes calls fail as told, around whatever their route does.</summary>
internal sealed class FaultStrike(FaultBook faults, RepoBook repos, HubEmulatorOptions options)
{
    private static readonly object Struck = new();

    /// <summary>Whether this call suffers a fault that its route itself has to play.</summary>
    public static bool Suffers(HttpContext http, FaultKind kind) => Of(http, kind) is not null;

    public static Fault? Of(HttpContext http, FaultKind kind) => http.Items[Struck] is Fault fault && fault.Kind == kind ? fault : null;

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (RouteNames.Of(http) is not { } route || faults.Take(route) is not { } fault)
        {
            await next(http);
            return;
        }

        http.Items[Struck] = fault;
        await StrikeAsync(http, next, fault);
    }

    private Task StrikeAsync(HttpContext http, RequestDelegate next, Fault fault) => fault.Kind switch
    {
        FaultKind.ErrorAfterEffect => AfterEffectAsync(http, next, () => FaultAnswers.For(fault).ExecuteAsync(http)),
        FaultKind.Cut when fault.After => AfterEffectAsync(http, next, () => CutAsync(http)),
        FaultKind.Cut => CutAsync(http),
        FaultKind.CutBody => CutBodyAsync(http, next, fault),
        FaultKind.Delay => PauseAsync(http, next, fault.After, () => Task.Delay(fault.Delay, options.Clock, http.RequestAborted)),
        FaultKind.Hold => PauseAsync(http, next, fault.After, () => faults.HoldAsync(http.RequestAborted)),
        FaultKind.Renamed => RenameAsync(http, next),
        FaultKind.Public or FaultKind.DropEtag or FaultKind.BatchObjectError or FaultKind.LoseObject => next(http),
        FaultKind.Stuck or FaultKind.CloseStream => next(http),
        FaultKind.ExpireUrls when fault.Route is RouteNames.Batch => next(http),
        _ => FaultAnswers.For(fault).ExecuteAsync(http),
    };

    private static async Task PauseAsync(HttpContext http, RequestDelegate next, bool after, Func<Task> pause)
    {
        if (!after)
        {
            await pause();
            await next(http);
            return;
        }

        var answer = await BufferAsync(http, next);
        await pause();
        await answer.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task AfterEffectAsync(HttpContext http, RequestDelegate next, Func<Task> instead)
    {
        _ = await BufferAsync(http, next);
        var kept = HubHeaders.Keep(http.Response.Headers);
        http.Response.Clear();
        foreach (var (name, value) in kept) http.Response.Headers[name] = value;
        await instead();
    }

    /// <summary>Lets the route work and keeps its answer from the client.</summary>
    private static async Task<MemoryStream> BufferAsync(HttpContext http, RequestDelegate next)
    {
        var wire = http.Response.Body;
        var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = wire;
        }

        answer.Position = 0;
        return answer;
    }

    private Task RenameAsync(HttpContext http, RequestDelegate next)
    {
        var key = RepoKey.Of(http);
        if (repos.Find(key) is { } repo) _ = repos.Move(repo, key with { Name = $"{key.Name}-renamed" });
        return next(http);
    }

    private static Task CutAsync(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    private static Task CutBodyAsync(HttpContext http, RequestDelegate next, Fault fault)
    {
        http.Request.Body = new CutStream(http.Request.Body, fault.Bytes, http.Abort);
        return next(http);
    }
}
