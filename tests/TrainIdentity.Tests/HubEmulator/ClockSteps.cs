using Microsoft.Extensions.Time.Testing;

namespace TrainIdentity.Tests.HubEmulator;

internal static class ClockSteps
{
    /// <summary>Lets time pass, minute by minute, until the task has ended.</summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider clock, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await task;
    }
}
