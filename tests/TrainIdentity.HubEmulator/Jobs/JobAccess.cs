using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Who may touch the jobs of a namespace, and how a job is shown.</summary>
internal sealed class JobAccess(Accounts accounts, JobBoard board, TimeProvider clock)
{
    public Refusal? Enter(HttpContext http, string space, out Caller caller)
    {
        if (accounts.Require(http.Request, out caller) is { } refusal) return refusal;
        return caller.MayManage(space) ? null : Refusals.Forbidden($"This token has no job.write permission on the namespace \"{space}\"");
    }

    public Refusal? Find(HttpContext http, string space, string id, out Job job, out Caller caller)
    {
        job = board.Find(space, id)!;
        return Enter(http, space, out caller) ?? (job is null ? Refusals.NotFound("Job") : null);
    }

    public Answer Show(Job job) => new(Describe(job));

    public JsonObject Describe(Job job)
    {
        lock (job.Gate) return job.ToJson(clock.GetUtcNow());
    }
}
