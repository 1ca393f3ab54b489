using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Jobs;

internal static class JobRoutes
{
    private const string Address = "/api/jobs/{ns}";
    private const int PageSize = 100;

    public static void MapJobRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/jobs/hardware", () => new Answer(Hardware.ToJson())).Named(RouteNames.JobsOther);
        routes.MapPost(Address, StartAsync).Named(RouteNames.JobsStart);
        routes.MapGet(Address, List).Named(RouteNames.JobsList);
        routes.MapGet($"{Address}/count", Count).Named(RouteNames.JobsOther);
        routes.MapPost($"{Address}/auth-check/{{need}}", (string ns, HttpContext http, JobAccess access) =>
            access.Enter(http, ns, out var caller) as IResult ?? new Answer(new JsonObject { ["namespace"] = ns, ["user"] = caller.User }))
            .Named(RouteNames.JobsOther);
        routes.MapGet($"{Address}/{{id}}", (string ns, string id, HttpContext http, JobAccess access) =>
            access.Find(http, ns, id, out var job, out _) as IResult ?? access.Show(job)).Named(RouteNames.JobsGet);
        routes.MapPost($"{Address}/{{id}}/cancel", Cancel).Named(RouteNames.JobsCancel);
        routes.MapPost($"{Address}/{{id}}/duplicate", Duplicate).Named(RouteNames.JobsOther);
        routes.MapPut($"{Address}/{{id}}/labels", LabelAsync).Named(RouteNames.JobsOther);
    }

    private static async Task<IResult> StartAsync(string ns, HttpContext http, JobAccess access, JobBoard board, Gate gate)
    {
        if (access.Enter(http, ns, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (JobSpecRules.Refuse(body) is { } invalid) return invalid;
        if (RefuseVolumes(body, gate, caller) is { } closed) return closed;
        var play = FaultStrike.Suffers(http, FaultKind.Stuck) ? JobPlays.StuckInScheduling : null;
        return access.Show(board.Start(ns, JobSpec.Read(body), caller, play));
    }

    /// <summary>Repos are mounted with what the caller may read.</summary>
    public static Refusal? RefuseVolumes(JsonObject spec, Gate gate, Caller caller)
    {
        foreach (var volume in spec.Objects("volumes").Where(volume => volume.Text("type") is not "bucket"))
        {
            if (RepoKey.Parse(volume.Text("type")!, volume.Text("source")) is not { } key) return Refusals.Invalid(Zod.Problem("expected ns/name", "volumes"));
            if (gate.Open(key, RepoNeed.Read, caller, out _) is { } closed) return closed;
        }

        return null;
    }

    private static IResult List(string ns, HttpContext http, JobAccess access, JobBoard board, HubAddress address)
    {
        if (access.Enter(http, ns, out _) is { } refusal) return refusal;
        var jobs = Chosen(ns, http, board);
        var skip = int.TryParse(http.Request.Query["cursor"], out var cursor) ? Math.Max(0, cursor) : 0;
        if (jobs.Count > skip + PageSize)
        {
            var filters = http.Request.Query.Where(pair => pair.Key is "stage" or "label")
                .SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={Uri.EscapeDataString(value ?? "")}&"));
            http.Response.Headers.Link = $"<{address.Hub}/api/jobs/{ns}?{string.Concat(filters)}cursor={skip + PageSize}>; rel=\"next\"";
        }

        return new Answer(new JsonArray([.. jobs.Skip(skip).Take(PageSize).Select(access.Describe)]));
    }

    private static IResult Count(string ns, HttpContext http, JobAccess access, JobBoard board) =>
        access.Enter(http, ns, out _) as IResult ?? new Answer(new JsonObject { ["count"] = Chosen(ns, http, board).Count });

    /// <summary>Any of the stages, all of the labels.</summary>
    private static List<Job> Chosen(string ns, HttpContext http, JobBoard board)
    {
        var stages = http.Request.Query["stage"];
        var labels = http.Request.Query["label"].Select(label => (label ?? "").Split('=', 2)).ToList();
        return [.. board.All.Where(job =>
        {
            lock (job.Gate)
            {
                return job.Space == ns && (stages.Count is 0 || stages.Contains(job.Stage.Wire()))
                    && labels.TrueForAll(label => job.Labels.GetValueOrDefault(label[0]) == label.ElementAtOrDefault(1));
            }
        })];
    }

    private static IResult Cancel(string ns, string id, HttpContext http, JobAccess access, JobBoard board)
    {
        if (access.Find(http, ns, id, out var job, out var caller) is { } refusal) return refusal;
        board.Cancel(job, caller.Actor);
        return access.Show(job);
    }

    private static IResult Duplicate(string ns, string id, HttpContext http, JobAccess access, JobBoard board)
    {
        if (access.Find(http, ns, id, out var job, out var caller) is { } refusal) return refusal;
        return access.Show(board.Start(ns, job.Spec, caller));
    }

    private static async Task<IResult> LabelAsync(string ns, string id, HttpContext http, JobAccess access)
    {
        if (access.Find(http, ns, id, out var job, out _) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (JobSpecRules.RefuseLabels(body["labels"]) is { } invalid) return invalid;
        lock (job.Gate) job.Labels = JobSpec.Map(body["labels"]);
        return access.Show(job);
    }
}
