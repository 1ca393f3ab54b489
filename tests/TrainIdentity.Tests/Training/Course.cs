using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.Training;

/// <summary>What one job does, and when, counted from its launch.</summary>
internal sealed record Course
{
    /// <summary>Null for a job that never leaves the queue.</summary>
    public TimeSpan? Starts { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Null for one that runs on whatever the Hub says, until the test is over.</summary>
    public TimeSpan? Ends { get; init; } = TimeSpan.FromMinutes(11);

    public JobEnd End { get; init; } = JobEnd.Completed;

    /// <summary>Printed at the start.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Committed just before the end.</summary>
    public Func<JobRun, IReadOnlyList<PushedFile>>? Leaves { get; init; }

    public static Course Of(JobEnd end, params IReadOnlyList<string> lines) => new() { End = end, Lines = lines };

    /// <param name="over">Ends what would never end.</param>
    public JobPlay Play(CancellationToken over) => async (run, stop) =>
    {
        if (Starts is not { } starts)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return End;
        }

        await Task.Delay(starts, run.Clock, stop);
        run.Start();
        foreach (var line in Lines)
        {
            run.Print(line);
        }
        await (Ends is { } ends ? Task.Delay(ends - starts, run.Clock, stop) : Task.Delay(Timeout.InfiniteTimeSpan, over));
        if (Leaves is not null)
        {
            run.Commit("Add trained weights", Leaves(run));
        }
        return End;
    };
}
