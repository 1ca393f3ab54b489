using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;

namespace TrainIdentity.LocalHost;

/// <summary>
/// A handler that shows what the host sends it. The stand-in host's tests run it; its settings start with ECHO_ and its
/// files, by which it speaks to a test over its own death, lie in ECHO_FOLDER.
/// </summary>
internal static class EchoHandler
{
    public const string Verb = "echo-handler";
    private const int BodyTextBytes = 65_536;

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        if (int.TryParse(Setting("ECHO_EXIT"), out var exitCode)) return Refuse(exitCode);
        if (Setting("ECHO_WAIT") is { } file) await WaitForAsync(file, stop);
        await using var server = await LoopbackServer.StartAsync(
            int.Parse(Setting("FUNCTIONS_CUSTOMHANDLER_PORT") ?? "0"), services => services.AddRouting(), Map, stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static void Map(WebApplication server) => server.Run(context => context.Request.Path.Value switch
    {
        "/" => context.Response.WriteAsync("up"),
        "/tick" when Setting("ECHO_TICK") is { } answer => TickAsync(context, answer),
        "/api/echo/arriving" => ArrivingAsync(context),
        "/api/echo/two-parts" => TwoPartsAsync(context),
        "/api/echo/hold-once" => OnceAsync(context, HoldAsync),
        "/api/echo/hold" => HoldAsync(context),
        "/api/echo/deaf-once" => OnceAsync(context, DeafAsync),
        "/api/echo/refuse" => RefuseAsync(context),
        "/api/echo/exit" => Exit(int.Parse(context.Request.Query["code"].ToString())),
        _ => EchoAsync(context),
    });

    private static async Task TickAsync(HttpContext context, string answer)
    {
        Console.WriteLine($"tick {(await DescribeAsync(context)).ToJsonString()}");
        context.Response.StatusCode = answer is "error" ? 500 : 200;
        await context.Response.WriteAsync(answer is "empty" ? "" : answer);
    }

    private static async Task ArrivingAsync(HttpContext context)
    {
        await SayHeldAsync(context);
        await EchoAsync(context);
    }

    private static async Task TwoPartsAsync(HttpContext context)
    {
        await context.Response.WriteAsync("first");
        await WaitForAsync(Path.Combine(Setting("ECHO_FOLDER")!, "open"), context.RequestAborted);
        await context.Response.WriteAsync("second");
    }

    // Only the first of all calls is held, and the file says so to the test and to the next start.
    private static Task OnceAsync(HttpContext context, Func<HttpContext, Task> hold) =>
        File.Exists(Path.Combine(Setting("ECHO_FOLDER")!, "held")) ? EchoAsync(context) : hold(context);

    private static async Task HoldAsync(HttpContext context)
    {
        await SayHeldAsync(context);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
    }

    // Closes the door on itself and all others; the process lives on until it is told to end.
    private static async Task DeafAsync(HttpContext context)
    {
        await context.RequestServices.GetRequiredService<IServer>().StopAsync(new CancellationToken(canceled: true));
        await SayHeldAsync(context);
        await WaitForAsync(Path.Combine(Setting("ECHO_FOLDER")!, "open"), CancellationToken.None);
        await Exit(0);
    }

    private static async Task SayHeldAsync(HttpContext context)
    {
        _ = await context.Request.Body.ReadAsync(new byte[1]);
        await File.WriteAllTextAsync(Path.Combine(Setting("ECHO_FOLDER")!, "held"), context.Request.Method);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return context.Response.WriteAsync("no");
    }

    private static Task Exit(int code)
    {
        Environment.Exit(code);
        return Task.CompletedTask;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var call = await DescribeAsync(context);
        context.Response.ContentType = "application/json";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.WriteAsync(call.ToJsonString());
    }

    private static async Task<JsonObject> DescribeAsync(HttpContext context)
    {
        var (bytes, text) = await ReadAsync(context.Request.Body);
        var headers = context.Request.Headers.Select(header =>
            KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value.ToString()));
        return new JsonObject
        {
            ["method"] = context.Request.Method,
            ["path"] = context.Request.Path.Value,
            ["query"] = context.Request.QueryString.Value,
            ["headers"] = new JsonObject(headers),
            ["bodyBytes"] = bytes,
            ["body"] = text,
            ["process"] = Environment.ProcessId,
            ["environment"] = new JsonObject(Environment.GetEnvironmentVariables().Keys.Cast<string>()
                .Select(name => KeyValuePair.Create(name, (JsonNode?)Setting(name)))),
            ["folder"] = Environment.CurrentDirectory,
        };
    }

    private static async Task<(long Bytes, string Text)> ReadAsync(Stream body)
    {
        var text = new MemoryStream();
        var buffer = new byte[81_920];
        var bytes = 0L;
        while (await body.ReadAsync(buffer) is > 0 and var read)
        {
            bytes += read;
            if (text.Length + read <= BodyTextBytes) text.Write(buffer, 0, read);
        }

        return (bytes, System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    private static int Refuse(int exitCode)
    {
        Console.Error.WriteLine("The echo handler was told to end.");
        return exitCode;
    }

    private static async Task WaitForAsync(string file, CancellationToken stop)
    {
        while (!File.Exists(file)) await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name);
}
