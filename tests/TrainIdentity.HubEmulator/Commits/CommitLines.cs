using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>The lines of a request body as they arrive.</summary>
internal static class CommitLines
{
    /// <summary>Room for a file well over the limit in base64, so that it can be refused by name.</summary>
    public const int MaxLineBytes = 64 << 20;

    /// <exception cref="InvalidDataException">A line is longer than <see cref="MaxLineBytes"/>.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(PipeReader reader, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var completed = false; !completed;)
        {
            var result = await reader.ReadAsync(stop);
            completed = result.IsCompleted;
            var lines = new List<byte[]>();
            var rest = Split(result.Buffer, lines);
            if (completed && rest.Length > 0) lines.Add(rest.ToArray());
            var tooLong = rest.Length > MaxLineBytes;
            reader.AdvanceTo(completed ? result.Buffer.End : rest.Start, result.Buffer.End);
            if (tooLong) throw new InvalidDataException("A line is too long.");
            foreach (var line in lines) yield return line;
        }
    }

    private static ReadOnlySequence<byte> Split(ReadOnlySequence<byte> buffer, List<byte[]> lines)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            lines.Add(buffer.Slice(0, end).ToArray());
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }
}
