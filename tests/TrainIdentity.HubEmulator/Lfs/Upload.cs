using System.Collections.Concurrent;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>One upload that a batch call allowed.</summary>
/// <param name="RepoId">The repo it belongs to, whatever its name becomes.</param>
/// <param name="Oid">What the bytes should hash to.</param>
/// <param name="Size">How many there should be.</param>
/// <param name="By">Whoever asked for the batch.</param>
/// <param name="ChunkBytes">0 for an upload in one piece.</param>
internal sealed record Upload(string RepoId, string Oid, long Size, Actor By, long ChunkBytes)
{
    public string Id { get; } = HubIds.New();

    public int PartCount => ChunkBytes is 0 ? 0 : (int)((Size + ChunkBytes - 1) / ChunkBytes);

    public ConcurrentDictionary<int, UploadedPart> Parts { get; } = [];

    /// <summary>One completion at a time.</summary>
    public SemaphoreSlim Completing { get; } = new(1);

    public bool Completed { get; set; }
}

internal sealed record UploadedPart(string Path, string Etag);

/// <summary>The uploads allowed since the start; a restart forgets them, and clients ask for a batch anew.</summary>
internal sealed class UploadBook
{
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);

    public Upload Open(Upload upload) => _uploads[upload.Id] = upload;

    public Upload? Find(string? id) => id is null ? null : _uploads.GetValueOrDefault(id);
}
