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
    private const int MaxPieceChars = 64 * 1024;
    private const int EscapeChars = 6;

    // A quote ends the string, a backslash begins an escape, and a raw control character is not allowed in JSON.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly Base64Text _text = new();
    private readonly byte[] _decoded = ArrayPool<byte>.Shared.Rent(Base64Text.MaxBytes(MaxPieceChars));
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
            await FillAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _to - _from);
        _decoded.AsSpan(_from, count).CopyTo(buffer.Span);
        _from += count;
        return count;
    }

    /// <summary>Passes over the rest of the string, so that the body can be read on.</summary>
    public async Task SkipAsync(CancellationToken stop)
    {
        while (!_ended)
        {
            await FillAsync(stop);
        }
    }

    private async Task FillAsync(CancellationToken stop)
    {
        var result = await body.ReadAsync(stop);
        (_from, _to) = (0, 0);
        var (consumed, examined) = Take(result.Buffer);
        var stuck = result.IsCompleted && !_ended && result.Buffer.Slice(0, consumed).IsEmpty;
        body.AdvanceTo(consumed, examined);
        if (stuck)
        {
            throw new BadHttpRequestException("The body ends inside a string.");
        }
    }

    private (SequencePosition Consumed, SequencePosition Examined) Take(ReadOnlySequence<byte> buffer)
    {
        var piece = buffer.FirstSpan;
        piece = piece[..Math.Min(piece.Length, MaxPieceChars)];
        var plain = piece.IndexOfAny(Special);
        if (plain < 0)
        {
            plain = piece.Length;
        }
        if (plain > 0)
        {
            Feed(piece[..plain]);
            var at = buffer.GetPosition(plain);
            return (at, at);
        }
        if (piece.IsEmpty)
        {
            return (buffer.End, buffer.End);
        }

        switch (piece[0])
        {
            case (byte)'"':
                _to += _text.End(_decoded.AsSpan(_to));
                _ended = true;
                var after = buffer.GetPosition(1);
                return (after, after);
            case (byte)'\\':
                return Escape(buffer);
            default:
                throw new BadHttpRequestException("A string holds a raw control character.");
        }
    }

    private (SequencePosition Consumed, SequencePosition Examined) Escape(ReadOnlySequence<byte> buffer)
    {
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
        Feed([c]);
        var after = buffer.GetPosition(needed);
        return (after, after);
    }

    private void Feed(ReadOnlySpan<byte> chars)
    {
        if (!_text.Broken)
        {
            _to += _text.Append(chars, _decoded.AsSpan(_to));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_returned)
        {
            _returned = true;

            // Cleared because other code rents the same arrays, and this one held a photo.
            ArrayPool<byte>.Shared.Return(_decoded, clearArray: true);
        }
        base.Dispose(disposing);
    }
}
