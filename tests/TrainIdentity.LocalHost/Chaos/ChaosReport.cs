using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.LocalHost;

/// <summary>What happened, in numbers.</summary>
internal sealed class ChaosReport(LocalStack stack, Ledger ledger, StoredRows rows)
{
    private const int Width = 44;

    public void Write(TextWriter to)
    {
        foreach (var (name, count) in Lines()) to.WriteLine($"  {name.PadRight(Width)} {count,7}");
    }

    private IEnumerable<(string Name, int Count)> Lines()
    {
        var (wishes, journal) = (ledger.Wishes, stack.Emulator.Journal.Entries);
        yield return ("identities wanted", wishes.Count);
        foreach (var verb in (string[])["upload", "cancel", "retry", "erase"])
        {
            foreach (var (answer, count) in ledger.Under($"{verb}: ")) yield return ($"{verb}: {answer}", count);
        }

        yield return ("acknowledged", wishes.Sum(wish => wish.Acknowledged.Count));
        yield return ("erased", wishes.Sum(wish => wish.Erased.Count));
        yield return ("ready", rows.Identities.Count(identity => identity.State is "Ready"));
        foreach (var failed in rows.Identities.Where(identity => identity.State is not "Ready").CountBy(identity => identity.ErrorCode ?? identity.State))
        {
            yield return ($"failed: {failed.Key}", failed.Value);
        }

        yield return ("kills", ledger["kills"]);
        yield return ("starts of the service", stack.FunctionsHost.Starts);
        yield return ("faults struck", stack.Emulator.Faults.Struck);
        yield return ("repos made", journal.Count(entry => entry.Kind is JournalKinds.RepoCreated));
        yield return ("repos removed", journal.Count(entry => entry.Kind is JournalKinds.RepoDeleted));
        yield return ("repos left", stack.Emulator.Repos.Count);
        yield return ("jobs started", journal.Count(entry => entry.Kind is JournalKinds.JobStarted));
        yield return ("jobs cancelled", journal.Count(entry => entry.Kind is JournalKinds.JobCanceled));
    }
}
