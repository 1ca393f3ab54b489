using System.Net;

namespace TrainIdentity.Tests.LocalHost;

public sealed class ProxyTests
{
    // More than any buffer on the way; a client's send buffer is 4 KiB.
    private const int PieceBytes = 65_536;

    [Fact]
    public async Task A_call_carries_the_hosts_headers_and_not_the_clients()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(
            HttpMethod.Get, "/api/echo/x", null,
            ("X-Forwarded-For", "9.9.9.9"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("User-Agent", "curl/8"));
        var seen = await answer.SeenAsync();

        Assert.Equal(host.Handler.Authority, seen.Header("host"));
        Assert.Equal(host.Url.Authority, seen.Header("x-forwarded-host"));
        Assert.Equal("127.0.0.1", seen.Header("x-forwarded-for"));
        Assert.Equal("http", seen.Header("x-forwarded-proto"));
        Assert.Equal("curl/8", seen.Header("user-agent"));
        Assert.True(Guid.TryParse(seen.Header("x-azure-functions-invocationid"), out _));
        Assert.Equal(seen.Header("x-azure-functions-invocationid"), seen.Header("x-ms-invocation-id"));
        Assert.StartsWith("4.", seen.Header("x-azure-functions-hostversion"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clients_own_invocation_id_arrives_unchanged()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/api/echo/x", null, ("x-ms-invocation-id", "forged"));

        Assert.Equal("forged", (await answer.SeenAsync()).Header("x-ms-invocation-id"));
    }

    [Fact]
    public async Task Path_query_and_end_to_end_headers_are_untouched()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(
            HttpMethod.Get, "/api/echo/a%2Fb%20c?q=1&q=2&bare", null,
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("If-None-Match", "\"7\""), ("Authorization", "Bearer abc"));
        var seen = await answer.SeenAsync();

        Assert.Equal("/api/echo/a%2Fb c", (string?)seen["path"]);
        Assert.Equal("?q=1&q=2&bare", (string?)seen["query"]);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", seen.Header("traceparent"));
        Assert.Equal("\"7\"", seen.Header("if-none-match"));
        Assert.Equal("Bearer abc", seen.Header("authorization"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_body_reaches_the_handler_before_it_has_ended(bool knownLength)
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();
        using var body = new OpenBody(knownLength ? 2 * PieceBytes : null);

        var call = host.SendAsync(HttpMethod.Put, "/api/echo/arriving", body);
        await body.WriteAsync(PieceBytes);
        await Eventually.IsTrueAsync(() => File.Exists(app.HeldFile));
        await body.WriteAsync(PieceBytes);
        body.End();
        using var answer = await call;

        Assert.Equal(2 * PieceBytes - 1, (int?)(await answer.SeenAsync())["bodyBytes"]);
    }

    [Fact]
    public async Task An_answer_reaches_the_client_before_it_has_ended()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.GetAsync("/api/echo/two-parts");
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte["first".Length], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(app.OpenFile, "", TestContext.Current.CancellationToken);
        using var rest = new StreamReader(body);

        Assert.Equal("second", await rest.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_early_refusal_survives_an_unread_body()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Post, "/api/echo/refuse", new ByteArrayContent(new byte[1 << 20]));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("no", await answer.TextAsync());
    }

    [Fact]
    public async Task A_known_length_over_the_limit_is_an_empty_500()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "1000"));

        using var within = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[1000]));
        using var over = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[1001]));

        Assert.Equal(1000, (int?)(await within.SeenAsync())["bodyBytes"]);
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (over.StatusCode, await over.TextAsync()));
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_an_empty_500()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "1000"));

        using var within = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[1000]), ("Transfer-Encoding", "chunked"));
        using var over = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[1001]), ("Transfer-Encoding", "chunked"));

        var seen = await within.SeenAsync();
        Assert.Equal((1000, "chunked"), ((int?)seen["bodyBytes"], seen.Header("transfer-encoding")));
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (over.StatusCode, await over.TextAsync()));
    }

    [Fact]
    public async Task The_hosts_default_limit_is_100_MiB()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", null));

        using var within = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[104_857_600]));
        using var over = await host.SendAsync(HttpMethod.Post, "/api/echo/x", new ByteArrayContent(new byte[104_857_601]));

        Assert.Equal(104_857_600, (int?)(await within.SeenAsync())["bodyBytes"]);
        Assert.Equal(HttpStatusCode.InternalServerError, over.StatusCode);
    }

    [Fact]
    public async Task A_call_longer_than_the_function_timeout_is_an_empty_500_and_restarts_the_handler()
    {
        using var app = new EchoApp(functionTimeout: "00:00:02");
        await using var host = await app.StartAsync(options => options with { CrashLimit = 1 });

        using var answer = await host.GetAsync("/api/echo/hold");
        await Eventually.IsTrueAsync(() => host.Starts is 2);
        using var next = await host.GetAsync("/api/echo/x");

        Assert.Equal((HttpStatusCode.InternalServerError, ""), (answer.StatusCode, await answer.TextAsync()));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    /// <summary>A request body that stays open and is written piece by piece.</summary>
    /// <param name="length">Sent as Content-Length; null sends the body chunked.</param>
    private sealed class OpenBody(int? length) : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task WriteAsync(int bytes)
        {
            var stop = TestContext.Current.CancellationToken;
            var stream = await _opened.Task.WaitAsync(stop);
            await stream.WriteAsync(new byte[bytes], stop);
            await stream.FlushAsync(stop);
        }

        public void End() => _ended.SetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _opened.SetResult(stream);
            return _ended.Task;
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}
