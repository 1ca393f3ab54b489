using TrainIdentity.HubEmulator.Git;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>What a commit is to do, in the order given.</summary>
/// <param name="Summary">First line of the message.</param>
/// <param name="Description">The rest; may be empty.</param>
/// <param name="Parent">The head it was made for, or a beginning of its id; null for whatever the head is.</param>
/// <param name="Changes">One per path.</param>
internal sealed record CommitAsk(string Summary, string Description, string? Parent, IReadOnlyList<Change> Changes);

internal abstract record Change(string Path);

/// <summary>A file held in git; its blob is stored already.</summary>
internal sealed record PutFile(string Path, RepoFile File) : Change(Path);

internal sealed record PutObject(string Path, string Oid, long? Size) : Change(Path);

internal sealed record MoveFile(string Path, string OldPath) : Change(Path);

internal sealed record DeleteEntry(string Path, bool AllowFile, bool AllowFolder) : Change(Path);
