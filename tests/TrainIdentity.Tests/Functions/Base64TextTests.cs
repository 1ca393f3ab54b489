using System.Text;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Tests.Functions;

public sealed class Base64TextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:,")]
    public void Any_bytes_cut_anywhere_come_back(string prefix)
    {
        var random = new Random(7);
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);

            var (decoded, broken) = Decode(prefix + Convert.ToBase64String(bytes), random);

            Assert.False(broken);
            Assert.Equal(bytes, decoded);
        }
    }

    [Fact]
    public void White_space_is_passed_over_and_padding_may_be_missing()
    {
        var random = new Random(8);
        for (var length = 1; length < 120; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var text = new StringBuilder(Convert.ToBase64String(bytes).TrimEnd('='));
            for (var n = 0; n < 6; n++)
            {
                text.Insert(random.Next(text.Length + 1), " \n\r\t"[random.Next(4)]);
            }

            var (decoded, broken) = Decode(text.ToString(), random);

            Assert.False(broken);
            Assert.Equal(bytes, decoded);
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA=A")]
    [InlineData("AAA=AAAA")]
    [InlineData("AAA==")]
    [InlineData("====")]
    [InlineData("AA-_")]
    [InlineData("AAAA!AAA")]
    [InlineData("data:image/png;base64")]
    [InlineData("data:image/png;base64,AA*A")]
    public void What_is_no_base64_is_broken(string text)
    {
        var random = new Random(9);

        for (var n = 0; n < 20; n++)
        {
            Assert.True(Decode(text, random).Broken, text);
        }
    }

    [Fact]
    public void A_data_url_without_end_is_broken_and_not_kept()
    {
        var text = "data:" + new string('x', 5000) + ",AAAA";

        var (decoded, broken) = Decode(text, new Random(1));

        Assert.True(broken);
        Assert.Empty(decoded);
    }

    private static (byte[] Decoded, bool Broken) Decode(string text, Random random)
    {
        var decoder = new Base64Text();
        var chars = Encoding.ASCII.GetBytes(text).AsSpan();
        using var decoded = new MemoryStream();
        while (chars.Length > 0)
        {
            var piece = chars[..random.Next(1, Math.Min(chars.Length, 20) + 1)];
            piece = piece[..(piece.IndexOfAny(Base64Text.Odd) is > 0 and var plain ? plain : piece.IndexOfAny(Base64Text.Odd) is 0 ? 1 : piece.Length)];
            var output = new byte[Base64Text.MaxBytes(piece.Length)];
            decoded.Write(output.AsSpan(0, decoder.Append(piece, output)));
            chars = chars[piece.Length..];
        }
        var last = new byte[Base64Text.MaxBytes(0)];
        decoded.Write(last.AsSpan(0, decoder.End(last)));
        return (decoded.ToArray(), decoder.Broken);
    }
}
