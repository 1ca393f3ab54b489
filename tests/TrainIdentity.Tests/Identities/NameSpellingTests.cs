using CsCheck;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

/// <summary>Wherever a name is written it is text, and the same text.</summary>
public sealed class NameSpellingTests
{
    private const string Marks = "\\\"'`*_{}[]()#+-.!|<>&:;@=~^$%,?/ a1\u00e9\u674e\u0627";

    private static readonly Gen<string> Names = Gen.OneOf(
            Gen.String[Gen.Char[' ', '~'], 1, 60],
            Gen.String[Gen.Int[0, Marks.Length - 1].Select(n => Marks[n]), 1, 60],
            Gen.Int[0x20, 0x10FFFF].Array[1, 40].Select(runes => string.Concat(runes.Where(rune => rune is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32))))
        .Select(text => IdentityName.Read(text, out var name) is null ? name!.Value : "Mom");

    public static TheoryData<string> Taken => [.. NameCase.All.Where(one => one.Code is null).Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(Taken))]
    public void A_name_that_is_taken_is_inert_in_everything_the_repo_is_given(string id) => NameInRepo.AssertInert(NameCase.Of(id).Value ?? NameCase.Of(id).Name);

    [Fact]
    public void So_is_any_other() => Names.Sample(NameInRepo.AssertInert, iter: 10_000);

    [Fact]
    public void View_and_row_give_a_name_back_as_it_was() => Names.Sample(name =>
    {
        var identity = NameInRepo.Identity(name);
        var view = JsonSerializer.SerializeToUtf8Bytes(IdentityView.Of(identity), ApiJson.Default.IdentityView);
        Assert.Equal(name, (string)JsonNode.Parse(view)!["identityName"]!);
        Assert.Equal(name, IdentityRow.Read(IdentityRow.Write(identity, Guid.Empty)).Name);
    }, iter: 10_000);

    [Fact]
    public void In_a_repo_named_opaquely_nothing_names_the_person_or_the_user()
    {
        var plan = RepoLayout.Plan(NameInRepo.Identity("Xylocanarius", opaque: true), "", new Dictionary<string, byte[]>());
        var config = JsonNode.Parse(NameInRepo.File(plan, "training_config.json"))!.AsObject();

        var all = string.Join('\n', plan.Files.Select(file => NameInRepo.File(plan, file.Path)).Append(plan.Summary).Append(plan.Trailer));

        Assert.DoesNotContain("Xylocanarius", all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("mira-the-user", all, StringComparison.Ordinal);
        Assert.Equal((false, false, true), (config.ContainsKey("identity_name"), config.ContainsKey("user_id"), config.ContainsKey("identity_id")));
        Assert.Equal("Upload training data for 0199a6a0-1111-7222-8333-944455566677 (1 images)", plan.Summary);
        Assert.Contains("# 0199a6a0\\-1111\\-7222\\-8333\\-944455566677 Identity Model", NameInRepo.File(plan, "README.md"), StringComparison.Ordinal);
    }
}
