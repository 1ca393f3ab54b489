using System.Text.Json;
using Microsoft.Playwright;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>
/// A tab of the frontend with the client in it. Its scripts know <c>client</c>, <c>png(n)</c> (a small photo), <c>events</c> with
/// <c>onProgress</c>, which fills it, <c>caught(promise)</c>, which gives the error as data, and <c>tokens</c>, the calls of <c>token</c>.
/// </summary>
internal sealed class ClientTab : IAsyncDisposable
{
    private const string Prepare = """
        async ({ module, service, token, photos, options }) => {
          const { TrainIdentity } = await import(module);
          const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
          Object.assign(globalThis, { token, photos, events: [], tokens: [], bytes });
          Object.assign(globalThis, {
            client: new TrainIdentity({ baseUrl: service, token: (renew) => (tokens.push(renew), globalThis.token), ...options }),
            png: (n) => new Blob([bytes(photos[n])], { type: 'image/png' }),
            numbered: (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ number: from + i, photo: png(from + i) })),
            onProgress: (event) => events.push(event),
            caught: (promise) => promise.then(
              (value) => { throw new Error(`It did not fail but gave ${JSON.stringify(value)}`); },
              ({ name, message, code, status, retryable, retryAfterMs, errors }) => ({ name, message, code, status, retryable, retryAfterMs, errors })),
          });
        }
        """;

    private const int Photos = 41;

    /// <summary>Ends a script that will never be done; no test is right or wrong by how long it takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private ClientTab(Tab tab) => Tab = tab;

    public Tab Tab { get; }

    public IPage Page => Tab.Page;

    /// <param name="moduleFrom">The origin the module is loaded from; the frontend's own when null.</param>
    public static async Task<ClientTab> OpenAsync(BrowserRig browser, string user, ServiceRig? service = null, Frontend? frontend = null, string? module = null, object? options = null)
    {
        var tab = new ClientTab(await browser.Chromium.OpenAsync());
        var rig = service ?? browser.Rig;
        _ = await tab.Page.GotoAsync((frontend ?? browser.Frontend).Origin);
        _ = await tab.Page.EvaluateAsync(Prepare, new
        {
            module = module ?? "/train-identity.js",
            service = rig.Stack.Service.AbsoluteUri,
            token = rig.Token(user),
            photos = Enumerable.Range(0, Photos + 1).Select(TinyPhotos.Base64).ToArray(),
            options = options ?? new { },
        });
        return tab;
    }

    /// <summary>Runs the inside of an async function and gives what it returns, as JSON has it.</summary>
    public async Task<JsonElement> RunAsync(string script, object? argument = null)
    {
        var text = await Page.EvaluateAsync<string>($"async (argument) => JSON.stringify(await (async () => {{ {script} }})() ?? null)", argument).WaitAsync(Patience, ServiceRig.Stop);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    /// <summary>Playwright's own wait would be against the policy of the page.</summary>
    public Task UntilAsync(string condition) => RunAsync($"while (!({condition})) await new Promise((go) => setTimeout(go, 20));");

    public ValueTask DisposeAsync() => Tab.DisposeAsync();
}
