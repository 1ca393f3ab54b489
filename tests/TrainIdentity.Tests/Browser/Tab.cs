using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace TrainIdentity.Tests.Browser;

/// <summary>
/// A page in a context of its own. When it is closed the test fails if anything left for elsewhere than loopback, or the page
/// made an error that was not announced; a test that failed prints all that happened in it.
/// </summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _story = [];
    private readonly ConcurrentQueue<string> _outside = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly List<string> _announced = [];
    private bool _closing;

    private Tab(IBrowserContext context, IPage page) => (Context, Page) = (context, page);

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Method and address of every request, in their order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<Tab> OpenAsync(IBrowserContext context)
    {
        var tab = new Tab(context, await context.NewPageAsync());
        context.Request += (_, request) => tab.Sees(request);
        context.Response += (_, response) => tab._story.Enqueue($"{response.Status} {Address(response.Request)}");
        context.RequestFailed += (_, request) => tab._story.Enqueue($"{request.Failure} {Address(request)}");
        context.Console += (_, message) => tab.Hears(message);
        context.WebError += (_, error) => tab._errors.Enqueue(error.Error);
        return tab;
    }

    /// <summary>The browser puts every refused request on its console; a test says which ones it means to cause.</summary>
    /// <param name="parts">Texts of which one is in each error that may come.</param>
    public void Announce(params string[] parts) => _announced.AddRange(parts);

    /// <summary>A picture for a person, where <c>TRAINIDENTITY_SHOTS</c> names a folder for them.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("TRAINIDENTITY_SHOTS") is { Length: > 0 } folder)
        {
            _ = await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        await Context.DisposeAsync();
        if (TestContext.Current.TestState?.Result is TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _story));
        }

        Assert.Empty(_outside);
        Assert.DoesNotContain(_errors, error => !_announced.Exists(part => error.Contains(part, StringComparison.Ordinal)));
    }

    private void Sees(IRequest request)
    {
        Requests.Enqueue(Address(request));
        _story.Enqueue($"> {Address(request)}");
        if (!IsInside(request.Url))
        {
            _outside.Enqueue(Address(request));
        }
    }

    private void Hears(IConsoleMessage message)
    {
        _story.Enqueue($"{message.Type}: {message.Text}");
        if (message.Type is "error" && !_closing)
        {
            _errors.Enqueue(message.Text);
        }
    }

    private static bool IsInside(string url) => new Uri(url) is { Scheme: "data" or "blob" or "about" } or { IsLoopback: true };

    private static string Address(IRequest request) => $"{request.Method} {(request.Url.StartsWith("data:", StringComparison.Ordinal) ? "data:" : request.Url)}";
}
