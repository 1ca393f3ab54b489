using System.Text.Json;
using Microsoft.Playwright;
using TrainIdentity.HubEmulator.Jobs;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>The page for everybody: without a mouse, on a small screen, in the dark, read aloud.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageLookTests(BrowserRig browser)
{
    private static readonly string Axe = File.ReadAllText(Path.Combine(Checkout.Root, "tests", "browser-packages", "node_modules", "axe-core", "axe.min.js"));

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Nothing_stands_in_the_way_of_assistive_technology(ColorScheme scheme, int width)
    {
        var name = $"look-{scheme.ToString().ToLowerInvariant()}";
        await using var tab = await PageTab.VisitAsync(browser, name);
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await tab.Page.SetViewportSizeAsync(width, 900);
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to begin" })).ToBeVisibleAsync();
        await CheckedAsync(tab, $"{name}-welcome");

        await tab.SignInAsync();
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
        await tab.Start.ClickAsync(new() { Force = true });
        await CheckedAsync(tab, $"{name}-empty");

        await tab.FillAsync("Mom");
        await tab.ChooseAsync(PageTab.SampleFiles(5));
        await tab.Page.GetByText("More options").ClickAsync();
        await tab.Page.GetByText("What makes good photos").ClickAsync();
        await CheckedAsync(tab, $"{name}-form");

        browser.Rig.Hub.Play = JobPlays.Hang;
        try
        {
            await tab.Start.ClickAsync();
            await Expect(tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = "Stop training" })).ToBeVisibleAsync();
            await CheckedAsync(tab, $"{name}-training");
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }

        await CheckResultsAsync(tab, name);
        foreach (var (button, dialog) in new[] { ("Rename", "rename"), ("Delete", "delete") })
        {
            await tab.Card("Mom").GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            await CheckedAsync(tab, $"{name}-{dialog}");
            await tab.Page.Keyboard.PressAsync("Escape");
        }
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Your data" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Photos");
        await CheckedAsync(tab, $"{name}-data");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Trainings_that_are_not_possible_are_said_without_anything_in_the_way(ColorScheme scheme, int width)
    {
        var name = $"lacking-{scheme.ToString().ToLowerInvariant()}";
        await using var tab = await PageTab.OpenAsync(browser, name);
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await tab.Page.SetViewportSizeAsync(width, 900);

        await tab.LimitAsync(limits => limits["profiles"]![1]!["available"] = false);
        await CheckedAsync(tab, $"{name}-one");
        await tab.Page.UnrouteAllAsync();
        await tab.LimitAsync(limits => limits["profiles"]!.AsArray().ToList().ForEach(static profile => profile!["available"] = false));
        await Expect(tab.Page.GetByText("Trainings are not possible just now.")).ToBeVisibleAsync();
        await CheckedAsync(tab, $"{name}-all");
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using var tab = await PageTab.VisitAsync(browser, "look-keyboard");
        var keys = tab.Page.Keyboard;
        // Whoever listens from the start is heard; a key is faster than the switch that catches choosers.
        tab.Page.FileChooser += static (_, _) => { };
        await ReachAsync(tab, "sign-in");
        await keys.PressAsync("Enter");
        await tab.Page.GetByLabel("Somebody else").FillAsync(tab.User);
        await keys.PressAsync("Enter");
        await Expect(tab.Page.Locator("#form")).ToBeVisibleAsync();

        await ReachAsync(tab, "name");
        await keys.TypeAsync("Keys");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Space");
        await ReachAsync(tab, "pick");
        await tab.Tab.ShootAsync("keyboard");
        var picker = await tab.Page.RunAndWaitForFileChooserAsync(() => keys.PressAsync("Space"));
        await picker.SetFilesAsync(PageTab.TinyFiles(4));
        await Expect(tab.Photos).ToHaveCountAsync(4);
        await ReachAsync(tab, "consent");
        await keys.PressAsync("Space");
        await ReachAsync(tab, "start");
        await keys.PressAsync("Enter");

        await Expect(tab.Card("Keys").GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        await tab.SaysAsync("Keys", "Ready");
        await ReachAsync(tab, "How to use it");
        await keys.PressAsync("Enter");
        await ReachAsync(tab, "Link for an image generator: Keys");
        await keys.PressAsync("Enter");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(tab.Page.GetByLabel("Address of the model")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Link for an image generator: Keys" })).ToBeFocusedAsync();
        await ReachAsync(tab, "Delete: Keys");
        await keys.PressAsync("Enter");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Keep" })).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(tab.Page.GetByText("None yet.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Your identities" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_page_says_where_signing_in_has_not_been_set_up()
    {
        await using var service = await browser.StartServiceAsync(("SignIn__Authority", ""), ("SignIn__ClientId", ""));
        await using var tab = await PageTab.VisitAsync(browser, "look-nobody", service);

        await Expect(tab.Page.GetByText("Sign-in has not been set up on this installation.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeHiddenAsync();
    }

    /// <summary>The card of what is ready and of what failed, and the making of a link.</summary>
    private async Task CheckResultsAsync(PageTab tab, string name)
    {
        await TrainAsync(tab, "Dad", JobContainer.Run(), "Ready");
        await tab.Card("Dad").GetByText("How to use it").ClickAsync();
        await tab.Card("Dad").Locator(".previews").ScrollIntoViewIfNeededAsync();
        await Expect(tab.Card("Dad").Locator(".previews img[src]")).ToHaveCountAsync(4);
        await CheckedAsync(tab, $"{name}-ready");

        await tab.Card("Dad").GetByRole(AriaRole.Button, new() { Name = "Link for an image generator" }).ClickAsync();
        await CheckedAsync(tab, $"{name}-link-question");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(tab.Page.GetByLabel("Address of the model")).ToBeVisibleAsync();
        await CheckedAsync(tab, $"{name}-link");
        await tab.Page.Keyboard.PressAsync("Escape");

        await TrainAsync(tab, "Me", JobPlays.FailWithResult(), "Not trained");
        await CheckedAsync(tab, $"{name}-failed");
    }

    private async Task TrainAsync(PageTab tab, string name, JobPlay play, string end)
    {
        browser.Rig.Hub.Play = play;
        try
        {
            await tab.FillAsync(name);
            await tab.ChooseAsync(PageTab.SampleFiles(3));
            await tab.Start.ClickAsync();
            await tab.SaysAsync(name, end);
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }
    }

    /// <summary>axe finds nothing, and nothing is wider than the screen.</summary>
    private static async Task CheckedAsync(PageTab tab, string shot)
    {
        await tab.Tab.ShootAsync(shot);
        _ = await tab.Page.EvaluateAsync(Axe);
        var found = await tab.Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`)");
        Assert.Equal([], found.EnumerateArray().Select(one => one.GetString()));
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{shot} scrolls sideways.");
    }

    /// <summary>Tabs forward to an element, by its id, its spoken name or its text.</summary>
    private static async Task ReachAsync(PageTab tab, string target)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            if (await tab.Page.EvaluateAsync<bool>("target => [document.activeElement?.id, document.activeElement?.getAttribute('aria-label'), document.activeElement?.textContent].includes(target)", target))
            {
                return;
            }
        }
        Assert.Fail($"The keyboard does not get to {target}.");
    }
}
