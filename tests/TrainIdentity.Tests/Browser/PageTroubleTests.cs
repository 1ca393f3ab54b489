using Microsoft.Playwright;
using TrainIdentity.Tests.Rig;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What goes wrong on the way, and that nothing is lost by it.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageTroubleTests(BrowserRig browser)
{
    private const string Opening = "**/api/identities";

    private const string AnyPhoto = "**/api/identities/*/photos/*";

    [Fact]
    public async Task An_upload_goes_on_by_itself_when_the_connection_is_back()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-offline");
        tab.Tab.Announce("ERR_INTERNET_DISCONNECTED", "ERR_FAILED");
        var held = await HoldPhotosAsync(tab, after: 2);
        await tab.FillAsync("Offline");
        await tab.ChooseAsync(PageTab.TinyFiles(8));
        await tab.Start.ClickAsync();
        await held.Task;

        await tab.Tab.Context.SetOfflineAsync(true);
        await Expect(tab.Page.GetByText("You are offline.")).ToBeVisibleAsync();
        await tab.Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await tab.Tab.Context.SetOfflineAsync(false);

        await Expect(tab.Page.GetByText("You are offline.")).ToBeHiddenAsync();
        await tab.SaysAsync("Offline", "Ready");
        Assert.Equal(8, (int)Assert.Single(await tab.IdentitiesAsync())!["numTrainingImages"]!);
    }

    [Fact]
    public async Task A_reload_in_the_middle_loses_nothing()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-reload");
        var held = await HoldPhotosAsync(tab, after: 3);
        await tab.FillAsync("Reload");
        await tab.ChooseAsync(PageTab.TinyFiles(8));
        await tab.Start.ClickAsync();
        await held.Task;
        var draft = (string)Assert.Single(await tab.IdentitiesAsync())!["id"]!;

        await tab.Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await tab.ReloadAsync();

        await tab.SaysAsync("Reload", "Ready");
        var identity = Assert.Single(await tab.IdentitiesAsync())!;
        Assert.Equal((draft, 8), ((string)identity["id"]!, (int)identity["numTrainingImages"]!));
    }

    [Fact]
    public async Task Chosen_photos_and_typed_words_are_still_there_after_a_reload_and_gone_after_signing_out()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-kept");
        await tab.FillAsync("Kept");
        await tab.ChooseAsync(PageTab.TinyFiles(4));
        await Expect(tab.Start).ToHaveAttributeAsync("aria-disabled", "false");
        await tab.KeptAsync(4);

        await tab.ReloadAsync();
        await Expect(tab.Photos).ToHaveCountAsync(4);
        await Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Kept");
        await Expect(tab.Start).ToHaveAttributeAsync("aria-disabled", "false");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to begin" })).ToBeVisibleAsync();
        await tab.SignInAsync();
        await Expect(tab.Photos).ToHaveCountAsync(0);
        await Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_second_tab_waits_for_the_first_and_then_goes_on_with_its_upload()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-tabs");
        await tab.FillAsync("Tabs");
        var held = await HoldPhotosAsync(tab, after: 2);
        await tab.ChooseAsync(PageTab.TinyFiles(6));
        await tab.Start.ClickAsync();
        await held.Task;

        var other = await tab.AnotherAsync();
        await Expect(other.GetByText("This page is open in another tab")).ToBeVisibleAsync();
        await Expect(other.Locator("#form")).ToBeHiddenAsync();
        await tab.Page.CloseAsync();

        await Expect(other.Locator("#cards .badge")).ToHaveTextAsync("Ready", new() { Timeout = 180_000 });
        Assert.Equal(6, (int)Assert.Single(await tab.IdentitiesAsync())!["numTrainingImages"]!);
    }

    [Fact]
    public async Task A_draft_begun_elsewhere_is_finished_here()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-elsewhere");
        var draft = await BegunAsync(tab.User, "Elsewhere");
        await tab.ReloadAsync();

        await tab.Card("Elsewhere").GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(tab.Photos).ToHaveCountAsync(2);
        await tab.ChooseAsync(PageTab.SampleFiles(2));
        await tab.Start.ClickAsync();

        await tab.SaysAsync("Elsewhere", "Ready");
        var identity = Assert.Single(await tab.IdentitiesAsync())!;
        Assert.Equal((draft, 4), ((string)identity["id"]!, (int)identity["numTrainingImages"]!));
    }

    [Fact]
    public async Task A_sign_in_that_has_expired_is_renewed_on_the_way()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-expired");
        tab.Tab.Announce("status of 401");
        await tab.Page.RouteAsync(Opening, ExpiredAsync, new() { Times = 1 });

        await tab.FillAsync("Renewed");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();

        await tab.SaysAsync("Renewed", "Ready");
        Assert.Equal(2, tab.Tab.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sign_in_that_is_over_is_asked_for_and_the_upload_goes_on_after_it()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-over");
        tab.Tab.Announce("status of 401", "status of 400");
        await tab.Page.RouteAsync(Opening, ExpiredAsync);
        await tab.Page.RouteAsync("**/token", route => route.FulfillAsync(new()
        {
            Status = 400, ContentType = "application/json", Headers = [new("Access-Control-Allow-Origin", "*")], Body = """{"error":"invalid_grant"}""",
        }));

        await tab.FillAsync("Over");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await Expect(tab.Page.Locator("#upload-trouble-text")).ToHaveTextAsync("Your sign-in has expired. Sign in again; the upload goes on where it was.");
        await tab.Page.UnrouteAllAsync();
        await tab.SignInAsync();

        await tab.SaysAsync("Over", "Ready");
        Assert.Equal(3, (int)Assert.Single(await tab.IdentitiesAsync())!["numTrainingImages"]!);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_said_and_tried_again()
    {
        await using var tab = await PageTab.OpenAsync(browser, "trouble-list");
        tab.Tab.Announce("status of 500");
        await tab.Page.RouteAsync("**/api/identities?*", route => route.FulfillAsync(new()
        {
            Status = 500, ContentType = "application/problem+json", Body = """{"code":"internal_error","detail":"Something went wrong on our side. Try again; nothing is done twice.","retryable":false}""",
        }));
        await tab.ReloadAsync();

        await Expect(tab.Page.GetByText("Your identities could not be loaded.")).ToBeVisibleAsync();
        await tab.Page.UnrouteAllAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
    }

    private static Task ExpiredAsync(IRoute route) => route.FulfillAsync(new()
    {
        Status = 401, ContentType = "application/problem+json", Body = """{"code":"token_expired","detail":"The token has expired.","retryable":false}""",
    });

    /// <summary>A draft with two photos, as another browser would leave it.</summary>
    private async Task<string> BegunAsync(string user, string name)
    {
        using var body = Uploads.Text($$"""{"identityName":"{{name}}","consent":true}""");
        var id = (string)(await browser.Rig.SendAsync(HttpMethod.Post, "/api/identities", user, body)).Json["id"]!;
        for (var n = 1; n <= 2; n++)
        {
            using var photo = new ByteArrayContent(TinyPhotos.Png(n));
            Assert.Equal(200, (await browser.Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n}", user, photo)).Status);
        }
        return id;
    }

    /// <summary>Lets some photos through and holds the others back.</summary>
    private static async Task<TaskCompletionSource> HoldPhotosAsync(PageTab tab, int after)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var through = 0;
        await tab.Page.RouteAsync(AnyPhoto, async route =>
        {
            if (route.Request.Method != "PUT" || Interlocked.Increment(ref through) <= after)
            {
                await route.ContinueAsync();
                return;
            }
            _ = held.TrySetResult();
        });
        return held;
    }
}
