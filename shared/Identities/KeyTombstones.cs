using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.Identities;

/// <summary>
/// Remembers that an idempotency key stood for something erased, so that a late repeat of the old request does not bring it
/// back. A content key leaves nothing: its owner may upload the same photos again.
/// </summary>
/// <param name="salt">A secret; null where none is configured, and then nothing is remembered.</param>
internal sealed class KeyTombstones(IdentityIndex index, Func<CancellationToken, ValueTask<string?>> salt)
{
    public async Task BuryAsync(Identity identity, CancellationToken stop)
    {
        if (identity.KeyGiven && await DigestAsync(identity.OwnerKey, identity.KeyRow, stop) is { } digest)
        {
            await index.BuryKeyAsync(digest, identity.Id, stop);
        }
    }

    public async Task<bool> IsBuriedAsync(string ownerKey, string keyRow, CancellationToken stop) =>
        await DigestAsync(ownerKey, keyRow, stop) is { } digest && await index.IsKeyBuriedAsync(digest, stop);

    private async Task<byte[]?> DigestAsync(string ownerKey, string keyRow, CancellationToken stop) => await salt(stop) is { } secret
        ? HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{ownerKey}\n{keyRow}"))
        : null;
}
