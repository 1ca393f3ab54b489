namespace TrainIdentity.LocalHost;

/// <summary>Sends one wish until it is answered for good, as a frontend that repeats would.</summary>
internal sealed class Pursuit(Wish wish, Whim whim, ChaosClient client, Ledger ledger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(300);

    public async Task RunAsync(Wish others, CancellationToken stormEnds)
    {
        if (!await AskAsync(stormEnds)) return;
        if (whim.AskAgain && !wish.Unwanted) _ = await SendAsync(!whim.Json, default);
        if (whim.OtherPhotos && wish.Key is not null) await MisuseKeyAsync(others);
    }

    /// <returns>Whether the answer was yes.</returns>
    private async Task<bool> AskAsync(CancellationToken stormEnds)
    {
        for (var n = 0; !wish.Unwanted && !stormEnds.IsCancellationRequested; n++)
        {
            using var cut = new CancellationTokenSource(n is 0 && whim.CutAfter is { } after ? after : Timeout.InfiniteTimeSpan);
            var answer = await SendAsync(whim.Json == (n % 2 is 0), cut.Token);
            if (answer.Yes) return true;
            if (whim.NeverBack || !answer.Passes) return false;
            if (!await Pause.ForAsync(Wait(answer), stormEnds)) return false;
        }

        return false;
    }

    private async Task<ChaosAnswer> SendAsync(bool json, CancellationToken cut)
    {
        var answer = await client.UploadAsync(wish, json, cut);
        if (answer is { Yes: true, IdentityId: { } id }) wish.Acknowledge(id);
        else if (answer.Yes) ledger.Breach($"An upload of {wish.Name} was accepted without an id.");
        else if (answer.Status is >= 400 and < 500 && !answer.Passes && !OwnDoing(answer))
        {
            ledger.Breach($"A good upload of {wish.Name} was answered {answer.Text}.");
        }

        return answer;
    }

    private bool OwnDoing(ChaosAnswer answer) => (answer.Status is 410 && wish.Unwanted) || (answer.Code is "state_conflict" && wish.Cancelled);

    /// <summary>While the first identity stands, its key opens nothing for other photos.</summary>
    private async Task MisuseKeyAsync(Wish others)
    {
        var answer = await client.UploadAsync(others, whim.Json, default);
        if (!answer.Yes) return;
        if (answer.IdentityId is { } id) wish.Acknowledge(id);
        if (!wish.Unwanted) ledger.Breach($"The key of {wish.Name} was accepted for other photos.");
    }

    private static TimeSpan Wait(ChaosAnswer answer)
    {
        var asked = answer.RetryAfter ?? ShortestWait;
        return asked > LongestWait ? LongestWait : asked > ShortestWait ? asked : ShortestWait;
    }
}
