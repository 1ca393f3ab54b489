using System.Buffers;
using System.Net;

namespace TrainIdentity.Hub;

/// <summary>
/// A stretch of content with its exact length (S3 answers 501 to a chunked PUT). Every block that goes out puts the stall
/// alarm off; a line that takes nothing for so long ends the try.
/// </summary>
internal sealed class SteadyContent(Stream source, long from, long count, TimeLimit alarm, TimeSpan stall) : HttpContent
{
    private const int BlockBytes = 128 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            source.Seek(from, SeekOrigin.Begin);
            for (var left = count; left > 0;)
            {
                var read = await source.ReadAsync(block.AsMemory(0, (int)Math.Min(BlockBytes, left)), cancellationToken);
                if (read == 0)
                {
                    throw new EndOfStreamException("The content is shorter than it was said to be.");
                }
                await stream.WriteAsync(block.AsMemory(0, read), cancellationToken);
                left -= read;
                alarm.Restart(stall);
            }
        }
        finally
        {
            // Cleared because other code rents the same arrays, and this one held a photo.
            ArrayPool<byte>.Shared.Return(block, clearArray: true);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = count;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }
        base.Dispose(disposing);
    }
}
