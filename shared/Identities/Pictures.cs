using System.Security.Cryptography;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Reads thumbnails and previews out of the private repos they were committed to.</summary>
public sealed class Pictures(HubClient hub)
{
    /// <summary>A redirect or a refusal has a body as well, which may be longer than a small picture.</summary>
    private const int LeastReadBytes = 64 << 10;

    /// <param name="picture">One of the record's; its hash decides, so it may be read from the branch, wherever that has moved.</param>
    /// <returns>Null when it is not there any more.</returns>
    /// <exception cref="HubException">Also when the repo gives anything else than what was committed.</exception>
    public async Task<byte[]?> ReadAsync(Identity identity, ManifestPhoto picture, CancellationToken stop)
    {
        var most = (int)Math.Max(picture.Bytes, LeastReadBytes);
        var bytes = await hub.Files.ReadAsync(identity.Repo, "main", picture.Path, null, most, stop);
        return bytes is null || Convert.ToHexStringLower(SHA256.HashData(bytes)) == picture.Oid
            ? bytes
            : throw new HubException(HubFault.BadResponse, "resolve", "a picture is not what was committed");
    }
}
