namespace TrainIdentity.LocalHost;

/// <summary>Nothing acknowledged was lost, nothing erased was kept, and every record has come to an end.</summary>
internal sealed class RecordVerdict(StoredRows rows, Ledger ledger, Func<Wish, string, Task<ChaosAnswer>> read)
{
    public async Task<IReadOnlyList<string>> BreachesAsync()
    {
        List<string> breaches = [.. Unfinished(), .. Doubled(), .. Dangling()];
        foreach (var wish in ledger.Wishes)
        {
            foreach (var id in wish.Acknowledged.Except(wish.Erasing)) breaches.AddRange(await KeptAsync(wish, id));
            foreach (var id in wish.Erased) breaches.AddRange(await ErasedAsync(wish, id));
        }

        return breaches;
    }

    private IEnumerable<string> Unfinished() => rows.Identities
        .Where(identity => identity.State is not "Ready" && identity is not { State: "Failed", ErrorCode.Length: > 0 })
        .Select(identity => $"The record of {identity.Id} ({identity.Name}) ended as {identity.State} with the reason '{identity.ErrorCode}'.");

    private IEnumerable<string> Doubled()
    {
        var names = ledger.Wishes.ToDictionary(wish => wish.Name);
        foreach (var group in rows.Identities.GroupBy(identity => identity.Name).Where(group => group.Count() > 1))
        {
            yield return $"{group.Key} has {group.Count()} records: {string.Join(", ", group.Select(identity => identity.Id))}.";
        }

        foreach (var stranger in rows.Identities.Where(identity => !names.ContainsKey(identity.Name)))
        {
            yield return $"Nobody asked for {stranger.Id} ({stranger.Name}).";
        }

        foreach (var wish in ledger.Wishes.Where(wish => wish.Acknowledged.Except(wish.Erasing).Count() > 1))
        {
            yield return $"{wish.Name} was acknowledged under more than one id: {string.Join(", ", wish.Acknowledged)}.";
        }
    }

    private IEnumerable<string> Dangling()
    {
        foreach (var id in rows.Keys.Where(id => rows.Find(id) is null)) yield return $"An idempotency key stands for {id}, which has no record.";
        foreach (var (owner, active) in rows.ActiveSlots.Where(one => one.Value is not 0))
        {
            yield return $"{owner} holds {active} training slots though nothing is under way.";
        }
    }

    private async Task<IReadOnlyList<string>> KeptAsync(Wish wish, string id)
    {
        if (rows.Find(id) is null) return [$"{id} of {wish.Name} was acknowledged and has no record."];
        var answer = await read(wish, id);
        var (status, code) = ((string?)answer.Body?["status"], (string?)answer.Body?["errorCode"]);
        return answer.Status is 200 && (status is "ready" || (status is "failed" && code is { Length: > 0 }))
            ? []
            : [$"{id} of {wish.Name} was acknowledged and reads {answer.Text} {status} {code}."];
    }

    private async Task<IReadOnlyList<string>> ErasedAsync(Wish wish, string id)
    {
        List<string> left = [];
        if (rows.Find(id) is { } identity) left.Add($"{id} of {wish.Name} was erased and has a record: {identity.State}.");
        if (rows.Claims.Values.Contains(id)) left.Add($"{id} of {wish.Name} was erased and still claims a repo.");
        var answer = await read(wish, id);
        if (answer.Status is not 404) left.Add($"{id} of {wish.Name} was erased and reads {answer.Text}.");
        return left;
    }
}
