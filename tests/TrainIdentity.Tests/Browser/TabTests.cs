using Xunit.Sdk;

namespace TrainIdentity.Tests.Browser;

/// <summary>What a browser test is failed by, besides what it asserts.</summary>
[Collection(BrowserRig.Name)]
public sealed class TabTests(BrowserRig browser)
{
    [Theory]
    [InlineData("() => fetch('http://elsewhere.example/').catch(() => null)", "http://elsewhere.example/")]
    [InlineData("() => console.error('Something is wrong.')", "Something is wrong.")]
    [InlineData("() => new Promise((go) => setTimeout(() => { setTimeout(go, 100); throw new Error('Nobody caught me.'); }))", "Nobody caught me.")]
    public async Task A_tab_tells_on_a_page_that_calls_elsewhere_or_makes_an_error(string script, string told)
    {
        var tab = await browser.Chromium.OpenAsync();
        tab.Announce("net::ERR_", "Content Security Policy");
        _ = await tab.Page.GotoAsync(browser.Rig.Stack.Service.AbsoluteUri);
        _ = await tab.Page.EvaluateAsync(script);

        var failure = await Assert.ThrowsAnyAsync<XunitException>(async () => await tab.DisposeAsync());

        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_was_announced_fails_nothing()
    {
        await using var tab = await browser.Chromium.OpenAsync();
        tab.Announce("is wrong");

        _ = await tab.Page.EvaluateAsync("() => console.error('Something is wrong.')");
    }

    [Fact]
    public async Task Without_a_browser_there_is_a_sentence_that_says_what_to_install()
    {
        var missing = await Assert.ThrowsAsync<FileNotFoundException>(() => Chromium.StartAsync("/nowhere/chromium"));

        Assert.Contains("none at /nowhere/chromium. Install Debian's with 'apt-get install chromium'", missing.Message, StringComparison.Ordinal);
    }
}
