using System.Text.Json;

namespace TrainIdentity.Tests.Browser;

/// <summary>Which frontends may use the service.</summary>
[Collection(BrowserRig.Name)]
public sealed class ClientOriginTests(BrowserRig browser)
{
    [Fact]
    public async Task A_frontend_that_is_listed_reads_answers_and_the_headers_it_needs()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "origin-listed");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Listed', consent: true });
            const { etag } = await client.get(draft.id);
            await draft.discard();
            return { etag, foreign: location.origin !== new URL(argument).origin };
            """, browser.Rig.Stack.Service.AbsoluteUri);

        Assert.Matches("^\"[0-9]+\"$", seen.GetProperty("etag").GetString());
        Assert.True(seen.GetProperty("foreign").GetBoolean());
    }

    [Fact]
    public async Task A_frontend_that_is_not_listed_is_refused_by_the_browser()
    {
        await using var stranger = await Frontend.StartAsync();
        await using var tab = await ClientTab.OpenAsync(browser, "origin-stranger", frontend: stranger, options: new { tries = 2 });
        tab.Tab.Announce("blocked by CORS policy", "net::ERR_FAILED");

        var seen = await tab.RunAsync("""
            const { code, status } = await caught(client.list());
            const opened = await caught(client.open({ identityName: 'Stranger', consent: true }));
            return [code, status, opened.code];
            """);
        var held = await browser.Rig.GetAsync("/api/identities", "origin-stranger");

        Assert.Equal("""["network",0,"network"]""", JsonSerializer.Serialize(seen));
        Assert.Empty(held.Json["identities"]!.AsArray());
    }
}
