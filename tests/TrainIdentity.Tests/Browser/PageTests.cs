using Microsoft.Playwright;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Photos;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What somebody does on the page who sees it for the first time.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageTests(BrowserRig browser)
{
    [Fact]
    public async Task A_person_signs_in_trains_watches_and_deletes()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-first");
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();

        await tab.FillAsync("Mom");
        await tab.ChooseAsync(PageTab.SampleFiles(6));
        await tab.Tab.ShootAsync("form");
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Mom", "Ready");
        var identity = Assert.Single(await tab.IdentitiesAsync())!;
        var repo = (string)identity["modelId"]!;
        Assert.Equal(6, (int)identity["numTrainingImages"]!);
        Assert.NotNull(browser.Rig.Hub.ReadFile(repo, "thumbnail.jpg"));
        await Expect(tab.Card("Mom").Locator(".face img")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("");
        await Expect(tab.Photos).ToHaveCountAsync(0);
        await tab.Card("Mom").GetByText("How to use it").ClickAsync();
        await Expect(tab.Card("Mom").Locator(".prompt")).ToHaveTextAsync($"a photo of {identity["trainingConfig"]!["trigger"]} person, {{scene}}");
        await tab.Tab.ShootAsync("ready");

        await tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Delete Mom?" })).ToContainTextAsync("its 6 photos");
        await tab.Tab.ShootAsync("delete");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        await Expect(tab.Card("Mom")).ToBeVisibleAsync();
        await tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
        await browser.Rig.GoneAsync(repo);
    }

    [Fact]
    public async Task What_is_missing_is_said_when_somebody_wants_to_start_and_taken_back_when_it_is_there()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-missing");
        await tab.Start.ClickAsync(new() { Force = true });

        foreach (var missing in new[] { "Please provide an identity name", "Please say who this is", "Please upload at least 3 photos", "Please confirm consent to use these images" })
        {
            await Expect(tab.Page.GetByText(missing, new() { Exact = true })).ToBeVisibleAsync();
        }
        await Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        await tab.FillAsync("Dad");
        await tab.ChooseAsync(PageTab.TinyFiles(2));
        await Expect(tab.Page.Locator("#photos-problem")).ToHaveTextAsync("1 more photos needed (minimum 3)");
        await tab.ChooseAsync(PageTab.SampleFiles(1));
        await Expect(tab.Page.Locator(".problem:not(:empty)")).ToHaveCountAsync(0);
        await Expect(tab.Start).ToHaveAttributeAsync("aria-disabled", "false");
        Assert.Empty(await tab.IdentitiesAsync());
        Assert.DoesNotContain(tab.Tab.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal) || request.Contains("POST") && request.Contains("/api/"));
    }

    [Fact]
    public async Task Forty_photos_are_sent_and_a_forty_first_is_not_taken()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-forty");

        await tab.FillAsync("Me");
        await tab.ChooseAsync(PageTab.TinyFiles(41));
        await Expect(tab.Page.GetByText("Maximum 40 photos allowed").First).ToBeVisibleAsync();
        await Expect(tab.Photos).ToHaveCountAsync(40);
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Me", "Ready");

        Assert.Equal(40, (int)Assert.Single(await tab.IdentitiesAsync())!["numTrainingImages"]!);
    }

    [Fact]
    public async Task A_photo_the_service_refuses_is_shown_by_itself_and_the_others_go_on()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-refused");
        tab.Tab.Announce("status of 422");
        var odd = PngBytes.Chunk("tEXt", "Comment\0hello"u8.ToArray());
        odd[^1] ^= 1;
        var broken = PngBytes.Join(PngBytes.Signature, PngBytes.Header(64, 64, 8, 0), odd, PngBytes.Chunk("IDAT", PngBytes.Deflate(PngBytes.Rows(64, 64))), PngBytes.End);

        await tab.FillAsync("Mixed");
        await tab.ChooseAsync([.. PageTab.SampleFiles(3), new FilePayload { Name = "broken.png", MimeType = "image/png", Buffer = broken }]);
        await tab.Start.ClickAsync();
        await Expect(tab.Page.GetByText("1 photo cannot be used.").First).ToBeVisibleAsync();
        await Expect(tab.Photos.Filter(new() { HasText = "Stored" })).ToHaveCountAsync(3);
        await tab.Tab.ShootAsync("refused");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove photo 4, broken.png" }).ClickAsync();

        await tab.SaysAsync("Mixed", "Ready");
        Assert.Equal(3, (int)Assert.Single(await tab.IdentitiesAsync())!["numTrainingImages"]!);
    }

    [Fact]
    public async Task A_failed_training_is_told_in_words_and_tried_again()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-failed");
        browser.Rig.Hub.Play = JobPlays.FailWithResult();
        try
        {
            await tab.FillAsync("Again");
            await tab.ChooseAsync(PageTab.SampleFiles(3));
            await tab.Start.ClickAsync();
            await tab.SaysAsync("Again", "Not trained");
            await Expect(tab.Card("Again").Locator(".why")).ToContainTextAsync("ran out of memory");
            await tab.Tab.ShootAsync("failed");
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }

        await tab.Card("Again").GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await tab.SaysAsync("Again", "Ready");
    }

    [Fact]
    public async Task A_training_is_stopped_after_a_question()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-stopped");
        browser.Rig.Hub.Play = JobPlays.Hang;
        try
        {
            await tab.FillAsync("Stop");
            await tab.ChooseAsync(PageTab.SampleFiles(3));
            await tab.Start.ClickAsync();
            await tab.Card("Stop").GetByRole(AriaRole.Button, new() { Name = "Stop training" }).ClickAsync();
            await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop training" }).ClickAsync();
            await tab.SaysAsync("Stop", "Not trained");
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }
        await Expect(tab.Card("Stop").Locator(".why")).ToHaveTextAsync("You cancelled the training. You can try again as long as the photos are kept, or delete the identity.");
    }

    [Fact]
    public async Task A_name_can_be_changed_in_any_script()
    {
        const string Name = "جدتي فاطمة";
        await using var tab = await PageTab.OpenAsync(browser, "page-rename");
        await tab.FillAsync("Grandma");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Grandma", "Ready");

        await tab.Card("Grandma").GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await tab.Page.GetByLabel("New name").FillAsync(Name);
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();

        await Expect(tab.Card(Name)).ToBeVisibleAsync();
        Assert.Equal(Name, (string)Assert.Single(await tab.IdentitiesAsync())!["identityName"]!);
        Assert.Equal("rtl", await tab.Card(Name).Locator("bdi").EvaluateAsync<string>("name => getComputedStyle(name).direction"));
    }

    [Fact]
    public async Task Everything_held_can_be_seen_and_erased()
    {
        await using var tab = await PageTab.OpenAsync(browser, "page-data");
        await tab.FillAsync("All");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("All", "Ready");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Your data" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Models1");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete everything" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete everything" }).ClickAsync();

        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
        Assert.Empty(await tab.IdentitiesAsync());
    }
}
