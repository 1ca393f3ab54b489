using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Ready-made courses of a job.</summary>
public static class JobPlays
{
    private const double Scheduling = 0.2;
    private const double Training = 0.6;
    private const double Finishing = 0.2;
    private const int ProgressLines = 5;

    /// <summary>Trains and commits weights with their result.</summary>
    public static JobPlay Succeed { get; } = (run, stop) => TrainAsync(run, Weights.Of(run.JobId), stop);

    /// <summary>Says that it succeeded, and commits weights whose header is nonsense.</summary>
    public static JobPlay InvalidWeights { get; } = (run, stop) => TrainAsync(run, Weights.Broken(run.JobId), stop);

    /// <summary>Stays RUNNING until it is canceled or its time is up.</summary>
    public static JobPlay Hang { get; } = async (run, stop) =>
    {
        await run.WaitAsync(Scheduling, stop);
        run.Start();
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        return JobEnd.Completed;
    };

    /// <summary>Never leaves SCHEDULING.</summary>
    public static JobPlay StuckInScheduling { get; } = async (_, stop) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        return JobEnd.Completed;
    };

    /// <summary>Exits with 0 and commits nothing.</summary>
    public static JobPlay CompleteWithoutResult { get; } = async (run, stop) =>
    {
        await ProgressAsync(run, stop);
        await run.WaitAsync(Finishing, stop);
        return JobEnd.Completed;
    };

    /// <summary>Commits a result that says failed, then ends as ERROR.</summary>
    public static JobPlay FailWithResult(string code = "out_of_memory", string message = "The trainer ran out of GPU memory.") => async (run, stop) =>
    {
        await ProgressAsync(run, stop);
        _ = run.Commit(Summary(run, "Training failed"), TrainingResult.Failed(run, code, message));
        await run.WaitAsync(Finishing, stop);
        return JobEnd.Error("Exit code: 1");
    };

    /// <summary>Ends as ERROR with nothing but a log line to tell why.</summary>
    public static JobPlay ErrorWithoutResult(string line = "torch.cuda.OutOfMemoryError: CUDA out of memory") => async (run, stop) =>
    {
        await ProgressAsync(run, stop);
        run.Print(line);
        await run.WaitAsync(Finishing, stop);
        return JobEnd.Error("Exit code: 1");
    };

    private static async Task<JobEnd> TrainAsync(JobRun run, Weights weights, CancellationToken stop)
    {
        await ProgressAsync(run, stop);
        var commit = run.Commit(
            Summary(run, "Add trained weights"), new PushedFile(Weights.FileName, weights.Bytes, Large: true), TrainingResult.Succeeded(run, weights));
        if (!commit.Succeeded)
        {
            run.Print($"Commit refused: {commit.Status} {commit.Error}");
            return JobEnd.Error("Exit code: 1");
        }

        await run.WaitAsync(Finishing, stop);
        return JobEnd.Completed;
    }

    private static async Task ProgressAsync(JobRun run, CancellationToken stop)
    {
        await run.WaitAsync(Scheduling, stop);
        run.Start();
        var total = TrainingResult.Steps(run);
        for (var n = 1; n <= ProgressLines; n++)
        {
            await run.WaitAsync(Training / ProgressLines, stop);
            var progress = new JsonObject
            {
                ["stage"] = "training",
                ["step"] = total * n / ProgressLines,
                ["total"] = total,
                ["loss"] = Math.Round(TrainingResult.FinalLoss + (0.1 * (ProgressLines - n)), 2),
            };
            run.Print($"IDT {Answer.Text(progress)}");
        }
    }

    private static string Summary(JobRun run, string what) => $"{what} (attempt {TrainingResult.Attempt(run)})";
}
