using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>What else a user does to a wish, whether it is answered yet or not: cancel, retry, erase.</summary>
internal sealed class Meddling(Wish wish, Whim whim, ChaosClient client, Ledger ledger)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    public Task RunAsync(CancellationToken stormEnds) => Task.WhenAll(
        LaterAsync(whim.CancelAfter, CancelAsync, stormEnds),
        LaterAsync(whim.RetryAfter, id => client.AskAsync("retry", id), stormEnds),
        LaterAsync(whim.EraseAfter, id => EraseAsync(id, stormEnds), stormEnds));

    private async Task LaterAsync(TimeSpan? after, Func<string, Task> act, CancellationToken stormEnds)
    {
        if (after is not { } time || !await Pause.ForAsync(time, stormEnds)) return;
        if (await FindAsync() is { } id) await act(id);
    }

    private Task CancelAsync(string id)
    {
        wish.AskCancel();
        return client.AskAsync("cancel", id);
    }

    private async Task EraseAsync(string id, CancellationToken stormEnds)
    {
        wish.AskErasure(id);
        var accepted = await EraseUntilAnsweredAsync(id, stormEnds);
        if (!accepted) return;
        wish.AcceptErasure(id);
        if ((await client.GetAsync(id)).Yes) ledger.Breach($"{id} of {wish.Name} could be read after its erasure was accepted.");
        if (whim.EraseTwice && (await client.EraseAsync(id)) is { Status: not (202 or 404 or 0 or >= 500) } again)
        {
            ledger.Breach($"The second erasure of {id} was answered {again.Text}.");
        }
    }

    /// <summary>An answer that was lost may have been a yes, so what is not found any more was erased.</summary>
    private async Task<bool> EraseUntilAnsweredAsync(string id, CancellationToken stormEnds)
    {
        do
        {
            var answer = await client.EraseAsync(id);
            if (answer.Status is 202 or 404) return true;
        }
        while (await Pause.ForAsync(BetweenTries, stormEnds));
        return false;
    }

    private async Task<string?> FindAsync()
    {
        var list = await client.ListAsync();
        var mine = (list.Body?["identities"] as JsonArray ?? []).OfType<JsonObject>().Where(view => (string?)view["identityName"] == wish.Name);
        return mine.Select(view => (string?)view["id"]).FirstOrDefault();
    }
}
