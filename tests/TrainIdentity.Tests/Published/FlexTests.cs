using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

/// <summary>Flex Consumption puts its own CORS before the app, whatever the app says.</summary>
public sealed class FlexTests(PublishedTables tables) : IClassFixture<PublishedTables>
{
    private const string Page = "https://app.example";

    private static readonly (string, string)[] Preflight =
        [("Origin", Page), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization, if-match")];

    private static readonly Dictionary<string, string?> Allowed = new() { ["Cors__AllowedOrigins__0"] = Page };

    [Fact]
    public async Task Elsewhere_the_app_answers_preflights()
    {
        await using var rig = await ServiceRig.StartAsync(tables, Allowed);

        var preflight = await rig.SendAsync(HttpMethod.Options, "/api/identities", null, null, Preflight);

        Assert.Equal((204, Page, "Origin"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Vary")));
        Assert.Contains("if-match", preflight.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_no_origin_told_to_the_platform_no_preflight_gets_through_to_the_app()
    {
        await using var rig = await ServiceRig.StartAsync(tables, Allowed, host: options => options with { Flex = true });

        var preflight = await rig.SendAsync(HttpMethod.Options, "/api/identities", null, null, Preflight);
        var call = await rig.GetAsync("/api/health", null, ("Origin", Page));

        Assert.Equal((204, null, null), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("X-Content-Type-Options")));
        Assert.Equal((200, Page), (call.Status, call.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task With_the_same_origins_told_to_both_a_browser_is_answered_once()
    {
        await using var rig = await ServiceRig.StartAsync(tables, Allowed, host: options => options with { Flex = true, CorsAllowedOrigins = [Page] });

        var preflight = await rig.SendAsync(HttpMethod.Options, "/api/identities", null, null, Preflight);
        var call = await rig.GetAsync("/api/identities", "browser", ("Origin", Page));
        var refused = await rig.GetAsync("/api/identities", null, ("Origin", Page));
        var stranger = await rig.GetAsync("/api/identities", "browser", ("Origin", "https://elsewhere.example"));

        Assert.Equal((204, Page, "PUT", null), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Methods"), preflight.Header("X-Content-Type-Options")));
        Assert.Equal((200, Page, "ETag, Location, Retry-After, Idempotency-Replayed"), (call.Status, call.Header("Access-Control-Allow-Origin"), call.Header("Access-Control-Expose-Headers")));
        Assert.Equal((401, Page), (refused.Status, refused.Header("Access-Control-Allow-Origin")));
        Assert.Equal((200, null), (stranger.Status, stranger.Header("Access-Control-Allow-Origin")));
    }
}
