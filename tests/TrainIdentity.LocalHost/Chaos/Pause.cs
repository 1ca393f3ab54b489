namespace TrainIdentity.LocalHost;

internal static class Pause
{
    /// <returns>False when <paramref name="end"/> came first.</returns>
    public static async Task<bool> ForAsync(TimeSpan time, CancellationToken end)
    {
        try
        {
            await Task.Delay(time, end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
