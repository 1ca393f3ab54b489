using System.Globalization;
using TrainIdentity.Functions;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Output;

/// <summary>What is taken out of a line before anybody can read it, and what stays readable.</summary>
public sealed class RedactionTests
{
    private const string Table = "redaction.json";

    public static TheoryData<string> Lines => CaseFile.Ids<LineCase>(Table, one => one.Id);

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_keeps_what_helps_and_loses_what_opens(string id)
    {
        var line = CaseFile.Read<LineCase>(Table).Single(one => one.Id == id);

        var clean = Redaction.Clean(line.Line);

        Assert.All(line.Hidden, text => Assert.DoesNotContain(text, clean, StringComparison.Ordinal));
        Assert.All(line.Shown, text => Assert.Contains(text, clean, StringComparison.Ordinal));
        Assert.Equal(clean, Redaction.Clean(clean));
    }

    [Fact]
    public void What_was_read_from_the_secret_store_is_hidden_whatever_it_looks_like()
    {
        const string Secret = "plain words that nobody would know";

        Assert.Contains(Secret, Redaction.Clean($"x {Secret} y"), StringComparison.Ordinal);
        Redaction.Hide(Secret, null, "", "short");

        Assert.Equal("x *** y", Redaction.Clean($"x {Secret} y"));
        Assert.Equal("a short line", Redaction.Clean("a short line"));
    }

    [Fact]
    public void A_secret_written_in_two_halves_is_found_all_the_same()
    {
        using var printed = new StringWriter(CultureInfo.InvariantCulture);
        using (var output = new RedactedOutput(printed))
        {
            output.Write("token hf_aaaa");
            output.Write("aaaabbbbbbbb and\nnext line ");
            output.Write('h');
            output.Write("xf_ccccccccccc".ToCharArray(), 1, 13);
            output.WriteLine("ccc end");
            output.Write("no end hf_dddddddddd");
        }

        Assert.Equal("token *** and\nnext line *** end\nno end ***", printed.ToString().ReplaceLineEndings("\n"));
    }

    public sealed record LineCase(string Id, string Line, IReadOnlyList<string> Hidden, IReadOnlyList<string> Shown);
}
