using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Jobs;

internal static partial class ScheduleRoutes
{
    private const string Address = "/api/scheduled-jobs/{ns}";

    /// <summary>A name, or five to seven fields of digits, stars, commas, dashes and slashes.</summary>
    [GeneratedRegex(@"^(@(annually|yearly|monthly|weekly|daily|hourly)|[0-9*,/-]+( [0-9*,/-]+){4,6})$")]
    private static partial Regex Schedule();

    public static void MapScheduleRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Address, CreateAsync).Named(RouteNames.JobsScheduled);
        routes.MapGet(Address, List).Named(RouteNames.JobsScheduled);
        routes.MapGet($"{Address}/{{id}}", (string ns, string id, HttpContext http, JobAccess access, ScheduleBook book) =>
            Find(http, ns, id, access, book, out var schedule, out _) as IResult ?? new Answer(schedule.ToJson())).Named(RouteNames.JobsScheduled);
        routes.MapDelete($"{Address}/{{id}}", Delete).Named(RouteNames.JobsScheduled);
        routes.MapPost($"{Address}/{{id}}/suspend", (string ns, string id, HttpContext http, JobAccess access, ScheduleBook book) =>
            Change(ns, id, http, access, book, schedule => schedule with { Suspended = true })).Named(RouteNames.JobsScheduled);
        routes.MapPost($"{Address}/{{id}}/resume", (string ns, string id, HttpContext http, JobAccess access, ScheduleBook book) =>
            Change(ns, id, http, access, book, schedule => schedule with { Suspended = false })).Named(RouteNames.JobsScheduled);
        routes.MapPost($"{Address}/{{id}}/schedule", RescheduleAsync).Named(RouteNames.JobsScheduled);
        routes.MapPut($"{Address}/{{id}}/labels", LabelAsync).Named(RouteNames.JobsScheduled);
        routes.MapPost($"{Address}/{{id}}/run", Run).Named(RouteNames.JobsScheduled);
    }

    private static async Task<IResult> CreateAsync(
        string ns, HttpContext http, JobAccess access, ScheduleBook book, Gate gate, TimeProvider clock)
    {
        if (access.Enter(http, ns, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (body["jobSpec"] is not JsonObject spec) return Refusals.Invalid(Zod.Expected("object", body["jobSpec"], "jobSpec"));
        if ((RefuseSchedule(body) ?? JobSpecRules.Refuse(spec) ?? JobRoutes.RefuseVolumes(spec, gate, caller)) is { } invalid) return invalid;
        var schedule = new ScheduledJob(HubIds.New(), ns, caller, JobSpec.Read(spec), body.Text("schedule")!, clock.GetUtcNow())
        {
            Suspended = body.Flag("suspend") is true,
            Concurrency = body.Flag("concurrency") is true,
        };
        return new Answer(book.Add(schedule).ToJson());
    }

    private static IResult List(string ns, HttpContext http, JobAccess access, ScheduleBook book) =>
        access.Enter(http, ns, out _) as IResult ?? new Answer(new JsonArray([.. book.In(ns).Select(schedule => schedule.ToJson())]));

    private static IResult Delete(string ns, string id, HttpContext http, JobAccess access, ScheduleBook book)
    {
        if (Find(http, ns, id, access, book, out _, out _) is { } refusal) return refusal;
        book.Remove(id);
        return new Answer(new JsonObject());
    }

    private static IResult Run(string ns, string id, HttpContext http, JobAccess access, ScheduleBook book)
    {
        if (Find(http, ns, id, access, book, out var schedule, out var caller) is { } refusal) return refusal;
        return book.Run(schedule, caller) is { } job ? access.Show(job) : new Refusal(409, "Another job of this schedule is running");
    }

    private static async Task<IResult> RescheduleAsync(string ns, string id, HttpContext http, JobAccess access, ScheduleBook book)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        return RefuseSchedule(body) as IResult
            ?? Change(ns, id, http, access, book, schedule => schedule with { Schedule = body.Text("schedule")! });
    }

    private static async Task<IResult> LabelAsync(string ns, string id, HttpContext http, JobAccess access, ScheduleBook book)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        return JobSpecRules.RefuseLabels(body["labels"]) as IResult
            ?? Change(ns, id, http, access, book, schedule => schedule with { Labels = JobSpec.Map(body["labels"]) });
    }

    private static IResult Change(
        string ns, string id, HttpContext http, JobAccess access, ScheduleBook book, Func<ScheduledJob, ScheduledJob> change)
    {
        if (Find(http, ns, id, access, book, out _, out _) is { } refusal) return refusal;
        return book.Change(id, change) is { } changed ? new Answer(changed.ToJson()) : Refusals.NotFound("Scheduled job");
    }

    private static Refusal? Find(
        HttpContext http, string ns, string id, JobAccess access, ScheduleBook book, out ScheduledJob schedule, out Caller caller)
    {
        schedule = book.Find(ns, id)!;
        return access.Enter(http, ns, out caller) ?? (schedule is null ? Refusals.NotFound("Scheduled job") : null);
    }

    private static Refusal? RefuseSchedule(JsonObject body) => body.Text("schedule") is { } text && Schedule().IsMatch(text)
        ? null
        : Refusals.Invalid(Zod.Problem("expected a CRON expression", "schedule"));
}
