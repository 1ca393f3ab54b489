using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>The product's own page, used as a person would: found by what is written on it.</summary>
internal sealed class PageTab : IAsyncDisposable
{
    private static readonly string[] Samples =
        ["iphone4-gps.jpg", "iphone6-gps.jpg", "meadow.png", "nexus4-gps.jpg", "portrait-orientation0.jpg", "samsung-orientation6.jpg"];

    private const string UntilKept = """
        async (photos) => {
          const done = (request) => new Promise((settle) => { request.onsuccess = () => settle(request.result); });
          const database = await done(indexedDB.open('train-identity'));
          const all = (name) => done(database.transaction(name).objectStore(name).getAll());
          while ((await all('uploads'))[0]?.consent !== true || (await all('photos')).length !== photos) {
            await new Promise((settle) => setTimeout(settle, 50));
          }
          database.close();
        }
        """;

    private PageTab(Tab tab, ServiceRig rig, string user) => (Tab, Rig, User) = (tab, rig, user);

    public Tab Tab { get; }

    public ServiceRig Rig { get; }

    public string User { get; }

    public IPage Page => Tab.Page;

    public ILocator Start => Page.GetByRole(AriaRole.Button, new() { NameRegex = new("Start training|Sending photos") });

    public ILocator Photos => Page.GetByRole(AriaRole.List, new() { Name = "Chosen photos" }).GetByRole(AriaRole.Listitem);

    /// <summary>The cards of the person's identities.</summary>
    public ILocator Cards => Page.Locator("#cards > li");

    public ILocator Card(string name) => Cards.Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }) });

    /// <summary>Files as somebody would pick them, all different.</summary>
    public static FilePayload[] SampleFiles(int count) =>
        [.. Samples.Take(count).Select(name => new FilePayload { Name = name, MimeType = "image/jpeg", Buffer = Uploads.Sample(name) })];

    public static FilePayload[] TinyFiles(int count) =>
        [.. Enumerable.Range(1, count).Select(n => new FilePayload { Name = $"{n}.png", MimeType = "image/png", Buffer = TinyPhotos.Png(n) })];

    /// <summary>Opens the page without signing in.</summary>
    public static async Task<PageTab> VisitAsync(BrowserRig browser, string user, ServiceRig? service = null)
    {
        var rig = service ?? browser.Rig;
        var tab = new PageTab(await browser.Chromium.OpenAsync(), rig, user);
        await tab.LoadAsync();
        return tab;
    }

    /// <summary>Opens the page and signs <paramref name="user"/> in, as far as to the empty form.</summary>
    public static async Task<PageTab> OpenAsync(BrowserRig browser, string user, ServiceRig? service = null)
    {
        var tab = await VisitAsync(browser, user, service);
        await tab.SignInAsync();
        return tab;
    }

    /// <summary>Another tab of the same browser and person.</summary>
    public async Task<IPage> AnotherAsync()
    {
        var other = await Tab.Context.NewPageAsync();
        _ = await other.GotoAsync(Address);
        await SignInAsync(other);
        return other;
    }

    public Task LoadAsync() => Page.GotoAsync(Address);

    public async Task SignInAsync()
    {
        await SignInAsync(Page);
        await Assertions.Expect(Page.Locator("#form")).ToBeVisibleAsync();
    }

    public async Task ReloadAsync()
    {
        _ = await Page.ReloadAsync();
        await Assertions.Expect(Page.Locator("#form")).ToBeVisibleAsync();
    }

    /// <summary>All that the form asks for but the photos.</summary>
    public async Task FillAsync(string name)
    {
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Page.GetByLabel("Someone who gave me permission").CheckAsync();
        await Page.GetByLabel("I have rights to these images").CheckAsync();
    }

    public async Task ChooseAsync(params IEnumerable<FilePayload> files)
    {
        await Page.Locator("#pick").SetInputFilesAsync(files);
        await Assertions.Expect(Page.Locator(".tile .state", new() { HasText = "Reading" })).ToHaveCountAsync(0);
    }

    /// <summary>What is typed and chosen is kept a moment later; this waits for that.</summary>
    public Task KeptAsync(int photos) => Page.EvaluateAsync(UntilKept, photos);

    /// <summary>Waits for the card of an identity to say <paramref name="state"/>.</summary>
    public Task SaysAsync(string name, string state) =>
        Assertions.Expect(Card(name).Locator(".badge")).ToHaveTextAsync(state, new() { Timeout = 180_000 });

    /// <summary>What the service itself says of the person's identities.</summary>
    public async Task<JsonArray> IdentitiesAsync() => (await Rig.GetAsync("/api/identities", User)).Json["identities"]!.AsArray();

    /// <summary>Has the page show these identities, whatever the service has.</summary>
    public async Task ListAsync(params IEnumerable<JsonNode> identities)
    {
        var page = new JsonObject { ["identities"] = new JsonArray([.. identities]), ["nextCursor"] = null }.ToJsonString();
        await Page.RouteAsync("**/api/identities?*", route => route.FulfillAsync(new() { ContentType = "application/json", Body = page }));
        await ReloadAsync();
    }

    /// <summary>Has the service say other limits than it does, as the page sees it.</summary>
    public async Task LimitAsync(Action<JsonNode> change)
    {
        var limits = (await Rig.GetAsync("/api/limits", null)).Json;
        change(limits);
        await Page.RouteAsync("**/api/limits", route => route.FulfillAsync(new() { ContentType = "application/json", Body = limits.ToJsonString() }));
        await ReloadAsync();
    }

    public ValueTask DisposeAsync() => Tab.DisposeAsync();

    private string Address => new Uri(Rig.Stack.Service, "/app/").AbsoluteUri;

    private async Task SignInAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Somebody else").FillAsync(User);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your identities" })).ToBeVisibleAsync();
    }
}
