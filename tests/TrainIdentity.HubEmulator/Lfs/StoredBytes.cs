using System.Buffers;
using System.Security.Cryptography;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>What was written to a file, hashed on the way.</summary>
/// <param name="Tag">MD5, or where that is not wanted the beginning of the SHA-256.</param>
internal sealed record StoredBytes(long Length, string Sha256, string Tag)
{
    private const int BufferBytes = 256 << 10;

    /// <summary>The way S3 states it: in quotes.</summary>
    public string Etag => $"\"{Tag}\"";

    public static async Task<StoredBytes> WriteAsync(string path, IAsyncEnumerable<Stream> sources, bool withMd5, CancellationToken stop)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await foreach (var source in sources)
            {
                await using (source)
                {
                    while (await FillAsync(source, buffer, stop) is > 0 and var read)
                    {
                        sha.AppendData(buffer, 0, read);
                        if (withMd5) md5.AppendData(buffer, 0, read);

                        // The page cache takes it at once; an asynchronous write would be the same on another thread.
                        file.Write(buffer, 0, read);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var sha256 = Convert.ToHexStringLower(sha.GetHashAndReset());
        return new(file.Position, sha256, withMd5 ? Convert.ToHexStringLower(md5.GetHashAndReset()) : sha256[..32]);
    }

    public static Task<StoredBytes> WriteAsync(string path, Stream source, bool withMd5, CancellationToken stop) => WriteAsync(path, Only(source), withMd5, stop);

    /// <remarks>The network gives small pieces; fewer and larger writes are much cheaper.</remarks>
    private static ValueTask<int> FillAsync(Stream source, byte[] buffer, CancellationToken stop) =>
        source.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, stop);

    private static async IAsyncEnumerable<Stream> Only(Stream source)
    {
        await Task.CompletedTask;
        yield return source;
    }
}
