namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Plays the container of one job. It is canceled when the job is, or when its time is up.</summary>
public delegate Task<JobEnd> JobPlay(JobRun run, CancellationToken stop);

/// <summary>How a job ended by itself, or by the Hub's own hand.</summary>
/// <param name="CancelReason">Such as <c>NO_CREDITS</c>, with <see cref="JobStage.Canceled"/>.</param>
public sealed record JobEnd(JobStage Stage, string? Message = null, string? CancelReason = null)
{
    public static JobEnd Completed { get; } = new(JobStage.Completed);

    public static JobEnd Error(string? message = null) => new(JobStage.Error, message);
}
