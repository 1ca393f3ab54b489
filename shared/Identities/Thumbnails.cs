using System.Security.Cryptography;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Reads thumbnails out of the private repos they were committed to.</summary>
public sealed class Thumbnails(HubClient hub)
{
    /// <summary>A redirect or a refusal has a body as well, which may be longer than a small picture.</summary>
    private const int LeastReadBytes = 64 << 10;

    /// <returns>Null when there is none, or none yet.</returns>
    /// <exception cref="HubException">Also when the repo gives anything else than what was committed.</exception>
    public async Task<byte[]?> ReadAsync(Identity identity, CancellationToken stop)
    {
        if (identity.CommittedThumbnail is not { } thumbnail)
        {
            return null;
        }

        var most = (int)Math.Max(thumbnail.Bytes, LeastReadBytes);
        var bytes = await hub.Files.ReadAsync(identity.Repo, identity.CommitOid!, thumbnail.Path, null, most, stop);
        return bytes is null || Convert.ToHexStringLower(SHA256.HashData(bytes)) == thumbnail.Oid
            ? bytes
            : throw new HubException(HubFault.BadResponse, "resolve", "a thumbnail is not what was committed");
    }
}
