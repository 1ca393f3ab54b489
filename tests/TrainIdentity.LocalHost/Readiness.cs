namespace TrainIdentity.LocalHost;

/// <summary>Waits for a child as the Functions host does: a GET every 25 ms until any HTTP answer comes.</summary>
internal sealed class Readiness(Uri address, TimeSpan timeout, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    /// <returns>False when the process ended first or the time ran out.</returns>
    public async Task<bool> WaitAsync(ChildProcess process, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            while (!process.Exited.IsCompleted)
            {
                if (await AnswersAsync(either.Token)) return true;
                await Task.Delay(Interval, clock, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Late or stopped: not ready either way.
        }

        return false;
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
