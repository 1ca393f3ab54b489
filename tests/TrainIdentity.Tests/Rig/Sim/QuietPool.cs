namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// Tells when nothing runs and nothing waits to run on the thread pool, so that only the passing of time can move things
/// on. Holds for a process in which nothing else is going on: such tests run in <see cref="Alone"/>.
/// </summary>
internal static class QuietPool
{
    private static readonly TimeSpan Unreasonable = TimeSpan.FromSeconds(60);

    public static void Wait()
    {
        var own = Thread.CurrentThread.IsThreadPoolThread ? 1 : 0;
        if (IsQuiet(own))
        {
            return;
        }

        var began = Environment.TickCount64;
        var spin = new SpinWait();
        while (!IsQuiet(own))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Environment.TickCount64 - began > Unreasonable.TotalMilliseconds)
            {
                throw new InvalidOperationException("Something else keeps the thread pool busy; a simulation must run alone.");
            }
        }
    }

    private static bool IsQuiet(int own)
    {
        if (ThreadPool.PendingWorkItemCount > 0)
        {
            return false;
        }
        ThreadPool.GetMaxThreads(out var max, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return max - available <= own;
    }
}

/// <summary>Tests that run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
