using System.Buffers.Binary;

namespace TrainIdentity.Tests.Rig;

/// <summary>Makes one input out of a corpus by a few random changes in a row.</summary>
internal sealed class FuzzMutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> words)
{
    private const int MaxChanges = 8;
    private const int MaxBlock = 256;
    private const int MaxLength = 1 << 16;

    // Borders of the integer sizes, and what a length or a count is most likely compared with.
    private static readonly uint[] Interesting =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096,
        0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x1000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
    ];

    public byte[] Make(Random random)
    {
        var input = Pick(random);
        for (var changes = 1 + random.Next(1 + random.Next(MaxChanges)); changes > 0; changes--) input = Change(input, random);
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    private byte[] Change(byte[] input, Random random) => random.Next(13) switch
    {
        0 or 1 => FlipBit(input, random),
        2 or 3 => SetByte(input, random),
        4 or 5 => SetInteger(input, random),
        6 => Nudge(input, random),
        7 => input[..random.Next(input.Length + 1)],
        8 => Remove(input, random),
        9 => Insert(input, Noise(random), random),
        10 => Insert(input, Block(input, random), random),
        11 => Splice(input, random),
        _ => words.Count > 0 ? Word(input, random) : Insert(input, Block(Pick(random), random), random),
    };

    private byte[] Pick(Random random) => corpus.Count is 0 ? [] : corpus[random.Next(corpus.Count)];

    private static byte[] FlipBit(byte[] input, Random random) => At(input, 1, random, span => span[0] ^= (byte)(1 << random.Next(8)));

    private static byte[] SetByte(byte[] input, Random random) =>
        At(input, 1, random, span => span[0] = random.Next(4) is 0 ? (byte)(random.Next(2) * 255) : (byte)random.Next(256));

    private static byte[] Nudge(byte[] input, Random random) => At(input, 1, random, span => span[0] += (byte)random.Next(-3, 4));

    private static byte[] SetInteger(byte[] input, Random random)
    {
        var value = Interesting[random.Next(Interesting.Length)];
        var bytes = new byte[4];
        if (random.Next(2) is 0) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        var size = 1 << random.Next(3);
        var part = bytes[0] is 0 ? bytes[^size..] : bytes[..size];
        return At(input, size, random, span => part.CopyTo(span));
    }

    private static byte[] Remove(byte[] input, Random random)
    {
        var (from, to) = Range(input, random);
        return [.. input[..from], .. input[to..]];
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[1 + random.Next(1 + random.Next(64))];
        if (random.Next(2) is 0) random.NextBytes(noise);
        else Array.Fill(noise, (byte)random.Next(256));
        return noise;
    }

    private static byte[] Insert(byte[] input, byte[] block, Random random)
    {
        var at = random.Next(input.Length + 1);
        var times = random.Next(8) is 0 ? 1 + random.Next(100) : 1;
        return [.. input[..at], .. Enumerable.Repeat(block, times).SelectMany(b => b), .. input[at..]];
    }

    private byte[] Splice(byte[] input, Random random)
    {
        var other = Pick(random);
        return [.. input[..random.Next(input.Length + 1)], .. other[random.Next(other.Length + 1)..]];
    }

    private byte[] Word(byte[] input, Random random)
    {
        var word = words[random.Next(words.Count)];
        return random.Next(2) is 0 ? Insert(input, word, random) : At(input, word.Length, random, span => word.CopyTo(span));
    }

    private static byte[] Block(byte[] input, Random random)
    {
        var (from, to) = Range(input, random);
        return input[from..to];
    }

    private static (int From, int To) Range(byte[] input, Random random)
    {
        var from = random.Next(input.Length + 1);
        return (from, Math.Min(input.Length, from + 1 + random.Next(1 + random.Next(MaxBlock))));
    }

    private static byte[] At(byte[] input, int size, Random random, SpanAction change)
    {
        if (input.Length < size) return input;
        byte[] changed = [.. input];
        change(changed.AsSpan(random.Next(input.Length - size + 1), size));
        return changed;
    }

    private delegate void SpanAction(Span<byte> span);
}
