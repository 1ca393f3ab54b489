using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What somebody is told before a photo leaves the device: what it takes, what it costs, on what terms, and whether it can be.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageTermsTests(BrowserRig browser)
{
    [Fact]
    public async Task What_a_training_takes_and_costs_and_its_terms_stand_with_the_choice()
    {
        await using var tab = await PageTab.OpenAsync(browser, "terms-profiles");
        var choices = tab.Page.GetByRole(AriaRole.Group, new() { Name = "Training" }).GetByRole(AriaRole.Radio);
        var estimate = tab.Page.Locator("#estimate");

        await Expect(choices).ToHaveCountAsync(3);
        await Expect(choices.Nth(0)).ToBeCheckedAsync();
        await Expect(tab.Page.GetByLabel("flux-512, the usual one")).ToBeCheckedAsync();
        var usual = tab.Page.Locator("#profiles label").First;
        await Expect(usual).ToContainTextAsync("512 × 512 pixels, 1,000 steps");
        await Expect(usual).ToContainTextAsync("About 35 minutes, usually about 1.46 USD, never more than 3.75 USD.");
        await Expect(tab.Page.Locator("#profiles label").Nth(1)).ToContainTextAsync("about 50 steps per photo (600 to 2,000)");
        await Expect(estimate).ToHaveTextAsync("About 35 minutes, usually about 1.46 USD, never more than 3.75 USD.");
        await Expect(tab.Page.Locator("#profile-hint")).ToHaveTextAsync(
            "Trained on black-forest-labs/FLUX.1-dev, licence flux-1-dev-non-commercial-license. The base model is gated: whoever runs this service has accepted its terms. "
            + "Its licence allows non-commercial use only, and holds for your model, too.");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "flux-1-dev-non-commercial-license" })).ToHaveAttributeAsync(
            "href", "https://huggingface.co/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md");

        await choices.Nth(2).CheckAsync();
        await Expect(estimate).ToHaveTextAsync("About 90 minutes, usually about 3.75 USD, never more than 7.50 USD.");
        await tab.FillAsync("Sharp");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Sharp", "Ready");
        Assert.Equal("flux-1024", (string)Assert.Single(await tab.IdentitiesAsync())!["trainingConfig"]!["profile"]!);
        await Expect(choices.Nth(0)).ToBeCheckedAsync();
    }

    [Fact]
    public async Task What_the_operator_says_is_the_usual_one_is_chosen_and_what_is_not_known_is_not_made_up()
    {
        await using var tab = await PageTab.OpenAsync(browser, "terms-own");
        await tab.LimitAsync(limits =>
        {
            limits["defaultProfile"] = "flux-1024";
            var profile = limits["profiles"]![2]!;
            (profile["gated"], profile["license"], profile["estimate"]) = (false, "apache-2.0", null);
        });

        await Expect(tab.Page.GetByLabel("flux-1024, the usual one")).ToBeCheckedAsync();
        await Expect(tab.Page.Locator("#profiles label").Nth(2)).ToContainTextAsync("How long it takes and what it costs is not known here.");
        await Expect(tab.Page.Locator("#estimate")).ToHaveTextAsync("");
        await Expect(tab.Page.Locator("#profile-hint")).ToHaveTextAsync("Trained on black-forest-labs/FLUX.1-dev, licence apache-2.0. Its licence holds for your model, too.");
    }

    [Theory]
    [InlineData("keep", "Your photos are kept beside the model until you delete the identity.")]
    [InlineData("afterTraining", "Your photos are removed for good as soon as the model is trained.")]
    [InlineData("days:1", "Your photos are removed for good 1 day after the training.")]
    [InlineData("days:30", "Your photos are removed for good 30 days after the training.")]
    public async Task What_becomes_of_the_photos_is_said_where_one_agrees(string policy, string said)
    {
        await using var tab = await PageTab.OpenAsync(browser, $"terms-{policy.Replace(':', '-')}");
        await tab.LimitAsync(limits => limits["photos"]!["kept"] = policy);

        await Expect(tab.Page.Locator(".consent")).ToContainTextAsync(said);
    }

    [Fact]
    public async Task A_profile_that_cannot_be_trained_is_not_offered()
    {
        await using var tab = await PageTab.OpenAsync(browser, "terms-one");
        await tab.LimitAsync(limits => limits["profiles"]![0]!["available"] = false);

        var choices = tab.Page.Locator("#profiles label");
        await Expect(choices.Nth(0).GetByRole(AriaRole.Radio)).ToBeDisabledAsync();
        await Expect(choices.Nth(0)).ToContainTextAsync("Trainings of this kind are not possible just now.");
        await Expect(choices.Nth(1).GetByRole(AriaRole.Radio)).ToBeCheckedAsync();
        await Expect(tab.Page.Locator("#not-now")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Where_nobody_can_train_it_is_said_first_and_what_is_chosen_waits_for_it()
    {
        await using var tab = await PageTab.OpenAsync(browser, "terms-none");
        await tab.LimitAsync(NoneAvailable);
        await Expect(tab.Page.Locator("#not-now")).ToHaveTextAsync(
            "Trainings are not possible just now. What you choose here is kept in this browser for a day. You can start as soon as they are possible again.");

        await tab.FillAsync("Waits");
        await tab.ChooseAsync(PageTab.TinyFiles(3));
        await Expect(tab.Start).ToHaveAttributeAsync("aria-disabled", "true");
        await tab.Start.ClickAsync(new() { Force = true });
        await Expect(tab.Page.Locator("#not-now")).ToBeFocusedAsync();
        await tab.KeptAsync(3);
        await tab.ReloadAsync();
        await Expect(tab.Photos).ToHaveCountAsync(3);
        Assert.Empty(await tab.IdentitiesAsync());

        await tab.Page.UnrouteAllAsync();
        await tab.Start.ClickAsync(new() { Force = true });
        await Expect(tab.Page.Locator("#not-now")).ToBeHiddenAsync();
        await Expect(tab.Start).ToHaveAttributeAsync("aria-disabled", "false");
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Waits", "Ready");
    }

    [Fact]
    public async Task A_training_that_stops_being_possible_on_the_way_is_said_and_gone_on_with()
    {
        await using var tab = await PageTab.OpenAsync(browser, "terms-paused");
        tab.Tab.Announce("status of 503");
        await tab.Page.RouteAsync("**/api/identities", route => route.FulfillAsync(new()
        {
            Status = 503, ContentType = "application/problem+json", Body = """{"code":"training_paused","detail":"No training is started just now. Try again later.","retryable":true}""",
        }));
        await tab.FillAsync("Paused");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await Expect(tab.Page.Locator("#upload-trouble-text")).ToHaveTextAsync("No training can be started just now. What you have chosen stays here; “Go on” tries again.");

        await tab.Page.UnrouteAllAsync();
        await tab.Page.Locator("#upload-go-on").ClickAsync();
        await tab.SaysAsync("Paused", "Ready");
    }

    private static void NoneAvailable(JsonNode limits)
    {
        foreach (var profile in limits["profiles"]!.AsArray())
        {
            profile!["available"] = false;
        }
    }
}
