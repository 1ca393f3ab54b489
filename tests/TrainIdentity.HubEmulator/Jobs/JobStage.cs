namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Where a job is. In JSON the names are in upper case.</summary>
public enum JobStage
{
    Scheduling,
    Running,
    Completed,
    Error,
    Canceled,
    Deleted,
}

internal static class JobStages
{
    public static string Wire(this JobStage stage) => stage.ToString().ToUpperInvariant();

    public static bool IsOver(this JobStage stage) => stage is JobStage.Completed or JobStage.Error or JobStage.Canceled or JobStage.Deleted;
}
