using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>Takes finished bytes into a repo's store, and says so once.</summary>
internal sealed class ObjectIntake(HubJournal journal)
{
    public void Take(Repo repo, string draft, string oid, long size, Actor by, StoredBytes bytes)
    {
        lock (repo.Gate)
        {
            if (repo.Deleted || !repo.Objects.Take(draft, oid, size, bytes)) return;
            journal.Append(new() { Kind = JournalKinds.ObjectStored, By = by, Repo = repo.Key.Id, Oid = oid });
        }
    }
}
