using System.Security.Cryptography;
using System.Text;
using TrainIdentity.Photos;

namespace TrainIdentity.Identities;

/// <summary>A request that was read whole and found good.</summary>
/// <param name="IdempotencyKey">As the caller sent it; null when the content is the key.</param>
public sealed record Submission(IdentityName Name, IReadOnlyList<Photo> Photos, string? IdempotencyKey, Consent? Consent)
{
    /// <summary>The same for the same name, consent and photos in the same order, however they were sent.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Name.Value}\n{Consent?.Version}\n{Consent?.Subject}\n"));
            foreach (var photo in Photos)
            {
                hash.AppendData(Encoding.ASCII.GetBytes($"{photo.Length} {photo.Sha256}\n"));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Row of the idempotency record. Keys live in the caller's partition, so two users never meet.</summary>
    internal string KeyRow
    {
        get
        {
            return IdempotencyKey is { } given ? RowOfKey(given) : Row($"content\n{Fingerprint}");
        }
    }

    internal static string RowOfKey(string idempotencyKey) => Row($"key\n{idempotencyKey}");

    internal static string Row(string text) => "k_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    internal IReadOnlyList<ManifestPhoto> Manifest =>
    [
        .. Photos.Select((photo, n) => new ManifestPhoto(
            $"images/image_{n + 1:000}.{(photo.Format is PhotoFormat.Png ? "png" : "jpg")}", photo.Sha256, photo.Length, photo.Width, photo.Height)),
    ];
}
