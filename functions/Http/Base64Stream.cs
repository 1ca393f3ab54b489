using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;

namespace TrainIdentity.Functions.Http;

/// <summary>
/// The bytes inside one JSON string that stands in the body right after its opening quote. A JSON reader would have to
/// hold the whole string, and would scan it again at every arrival; this reads it in place and leaves the body right after
/// the closing quote.
/// </summary>
internal sealed class Base64Stream(PipeReader body) : ForwardStream
{
    private const int EscapeChars = 6;

    // Decoded where it is wanted, unless that is smaller.
    private const int WorthwhileBytes = 4 * 1024;

    private static ReadOnlySpan<byte> Controls =>
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"u8 +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8;

    // A quote ends the string, a backslash begins an escape, and a raw control character is not allowed in JSON.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Controls, (byte)'"', (byte)'\\', .. Base64Text.Odd]);

    private readonly Base64Text _text = new();
    private readonly byte[] _aside = ArrayPool<byte>.Shared.Rent(WorthwhileBytes);
    private int _from;
    private int _to;
    private bool _ended;
    private bool _returned;

    /// <summary>True when what was read so far is no base64.</summary>
    public bool Broken => _text.Broken;

    /// <returns>0 at the closing quote, or at the first character that is no base64.</returns>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_from == _to)
        {
            if (_ended || _text.Broken)
            {
                return 0;
            }
            if (buffer.Length < WorthwhileBytes)
            {
                (_from, _to) = (0, await FillAsync(_aside, cancellationToken));
            }
            else if (await FillAsync(buffer, cancellationToken) is > 0 and var decoded)
            {
                return decoded;
            }
        }

        var count = Math.Min(buffer.Length, _to - _from);
        _aside.AsSpan(_from, count).CopyTo(buffer.Span);
        _from += count;
        return count;
    }

    /// <summary>Passes over the rest of the string, so that the body can be read on.</summary>
    public async Task SkipAsync(CancellationToken stop)
    {
        while (!_ended)
        {
            await FillAsync(_aside, stop);
        }
    }

    /// <returns>How many bytes were decoded; none when what has come so far makes up no more.</returns>
    private async ValueTask<int> FillAsync(Memory<byte> output, CancellationToken stop)
    {
        var result = await body.ReadAsync(stop);
        var (consumed, examined) = Take(result.Buffer, output.Span, out var decoded);
        var stuck = result.IsCompleted && !_ended && result.Buffer.Slice(0, consumed).IsEmpty;
        body.AdvanceTo(consumed, examined);
        if (stuck)
        {
            throw new BadHttpRequestException("The body ends inside a string.");
        }
        return decoded;
    }

    private (SequencePosition Consumed, SequencePosition Examined) Take(ReadOnlySequence<byte> buffer, Span<byte> output, out int decoded)
    {
        decoded = 0;
        if (buffer.IsEmpty)
        {
            return (buffer.End, buffer.End);
        }

        var piece = First(buffer);
        piece = piece[..Math.Min(piece.Length, Base64Text.MaxChars(output.Length))];

        var taken = 0;
        while (Plain(piece[taken..]) is > 0 and var plain)
        {
            decoded += Feed(piece.Slice(taken, plain), output[decoded..]);
            taken += plain;
        }
        if (taken > 0)
        {
            var at = buffer.GetPosition(taken);
            return (at, at);
        }

        switch (piece[0])
        {
            case (byte)'"':
                decoded = _text.End(output);
                _ended = true;
                var after = buffer.GetPosition(1);
                return (after, after);
            case (byte)'\\':
                return Escape(buffer, output, out decoded);
            default:
                throw new BadHttpRequestException("A string holds a raw control character.");
        }
    }

    /// <summary>What came in one piece. The first segment is empty when what was read before ended with it.</summary>
    private static ReadOnlySpan<byte> First(ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            if (!segment.IsEmpty)
            {
                return segment.Span;
            }
        }
        return [];
    }

    /// <returns>How many characters can be decoded at once; none when the next is special to JSON, or there is none.</returns>
    private static int Plain(ReadOnlySpan<byte> text)
    {
        var plain = text.IndexOfAny(Special);
        return plain < 0 ? text.Length : plain is 0 && text[0] is (byte)' ' or (byte)'=' ? 1 : plain;
    }

    private (SequencePosition Consumed, SequencePosition Examined) Escape(ReadOnlySequence<byte> buffer, Span<byte> output, out int decoded)
    {
        decoded = 0;
        Span<byte> escape = stackalloc byte[EscapeChars];
        var have = (int)Math.Min(buffer.Length, EscapeChars);
        buffer.Slice(0, have).CopyTo(escape);
        var needed = have > 1 && escape[1] == 'u' ? EscapeChars : 2;
        if (have < needed)
        {
            return (buffer.Start, buffer.End);
        }

        var c = escape[1] switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => escape[1],
            (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f' or (byte)'b' => (byte)' ',
            (byte)'u' when ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => code < 0x80 ? (byte)code : (byte)'?',
            _ => throw new BadHttpRequestException("A string holds an escape that JSON does not know."),
        };
        decoded = Feed([c], output);
        var after = buffer.GetPosition(needed);
        return (after, after);
    }

    private int Feed(ReadOnlySpan<byte> chars, Span<byte> output) => _text.Broken ? 0 : _text.Append(chars, output);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_returned)
        {
            _returned = true;

            // Cleared because other code rents the same arrays, and this one held a photo.
            ArrayPool<byte>.Shared.Return(_aside, clearArray: true);
        }
        base.Dispose(disposing);
    }
}
