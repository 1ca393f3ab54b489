using System.Globalization;
using CsCheck;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

/// <summary>What may be a name, and what a name becomes.</summary>
public sealed class IdentityNameTests
{
    private const string Marks = "aZ09-._ /\\\"':#|*`<>&%\n\r\t\0\u00e9\u0130\u212a\u200c\u200d\u0301\ud83d\ude00\ud800";

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String,
        Gen.Int[0, 0x10FFFF].Array[0, 100].Select(runes => string.Concat(runes.Where(rune => rune is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32))),
        Gen.String[Gen.Int[0, Marks.Length - 1].Select(n => Marks[n]), 0, 120]);

    public static TheoryData<string> Cases => CaseFile.Ids<NameCase>(NameCase.Table, one => one.Id);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_name_is_taken_or_refused_as_the_table_says(string id)
    {
        var expected = NameCase.Of(id);

        var problem = IdentityName.Read(expected.Name, out var name);

        Assert.Equal((expected.Code, expected.Code is null ? expected.Value ?? expected.Name : null, expected.Slug), (Code(problem), name?.Value, name?.Slug));
    }

    [Fact]
    public void A_missing_name_is_required() => Assert.Equal(IntakeProblem.NameRequired, IdentityName.Read(null, out _));

    // Half a character cannot be written down in a table.
    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal(IntakeProblem.NameInvalid, IdentityName.Read("a" + (char)0xD800 + "b", out _));

    [Fact]
    public void Any_text_at_all_gives_repo_names_the_Hub_takes() => AnyText.Sample(text =>
    {
        if (IdentityName.Read(text, out var name) is null)
        {
            var id = IdentityId.New(DateTimeOffset.UnixEpoch.AddYears(60));
            foreach (var naming in Enum.GetValues<RepoNaming>())
            {
                Assert.All(RepoLayout.Names(naming, id, name!, DateTimeOffset.UnixEpoch.AddYears(60)).Take(3), repo => Assert.True(RepoId.IsLegal(repo), repo));
            }
        }
    }, iter: 50_000);

    [Fact]
    public void A_name_that_was_taken_is_within_its_limits_and_stays_as_it_is() => AnyText.Sample(text =>
    {
        if (IdentityName.Read(text, out var name) is not null)
        {
            return;
        }
        Assert.InRange(StringInfo.ParseCombiningCharacters(name!.Value).Length, 1, IdentityName.MaxClusters);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(name.Value), 1, IdentityName.MaxBytes);
        Assert.DoesNotContain(name.Value, c => char.IsControl(c) || c is '\u2028' or '\u2029');
        Assert.True(name.Value.IsNormalized());
        Assert.Null(IdentityName.Read(name.Value, out var again));
        Assert.Equal(name, again);
    }, iter: 50_000);

    [Fact]
    public void A_repo_named_opaquely_begins_with_its_record_and_gives_way_when_taken()
    {
        IdentityName.Read("Mom", out var name);
        var id = IdentityId.New(DateTimeOffset.UnixEpoch.AddYears(60));

        var names = RepoLayout.Names(RepoNaming.Opaque, id, name!, DateTimeOffset.UnixEpoch).Take(3);

        Assert.Equal([$"identity-{id}", $"identity-{id}-0", $"identity-{id}-1"], names);
    }

    private static string? Code(IntakeProblem? problem) => problem switch
    {
        null => null,
        IntakeProblem.NameRequired => "name_required",
        IntakeProblem.NameInvalid => "name_invalid",
        _ => problem.ToString(),
    };
}
