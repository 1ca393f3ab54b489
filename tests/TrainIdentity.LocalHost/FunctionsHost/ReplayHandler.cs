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
        var breaks = 0;
        for (var replay = 1; ; replay++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException trouble) when (!BodyWasRead(request) && (IsRefused(trouble) || breaks < Replays))
            {
                if (!IsRefused(trouble)) breaks++;
                await PauseAsync(replay, cancellationToken);
            }
        }
    }

    // Nothing listens: the handler is gone, but a slow machine may tell of its end only seconds later. The real host gives
    // up after about 2 s in all; here the function's timeout ends the waiting.
    private static bool IsRefused(HttpRequestException trouble) => trouble.HttpRequestError is HttpRequestError.ConnectionError;

    private static bool BodyWasRead(HttpRequestMessage request) =>
        request.Options.TryGetValue(CountedBody.Key, out var body) && body.WasRead;

    private async Task PauseAsync(int replay, CancellationToken stop)
    {
        var pause = FirstPause * replay;
        await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, stop);
        // Nor shall a slow restart decide the answer.
        await handler.WaitUntilReadyAsync(stop);
    }
}
