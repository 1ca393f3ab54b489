namespace TrainIdentity.HubEmulator.Git;

/// <summary>One file at one revision. For an LFS file <see cref="BlobSha"/> is the id of its pointer.</summary>
/// <param name="BlobSha">40 hex characters.</param>
/// <param name="Size">True length in bytes, not that of the pointer.</param>
/// <param name="Oid">SHA-256 of an LFS object; null for a file held in git.</param>
public sealed record RepoFile(string BlobSha, long Size, string? Oid = null);
