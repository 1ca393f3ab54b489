namespace TrainIdentity.Identities;

/// <summary>
/// A state names what is confirmed; exactly one further effect may have happened on the Hub without our knowing.
/// Stored by name.
/// </summary>
public enum IdentityState
{
    /// <summary>Open: photos come one by one, each into the repo's LFS store and into a row of its own. Closed by its owner, or given up.</summary>
    Draft,

    /// <summary>The record alone.</summary>
    Reserved,

    /// <summary>An empty repo, read back as private.</summary>
    RepoReady,

    /// <summary>Every photo is in the repo's LFS store. From here on nothing needs the client.</summary>
    Uploaded,

    /// <summary>One commit holds exactly what was planned.</summary>
    Committed,

    /// <summary>A job runs, or with external training somebody else's trainer.</summary>
    Training,

    /// <summary>Weights were read back and verified.</summary>
    Ready,

    /// <summary>Everything on the Hub is being removed; the record stays, to say why.</summary>
    Compensating,

    Failed,

    /// <summary>Everything is being removed, the record last. The owner sees it no more.</summary>
    Deleting,
}
