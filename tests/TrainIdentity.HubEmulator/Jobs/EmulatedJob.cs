namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>A job as it is now.</summary>
/// <param name="Id">24 hex characters.</param>
/// <param name="Repo">The repo named in its environment, or an empty text.</param>
public sealed record EmulatedJob(
    string Id,
    string Repo,
    JobStage Stage,
    string? Message,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Labels)
{
    internal static EmulatedJob Of(Job job)
    {
        lock (job.Gate) return new(job.Id, job.Repo, job.Stage, job.Message, job.Spec.Environment, job.Labels);
    }
}
