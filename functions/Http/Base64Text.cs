using System.Buffers;
using System.Buffers.Text;

namespace TrainIdentity.Functions.Http;

/// <summary>
/// Decodes a photo's <c>data</c> piece by piece: base64, or a data URL of which everything up to the first comma is passed
/// over, as the original did. Rules are those of the browsers' <c>atob</c>: white space is ignored and padding may be left
/// out; the URL-safe alphabet is not accepted.
/// </summary>
internal sealed class Base64Text
{
    private const int MaxPrefixChars = 1024;
    private static ReadOnlySpan<byte> DataScheme => "data:"u8;

    private readonly byte[] _quad = new byte[4];
    private readonly byte[] _lead = new byte[DataScheme.Length];
    private int _quadChars;
    private int _leadChars;
    private int _prefixChars;
    private bool _inPrefix;
    private bool _leadDone;
    private bool _padded;

    /// <summary>What may stand in a text beside base64's own characters: white space and padding.</summary>
    public static ReadOnlySpan<byte> Odd => " \t\r\n\f="u8;

    /// <summary>Text that is no base64; nothing more is decoded.</summary>
    public bool Broken { get; private set; }

    /// <summary>The most bytes that <paramref name="chars"/> characters can become, with what was held back before.</summary>
    public static int MaxBytes(int chars) => ((chars + 8) / 4 * 3) + 6;

    /// <summary>How many characters may come, in one piece or in many, so that what they become fits into <paramref name="bytes"/>; the inverse of <see cref="MaxBytes"/>.</summary>
    public static int MaxChars(int bytes) => ((bytes - 6) / 3 * 4) - 8;

    /// <param name="text">One character, or many with none of <see cref="Odd"/> among them: whoever looks for the end of the text sees those too.</param>
    /// <param name="output">Holds at least <see cref="MaxBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public int Append(ReadOnlySpan<byte> text, Span<byte> output)
    {
        var written = 0;
        if (!_leadDone)
        {
            var taken = Math.Min(_lead.Length - _leadChars, text.Length);
            text[..taken].CopyTo(_lead.AsSpan(_leadChars));
            _leadChars += taken;
            text = text[taken..];
            if (_leadChars < _lead.Length)
            {
                return 0;
            }
            written = EndLead(output);
        }
        if (_inPrefix)
        {
            text = SkipPrefix(text);
        }
        return written + Decode(text, output[written..]);
    }

    /// <summary>Ends the text and decodes what was held back.</summary>
    public int End(Span<byte> output)
    {
        var written = _leadDone ? 0 : EndLead(output);
        if (_inPrefix || _quadChars == 1)
        {
            Broken = true;
        }
        if (_quadChars < 2 || Broken)
        {
            return written;
        }

        _quad.AsSpan(_quadChars).Fill((byte)'=');
        return written + DecodeQuad(output[written..]);
    }

    private int EndLead(Span<byte> output)
    {
        _leadDone = true;
        var lead = _lead.AsSpan(0, _leadChars);
        if (System.Text.Ascii.EqualsIgnoreCase(lead, DataScheme))
        {
            _inPrefix = true;
            return 0;
        }

        // One by one, since odd ones may be among them.
        var written = 0;
        for (var n = 0; n < lead.Length; n++)
        {
            written += Decode(lead.Slice(n, 1), output[written..]);
        }
        return written;
    }

    private ReadOnlySpan<byte> SkipPrefix(ReadOnlySpan<byte> text)
    {
        var comma = text.IndexOf((byte)',');
        _prefixChars += comma < 0 ? text.Length : comma;
        if (_prefixChars > MaxPrefixChars)
        {
            Broken = true;
        }
        if (comma < 0)
        {
            return [];
        }

        _inPrefix = false;
        return text[(comma + 1)..];
    }

    private int Decode(ReadOnlySpan<byte> text, Span<byte> output)
    {
        var written = 0;
        while (text.Length > 0 && !Broken)
        {
            if (_quadChars == 0 && !_padded)
            {
                // Whole quads; what is left over, or is none, goes slowly.
                Base64.DecodeFromUtf8(text, output[written..], out var used, out var bytes, isFinalBlock: false);
                text = text[used..];
                written += bytes;
            }
            written += Slowly(ref text, output[written..]);
        }
        return written;
    }

    /// <summary>One quad, character by character.</summary>
    private int Slowly(ref ReadOnlySpan<byte> text, Span<byte> output)
    {
        while (text.Length > 0)
        {
            var c = text[0];
            text = text[1..];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f')
            {
                continue;
            }
            if (_padded)
            {
                Broken = true;
                return 0;
            }

            _quad[_quadChars++] = c;
            if (_quadChars == 4)
            {
                _padded = c == '=';
                return DecodeQuad(output);
            }
        }
        return 0;
    }

    private int DecodeQuad(Span<byte> output)
    {
        var status = Base64.DecodeFromUtf8(_quad, output, out _, out var bytes);
        Broken |= status is not OperationStatus.Done;
        _quadChars = 0;
        return Broken ? 0 : bytes;
    }
}
