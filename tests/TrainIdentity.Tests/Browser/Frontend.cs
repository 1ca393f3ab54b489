using System.Net;

namespace TrainIdentity.Tests.Browser;

/// <summary>Somebody's frontend on an origin of its own: an empty page as strict as a page can be, with a copy of the client beside it.</summary>
public sealed class Frontend : IAsyncDisposable
{
    private static readonly string Files = Path.Combine(Checkout.Root, "functions", "wwwroot", "app");

    private readonly WebApplication _server;

    private Frontend(WebApplication server) => _server = server;

    /// <summary>As browsers write it.</summary>
    public string Origin => _server.Urls.Single();

    public static async Task<Frontend> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var frontend = new Frontend(builder.Build());
        frontend._server.Run(AnswerAsync);
        await frontend._server.StartAsync(CancellationToken.None);
        return frontend;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/")
        {
            context.Response.ContentType = "text/html";
            context.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self' http://127.0.0.1:*; connect-src http://127.0.0.1:*; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'";
            return context.Response.WriteAsync("<!doctype html><link rel=icon href=data:,><title>A frontend</title>");
        }

        if (!path.EndsWith(".js", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = "text/javascript";
        return context.Response.SendFileAsync(Path.Combine(Files, path[1..]));
    }
}
