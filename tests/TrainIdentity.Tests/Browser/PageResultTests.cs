using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TrainIdentity.HubEmulator.Jobs;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What somebody has of a model that is ready: pictures of it, and a way to use it.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageResultTests(BrowserRig browser)
{
    private const string NoteRevoked = """
        const revoke = URL.revokeObjectURL.bind(URL);
        globalThis.revoked = [];
        URL.revokeObjectURL = (address) => (revoked.push(address), revoke(address));
        """;

    private static readonly Regex Blob = new("^blob:");

    private static readonly Regex Http = new("^http");

    private static readonly string[] Views = ["Mom from the front", "Mom in right profile", "Mom in left profile", "Mom smiling"];

    [Fact]
    public async Task What_the_model_drew_is_shown_when_somebody_comes_to_it_and_let_go_with_its_card()
    {
        await using var tab = await PageTab.OpenAsync(browser, "result-pictures");
        await tab.Page.AddInitScriptAsync(NoteRevoked);
        await tab.Page.SetViewportSizeAsync(360, 640);
        await tab.ReloadAsync();
        await TrainAsync(tab, JobContainer.Run());
        await tab.Page.EvaluateAsync("() => scrollTo(0, 0)");
        var before = tab.Tab.Requests.Count(IsPreview);
        await tab.ReloadAsync();
        await Expect(tab.Card("Mom").Locator(".face img")).ToHaveAttributeAsync("src", Blob);

        await tab.Card("Mom").Locator(".previews").ScrollIntoViewIfNeededAsync();
        foreach (var view in Views)
        {
            var picture = tab.Card("Mom").GetByRole(AriaRole.Img, new() { Name = view, Exact = true });
            await Expect(picture).ToBeVisibleAsync();
            await Expect(picture).ToHaveAttributeAsync("src", Blob);
            Assert.True(await picture.EvaluateAsync<bool>("picture => picture.decode().then(() => picture.naturalWidth > 0)"));
        }
        Assert.Equal(4, tab.Tab.Requests.Count(IsPreview) - before);
        var shown = await tab.Card("Mom").Locator(".previews img").EvaluateAllAsync<string[]>("pictures => pictures.map(({ src }) => src)");

        await tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
        Assert.Empty(shown.Except(await tab.Page.EvaluateAsync<string[]>("() => revoked")));
    }

    [Fact]
    public async Task A_model_without_pictures_says_how_to_use_it_all_the_same()
    {
        await using var tab = await PageTab.OpenAsync(browser, "result-plain");
        await TrainAsync(tab, JobPlays.Succeed);
        var plan = Assert.Single(await tab.IdentitiesAsync())!["trainingConfig"]!;

        var card = tab.Card("Mom");
        await card.GetByText("How to use it").ClickAsync();
        await Expect(card.Locator(".previews")).ToBeHiddenAsync();
        await Expect(card.Locator(".prompt")).ToHaveTextAsync($"a photo of {plan["trigger"]} person, {{scene}}");
        await Expect(card.Locator(".trigger")).ToHaveTextAsync((string)plan["trigger"]!);
        await Expect(card.Locator(".word")).ToHaveTextAsync("person");
        await Expect(card.Locator(".base")).ToHaveTextAsync("black-forest-labs/FLUX.1-dev");
        await Expect(card.Locator(".terms")).ToHaveAttributeAsync("href", (string)plan["license_link"]!);
        await Expect(card.Locator(".use")).ToContainTextAsync("0.8");
    }

    [Fact]
    public async Task A_link_is_made_after_a_question_works_for_anybody_and_is_gone_when_it_is_closed()
    {
        await using var tab = await PageTab.OpenAsync(browser, "result-link");
        List<string> console = [];
        tab.Page.Console += (_, message) => console.Add(message.Text);
        await tab.Tab.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await TrainAsync(tab, JobPlays.Succeed);
        await tab.Card("Mom").GetByText("How to use it").ClickAsync();
        var make = tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Link for an image generator" });
        var address = tab.Page.GetByLabel("Address of the model");

        await make.ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("whoever has the link can fetch the model until the link ends");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Equal(0, await LinksAsync(tab));

        await make.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(address).ToHaveValueAsync(Http);
        await Expect(tab.Page.Locator("#link-end")).ToContainTextAsync("It ends ");
        var url = await address.InputValueAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the address" }).ClickAsync();
        await Expect(tab.Page.Locator("#link-said")).ToHaveTextAsync("Copied.");
        Assert.Equal(url, await tab.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        using var anybody = new HttpClient();
        var held = (await HeldAsync(tab))["weights"]!;
        Assert.Equal((string)held["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(await anybody.GetByteArrayAsync(url, TestContext.Current.CancellationToken))));

        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(address).ToHaveValueAsync("");
        Assert.DoesNotContain(url, await tab.Page.EvaluateAsync<string>(
            "() => [location.href, document.documentElement.outerHTML, ...[localStorage, sessionStorage].flatMap((store) => Object.values(store)), JSON.stringify(history.state)].join(' ')"));
        Assert.DoesNotContain(console, text => text.Contains(url, StringComparison.Ordinal));
        Assert.Equal(1, await LinksAsync(tab));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Your data" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Links made for image generators1");
    }

    [Fact]
    public async Task A_link_that_has_ended_is_not_offered_any_more()
    {
        await using var tab = await PageTab.OpenAsync(browser, "result-ended");
        await TrainAsync(tab, JobPlays.Succeed);
        await tab.Page.RouteAsync("**/weights-link", async route =>
        {
            var link = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            link["expiresAt"] = "2020-01-01T00:00:00Z";
            await route.FulfillAsync(new() { ContentType = "application/json", Body = link.ToJsonString() });
        });

        await tab.Card("Mom").GetByText("How to use it").ClickAsync();
        await tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Link for an image generator" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();

        await Expect(tab.Page.Locator("#link-end")).ToHaveTextAsync("This link has ended. Close this and make another one if you need it.");
        await Expect(tab.Page.GetByLabel("Address of the model")).ToHaveValueAsync("");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the address" })).ToBeHiddenAsync();
    }

    private static bool IsPreview(string request) => request.Contains("/previews/", StringComparison.Ordinal);

    private async Task TrainAsync(PageTab tab, JobPlay play)
    {
        browser.Rig.Hub.Play = play;
        try
        {
            await tab.FillAsync("Mom");
            await tab.ChooseAsync(PageTab.SampleFiles(3));
            await tab.Start.ClickAsync();
            await tab.SaysAsync("Mom", "Ready");
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }
    }

    private static async Task<JsonNode> HeldAsync(PageTab tab) => Assert.Single((await tab.Rig.GetAsync("/api/me", tab.User)).Json["identities"]!.AsArray())!;

    private static async Task<int> LinksAsync(PageTab tab) => (int)(await HeldAsync(tab))["weightsLinks"]!;
}
