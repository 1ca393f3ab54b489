using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What <c>train-identity.d.ts</c> promises is there, and nothing else.</summary>
[Collection(BrowserRig.Name)]
public sealed partial class ClientTypesTests(BrowserRig browser)
{
    private static readonly string Types = File.ReadAllText(Path.Combine(Checkout.Root, "functions", "wwwroot", "app", "train-identity.d.ts"));

    [GeneratedRegex(@"^export class (?<name>\w+).*?^}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Classes();

    [GeneratedRegex(@"^  (?<name>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Methods();

    [GeneratedRegex(@"^  (?:readonly )?(?<name>\w+)\??:", RegexOptions.Multiline)]
    private static partial Regex Fields();

    [Fact]
    public async Task The_types_and_the_module_name_the_same_classes_and_methods()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "types-names");
        var promised = Classes().Matches(Types).SelectMany(type => Methods().Matches(type.Value)
            .Select(method => method.Groups["name"].Value).Where(name => name != "constructor").Prepend("").Select(name => $"{type.Groups["name"].Value}.{name}"));

        var present = await tab.RunAsync("""
            const module = await import('/train-identity.js');
            return Object.entries(module).flatMap(([name, type]) => Object.getOwnPropertyNames(type.prototype).map((member) => `${name}.${member === 'constructor' ? '' : member}`));
            """);

        Assert.Equal(promised.Order(), present.EnumerateArray().Select(name => name.GetString()!).Order());
    }

    [Fact]
    public async Task Drafts_errors_identities_and_photos_have_the_fields_of_their_types()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "types-fields");
        tab.Tab.Announce("status of 404");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Fields', consent: true });
            const error = await client.get('nothing').catch((error) => error);
            const photo = await draft.put(1, png(1));
            const { identity } = await client.get(draft.id);
            await draft.discard();
            const fields = (one) => Object.keys(one).filter((name) => name !== 'name');
            const [profile] = (await client.limits()).profiles;
            return { Profile: fields(profile).concat('name'), Draft: fields(draft), TrainIdentityError: fields(error), Identity: fields(identity), AcceptedPhoto: fields(photo) };
            """);

        Assert.All(["Draft", "TrainIdentityError", "Identity", "Profile"], type => Assert.Equal(Promised(type).Order(), Present(seen, type).Order()));
        Assert.Equal(Promised("StoredPhoto").Concat(Promised("AcceptedPhoto")).Order(), Present(seen, "AcceptedPhoto").Order());
    }

    private static IEnumerable<string> Promised(string type) =>
        Fields().Matches(Regex.Match(Types, $"^export (class|interface) {type}\\b.*?^}}", RegexOptions.Multiline | RegexOptions.Singleline).Value).Select(field => field.Groups["name"].Value);

    private static IEnumerable<string> Present(JsonElement seen, string type) => seen.GetProperty(type).EnumerateArray().Select(name => name.GetString()!);
}
