using System.Collections;
using Microsoft.Playwright;

namespace TrainIdentity.Tests.Browser;

/// <summary>One real Chromium, which can reach nothing but loopback.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Usual = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly DirectoryInfo _home;

    private Chromium(IPlaywright playwright, IBrowser browser, DirectoryInfo home) => (_playwright, _browser, _home) = (playwright, browser, home);

    public static Task<Chromium> StartAsync() => StartAsync(System.Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } own ? own : Usual);

    /// <exception cref="FileNotFoundException">There is none; the message says how to come by one.</exception>
    public static async Task<Chromium> StartAsync(string program)
    {
        if (!File.Exists(program))
        {
            throw new FileNotFoundException(
                $"These tests drive a real Chromium, and there is none at {program}. Install Debian's with 'apt-get install chromium', or say with CHROMIUM=/path/to/chromium where another one is.");
        }

        var home = Directory.CreateTempSubdirectory("chromium-home-");
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments, Env = Environment(home.FullName) }), home);
        }
        catch
        {
            playwright.Dispose();
            home.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Shares nothing with the tabs of other tests: no storage, no cache, no connection.</summary>
    public async Task<Tab> OpenAsync() => await Tab.OpenAsync(await _browser.NewContextAsync());

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        _home.Delete(recursive: true);
    }

    /// <summary>It writes of crashes and settings into the home folder, whatever profile it is given.</summary>
    private static Dictionary<string, string> Environment(string home)
    {
        var all = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(one => (string)one.Key, one => (string)one.Value!);
        all["HOME"] = all["XDG_CONFIG_HOME"] = all["XDG_CACHE_HOME"] = home;
        return all;
    }
}
