using System.Globalization;
using System.Text.Json;

namespace TrainIdentity.Hub;

/// <summary>
/// The Hub's multipart transfer: numbered part addresses beside a chunk size, each part sent by itself, and a completion
/// that names their ETags (as in huggingface.js, <c>packages/hub/src/lib/commit.ts</c>).
/// </summary>
internal sealed class LfsParts(LfsStorage storage, HubOptions options)
{
    private const string ChunkSize = "chunk_size";

    public static bool Wanted(LfsAction upload) => upload.Header?.ContainsKey(ChunkSize) ?? false;

    /// <param name="completion">The action's address, on the Hub.</param>
    public async Task SendAsync(LfsAction upload, Uri completion, LfsContent content, CancellationToken stop)
    {
        var (chunk, addresses) = Read(upload.Header!, content.Size);
        var tags = new string[addresses.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ParallelParts, CancellationToken = stop };
        await Parallel.ForEachAsync(Enumerable.Range(0, addresses.Count), parallel, async (n, cancelled) =>
        {
            var from = n * chunk;
            tags[n] = await storage.PutAsync(addresses[n], null, content, from, Math.Min(chunk, content.Size - from), cancelled)
                ?? throw new HubException(HubFault.Refused, "put", "storage gave no ETag for a part");
        });

        var body = new LfsCompletion(content.Oid, [.. tags.Select((tag, n) => new LfsPart(n + 1, tag))]);
        await storage.CompleteAsync(completion, JsonSerializer.SerializeToUtf8Bytes(body, HubJson.Default.LfsCompletion), stop);
    }

    private static (long Chunk, IReadOnlyList<string> Addresses) Read(IReadOnlyDictionary<string, string> header, long size)
    {
        var addresses = header.Where(entry => entry.Key.All(char.IsAsciiDigit))
            .OrderBy(entry => int.Parse(entry.Key, CultureInfo.InvariantCulture)).Select(entry => entry.Value).ToList();
        return long.TryParse(header[ChunkSize], NumberStyles.None, CultureInfo.InvariantCulture, out var chunk)
            && chunk > 0 && addresses.Count == (size + chunk - 1) / chunk
            ? (chunk, addresses)
            : throw new HubException(HubFault.BadResponse, "batch", "the parts of a multipart upload do not add up to its size");
    }
}
