using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What a card says of an identity that is being trained, or that failed.</summary>
[Collection(BrowserRig.Name)]
public sealed class PageCardTests(BrowserRig browser)
{
    private static readonly string[] Again =
    [
        Failures.JobError, Failures.JobCanceled, Failures.JobTimeout, Failures.WeightsMissing, Failures.WeightsInvalid, Failures.LaunchExhausted, Failures.Canceled,
    ];

    private static readonly string[] AgainWhenMended = [Failures.LaunchRejected, Failures.HubQuota, Failures.GatedModel, Failures.OutOfMemory, Failures.NoCredit];

    private static readonly string[] Anew =
    [
        Failures.NameConflict, Failures.UploadInterrupted, Failures.UploadFailed, Failures.UnexpectedHead, Failures.RepoGone, Failures.InputChanged, Failures.Abandoned,
        Failures.PhotosMissing,
    ];

    private static readonly string[] AnewWhenMended = [Failures.NotPrivate];

    [Fact]
    public async Task Each_failure_says_what_happened_and_what_can_be_done()
    {
        await using var tab = await PageTab.OpenAsync(browser, "card-failures");
        string[] codes = [.. Again, .. AgainWhenMended, .. Anew, .. AnewWhenMended];
        Assert.Equal(typeof(Failures).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).Order(), codes.Order());
        var sample = await DraftAsync(tab);

        await tab.ListAsync(codes.Select(code => Like(sample, code, identity =>
        {
            (identity["status"], identity["stage"]) = ("failed", null);
            (identity["errorCode"], identity["errorMessage"]) = (code, Failures.Text(code));
        })));

        foreach (var code in codes)
        {
            var card = tab.Card(code);
            var next = card.Locator(".next");
            var operators = AgainWhenMended.Contains(code) || AnewWhenMended.Contains(code);
            var again = Again.Contains(code) || AgainWhenMended.Contains(code);
            await Expect(card.Locator(".badge")).ToHaveTextAsync("Not trained");
            await Expect(card.Locator(".why")).ToHaveTextAsync(Failures.Text(code));
            await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync(new() { Visible = again });
            await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Upload again" })).ToBeVisibleAsync(new() { Visible = !again });
            await Expect(next).ToContainTextAsync(again ? "Try again" : operators ? "upload the photos again" : "Upload again");
            Assert.Equal(operators, (await next.InnerTextAsync()).Contains($"Tell whoever runs this service: {code}, identity ", StringComparison.Ordinal));
        }
        await tab.Tab.ShootAsync("failures");
    }

    [Fact]
    public async Task A_try_that_is_refused_says_so_and_leads_to_a_new_upload()
    {
        await using var service = await browser.StartServiceAsync(("Training__MaxTrainings", "1"));
        await using var tab = await PageTab.OpenAsync(browser, "card-refused", service);
        tab.Tab.Announce("status of 409");
        service.Hub.Play = JobPlays.FailWithResult();
        await tab.FillAsync("Enough");
        await tab.ChooseAsync(PageTab.SampleFiles(3));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Enough", "Not trained");

        await tab.Card("Enough").GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(tab.Card("Enough").Locator(".next")).ToContainTextAsync("This training cannot be tried again");
        await Expect(tab.Card("Enough").Locator(".next")).ToBeFocusedAsync();
        await Expect(tab.Card("Enough").GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeHiddenAsync();
        await tab.Tab.ShootAsync("refused-try");

        await tab.Card("Enough").GetByRole(AriaRole.Button, new() { Name = "Upload again" }).ClickAsync();
        await Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Enough");
        await Expect(tab.Page.Locator("#pick")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("committing", null, "Storing photos", "The photos are being stored.")]
    [InlineData("queued", null, "Waiting for a machine", "The training begins as soon as a machine is free.")]
    [InlineData("training", null, "Training", "The machine is getting ready.")]
    [InlineData("training", """{"step":400,"total":1000,"secondsLeft":720}""", "Training", "Step 400 of 1,000, about 12 minutes left.")]
    [InlineData("training", """{"step":400,"total":1000,"secondsLeft":null}""", "Training", "Step 400 of 1,000.")]
    [InlineData("verifying", null, "Checking the model", "The model is being checked. Nearly done.")]
    public async Task A_training_says_where_it_is(string stage, string? progress, string badge, string said)
    {
        await using var tab = await PageTab.OpenAsync(browser, $"card-{stage}");
        var sample = await DraftAsync(tab);

        await tab.ListAsync(Like(sample, "Runs", identity =>
        {
            (identity["status"], identity["stage"]) = ("training", stage);
            identity["progress"] = progress is null ? null : JsonNode.Parse(progress);
        }));

        await Expect(tab.Card("Runs").Locator(".badge")).ToHaveTextAsync(badge);
        await Expect(tab.Card("Runs").Locator(".now")).ToHaveTextAsync(said);
        await Expect(tab.Card("Runs").GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        Assert.Equal(progress is null ? -1 : 0.4, await tab.Card("Runs").GetByRole(AriaRole.Progressbar).EvaluateAsync<double>("bar => bar.position"));
    }

    /// <summary>A record as the service tells it, of something that takes no training.</summary>
    private static async Task<JsonNode> DraftAsync(PageTab tab)
    {
        using var body = Uploads.Text("""{"identityName":"Sample","consent":true}""");
        return (await tab.Rig.SendAsync(HttpMethod.Post, "/api/identities", tab.User, body)).Json;
    }

    private static JsonNode Like(JsonNode sample, string name, Action<JsonNode> change)
    {
        var identity = sample.DeepClone();
        (identity["id"], identity["identityName"]) = (Guid.NewGuid().ToString(), name);
        change(identity);
        return identity;
    }
}
