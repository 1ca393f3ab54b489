namespace TrainIdentity.LocalHost;

/// <summary>
/// Sends a call again when the connection breaks or is refused, as the real host does, unless its body has been read:
/// that cannot be repeated.
/// </summary>
internal sealed class ReplayHandler(SupervisedHandler handler, TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Replays = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var replay = 1; ; replay++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (replay <= Replays && !BodyWasRead(request))
            {
                await PauseAsync(replay, cancellationToken);
            }
        }
    }

    private static bool BodyWasRead(HttpRequestMessage request) =>
        request.Options.TryGetValue(CountedBody.Key, out var body) && body.WasRead;

    private async Task PauseAsync(int replay, CancellationToken stop)
    {
        var pause = FirstPause * replay;
        await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, stop);
        // The real host only waits, about 2 s in all; here a slow machine's restart shall not decide the answer.
        await handler.WaitUntilReadyAsync(stop);
    }
}
