using System.Text;
using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Identities;

public sealed class IdentityNameTests
{
    [Theory]
    [InlineData("Mom", "mom")]
    [InlineData("Dad ", "dad")]
    [InlineData("Мама", "person")]
    [InlineData("李小龍", "person")]
    [InlineData("!!!", "person")]
    [InlineData("Aunt Mary-Lou (2)", "aunt-mary-lou-2")]
    [InlineData("../../admin", "admin")]
    [InlineData("$(rm -rf /)", "rm-rf")]
    [InlineData("<script>alert(1)</script>", "script-alert-1-script")]
    public void Every_name_has_a_legal_slug(string text, string slug)
    {
        var problem = IdentityName.Read(text, out var name);

        Assert.Null(problem);
        Assert.Equal(text.Trim(), name!.Value);
        Assert.Equal(slug, name.Slug);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void A_name_is_required(string? text) => Assert.Equal(IntakeProblem.NameRequired, IdentityName.Read(text, out _));

    [Theory]
    [InlineData("x\n---\nlicense: other\n y")]
    [InlineData("a\r\nSet-Cookie: x")]
    [InlineData("a\0b")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u2028b")]
    public void Text_that_could_act_is_refused(string text) => Assert.Equal(IntakeProblem.NameInvalid, IdentityName.Read(text, out _));

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal(IntakeProblem.NameInvalid, IdentityName.Read("a" + (char)0xD800 + "b", out _));

    [Fact]
    public void Length_is_counted_in_what_a_reader_sees()
    {
        var family = "👨‍👩‍👧";

        Assert.Null(IdentityName.Read(new string('x', 80), out _));
        Assert.Equal(IntakeProblem.NameInvalid, IdentityName.Read(new string('x', 81), out _));
        Assert.Null(IdentityName.Read(string.Concat(Enumerable.Repeat(family, 17)), out _));
        Assert.Equal(IntakeProblem.NameInvalid, IdentityName.Read(string.Concat(Enumerable.Repeat(family, 18)), out _));
    }

    [Fact]
    public void Two_spellings_of_one_name_are_one()
    {
        IdentityName.Read("Ame\u0301lie", out var decomposed);
        IdentityName.Read("Am\u00e9lie", out var composed);

        Assert.Equal(composed, decomposed);
    }

    [Fact]
    public void Any_text_at_all_gives_a_repo_name_the_Hub_takes()
    {
        var random = new Random(3);
        for (var n = 0; n < 20_000; n++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 90); text.Length < length;)
            {
                text.Append(random.Next(3) switch { 0 => (char)random.Next(0x20, 0x7f), 1 => '-', _ => (char)random.Next(0x20, 0xD7FF) });
            }
            if (IdentityName.Read(text.ToString(), out var name) is null)
            {
                Assert.True(RepoId.IsLegal($"identity-{name!.Slug}-1761500000000"), name.Slug);
            }
        }
    }
}
