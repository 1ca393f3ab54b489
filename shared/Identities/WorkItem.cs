using Azure;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>What a work item asks for. Stored by name.</summary>
internal enum WorkKind
{
    /// <summary>Look at a record; the record decides what is to be done.</summary>
    Record,

    /// <summary>Look once more at a repo that was removed: an effect that was late may have brought it back.</summary>
    Recheck,

    /// <summary>Forget a tombstone.</summary>
    Forget,

    /// <summary>See whether anything is left of a user who erased everything.</summary>
    Account,
}

/// <summary>A hint that something wants looking at.</summary>
/// <param name="OwnerKey">Empty where nobody's record is concerned any more.</param>
/// <param name="Repo">Null where no repo is.</param>
/// <param name="Tombstone">Row of the tombstone to forget; otherwise null.</param>
/// <param name="LastJobAttempt">Of a recheck: the last training that wrote into the removed repo; later ones write into the record's next. Otherwise null.</param>
internal sealed record WorkItem(
    WorkKind Kind, string Bucket, string Row, string OwnerKey, IdentityId Identity, RepoId? Repo, string? Tombstone, int? LastJobAttempt, DateTimeOffset Due, int Tries, ETag Tag);
