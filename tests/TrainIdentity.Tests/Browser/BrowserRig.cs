using Microsoft.Playwright;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>The browser, a service and a frontend for all browser tests, which run one after the other and keep apart by users of their own.</summary>
public sealed class BrowserRig(Tables tables) : IAsyncLifetime
{
    public const string Name = "Browser";

    private const float PatienceMs = 60_000;

    public Chromium Chromium { get; private set; } = null!;

    public Frontend Frontend { get; private set; } = null!;

    public ServiceRig Rig { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Nothing is judged by how long it takes; a busy machine is only waited for.
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        Chromium = await Chromium.StartAsync();
        Frontend = await Frontend.StartAsync();
        Rig = await StartServiceAsync();
    }

    /// <summary>A service with other settings, for one test.</summary>
    public Task<ServiceRig> StartServiceAsync(params (string Name, string Value)[] settings) =>
        ServiceRig.StartAsync(tables, new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
        {
            ["Cors__AllowedOrigins__1"] = Frontend.Origin,
        });

    public async ValueTask DisposeAsync()
    {
        // What could not be started has nothing to end; the reason was told when it failed.
        if (Rig is not null) await Rig.DisposeAsync();
        if (Frontend is not null) await Frontend.DisposeAsync();
        if (Chromium is not null) await Chromium.DisposeAsync();
    }
}

[CollectionDefinition(BrowserRig.Name)]
public sealed class BrowserTestsOfOneRig : ICollectionFixture<BrowserRig>;
