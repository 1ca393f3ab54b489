using System.Buffers;
using System.Security.Cryptography;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>What was written to a file, hashed on the way.</summary>
internal sealed record StoredBytes(long Length, string Sha256, string Md5)
{
    private const int BufferBytes = 256 << 10;

    /// <summary>The way S3 states it: in quotes.</summary>
    public string Etag => $"\"{Md5}\"";

    public static async Task<StoredBytes> WriteAsync(string path, IAsyncEnumerable<Stream> sources, CancellationToken stop)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
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
                        md5.AppendData(buffer, 0, read);
                        await file.WriteAsync(buffer.AsMemory(0, read), stop);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new(file.Position, Convert.ToHexStringLower(sha.GetHashAndReset()), Convert.ToHexStringLower(md5.GetHashAndReset()));
    }

    public static Task<StoredBytes> WriteAsync(string path, Stream source, CancellationToken stop) => WriteAsync(path, Only(source), stop);

    /// <remarks>The network gives small pieces; fewer and larger writes are much cheaper.</remarks>
    private static ValueTask<int> FillAsync(Stream source, byte[] buffer, CancellationToken stop) =>
        source.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, stop);

    private static async IAsyncEnumerable<Stream> Only(Stream source)
    {
        await Task.CompletedTask;
        yield return source;
    }
}
