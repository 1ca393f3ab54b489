using System.Text;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The page as browsers are given it, with files of our own in its folder.</summary>
public sealed class AppTests(AppService service) : IClassFixture<AppService>
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    private ServiceRig Rig => service.Rig;

    [Fact]
    public async Task The_page_needs_no_token_and_is_guarded_by_the_browser()
    {
        var reply = await Rig.GetAsync("/app/", null, ("Accept", Browser));

        Assert.Equal((200, "<!doctype html>", "text/html; charset=utf-8"), (reply.Status, reply.Text, reply.Header("Content-Type")));
        Assert.Equal(
            ("no-store", "nosniff", "DENY", "same-origin", "no-referrer"),
            (reply.Header("Cache-Control"), reply.Header("X-Content-Type-Options"), reply.Header("X-Frame-Options"), reply.Header("Cross-Origin-Opener-Policy"), reply.Header("Referrer-Policy")));
        Assert.Equal(
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' {Rig.Stack.TokenIssuer.Rsa.Url}; font-src 'self'; manifest-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            reply.Header("Content-Security-Policy"));
        Assert.All(["camera=()", "microphone=()", "geolocation=()"], denied => Assert.Contains(denied, reply.Header("Permissions-Policy")));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Without_its_slash_the_address_leads_to_the_one_with_it(string method)
    {
        var reply = await Rig.SendAsync(new HttpMethod(method), "/app", null, null, ("Accept", Browser));

        Assert.Equal((308, "/app/", ""), (reply.Status, reply.Header("Location"), reply.Text));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_is_served_as_what_it_is(string path, string type)
    {
        var reply = await Rig.GetAsync($"/app/{path}", null, ("Accept", "*/*"));
        var head = await Rig.SendAsync(HttpMethod.Head, $"/app/{path}", null);

        Assert.Equal((200, AppService.Content(path), type), (reply.Status, reply.Text, reply.Header("Content-Type")));
        Assert.Equal((200, "", $"{Encoding.UTF8.GetByteCount(reply.Text)}"), (head.Status, head.Text, head.Header("Content-Length")));
    }

    [Theory]
    [InlineData("/app/absent.html")]
    [InlineData("/app/notes.md")]
    [InlineData("/app/INDEX.html")]
    [InlineData("/app/vendor")]
    [InlineData("/app/vendor/")]
    [InlineData("/app/vendor/deep/deeper.js")]
    [InlineData("/app/../outside.txt")]
    [InlineData("/app/%2e%2e/outside.txt")]
    [InlineData("/app/..%2foutside.txt")]
    [InlineData("/app/vendor/..%5c..%5coutside.txt")]
    [InlineData("/app/%00index.html")]
    [InlineData("/app//index.html")]
    [InlineData("/outside.txt")]
    [InlineData("/wwwroot/app/index.html")]
    public async Task Anything_else_is_not_there(string path)
    {
        var request = $"GET {path} HTTP/1.1\r\nHost: {Rig.Stack.Handler.Authority}\r\nConnection: close\r\n\r\n";

        var reply = await RawCall.SendAsync(Rig.Stack.Handler, Encoding.ASCII.GetBytes(request), "GET", ServiceRig.Stop);

        // A null byte is the server's own to refuse.
        Assert.Equal(path.Contains("%00", StringComparison.Ordinal) ? 400 : 404, reply.Status);
        Assert.DoesNotContain("outside", reply.Body, StringComparison.Ordinal);
        Assert.True(reply.Status is 400 || reply.Header("Content-Type") == "application/problem+json");
    }

    [Fact]
    public async Task Nothing_is_written_there()
    {
        var reply = await Rig.SendAsync(HttpMethod.Put, "/app/index.html", "mira", Uploads.Text("{}"));

        Assert.Equal((405, "GET, HEAD"), (reply.Status, reply.Header("Allow")));
    }

    [Fact]
    public void The_build_output_holds_every_file_of_the_page()
    {
        var folder = Path.Combine(Checkout.Root, "functions", "wwwroot");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, file)), File.ReadAllBytes(Path.Combine(ServiceRig.AppFolder, "wwwroot", file))));
    }

    public static TheoryData<string, string> Files => new()
    {
        { "index.html", "text/html; charset=utf-8" },
        { "page.css", "text/css; charset=utf-8" },
        { "page.js", "text/javascript; charset=utf-8" },
        { "page.d.ts", "text/plain; charset=utf-8" },
        { "sign.svg", "image/svg+xml" },
        { "sign.png", "image/png" },
        { "sign.ico", "image/x-icon" },
        { "page.webmanifest", "application/manifest+json" },
        { "vendor/other.min.js", "text/javascript; charset=utf-8" },
        { "vendor/LICENSE.txt", "text/plain; charset=utf-8" },
    };
}

/// <summary>The service from a copy of its output, with a page that is made up.</summary>
public sealed class AppService(Tables tables) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("app-");

    public ServiceRig Rig { get; private set; } = null!;

    public static string Content(string path) => path == "index.html" ? "<!doctype html>" : $"This is {path}.";

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(ServiceRig.AppFolder, "*", SearchOption.AllDirectories))
        {
            Write(Path.GetRelativePath(ServiceRig.AppFolder, file), to => File.Copy(file, to));
        }
        Directory.Delete(Path.Combine(_folder.FullName, "wwwroot"), recursive: true);
        foreach (var path in AppTests.Files.Select(row => row.Data.Item1).Concat(["notes.md", "vendor/deep/deeper.js", "../outside.txt", "../../outside.txt"]))
        {
            Write(Path.Combine("wwwroot", "app", path), to => File.WriteAllText(to, Content(path)));
        }
        Rig = await ServiceRig.StartAsync(tables, host: options => options with { AppFolder = _folder.FullName });
    }

    public async ValueTask DisposeAsync()
    {
        await Rig.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Write(string path, Action<string> write)
    {
        var to = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        write(to);
    }
}
