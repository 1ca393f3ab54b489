using System.Net;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class VisibilityTests
{
    private const string Anonymous = "anonymous";
    private const string Stranger = "hf_stranger";
    private const string Reader = "hf_reader";

    [Theory]
    [InlineData(Anonymous, "local/hidden", 401, null)]
    [InlineData(Anonymous, "local/missing", 401, null)]
    [InlineData(Anonymous, "local/open", 200, null)]
    [InlineData(Stranger, "local/hidden", 404, "RepoNotFound")]
    [InlineData(Stranger, "local/missing", 404, "RepoNotFound")]
    [InlineData(Stranger, "local/open", 200, null)]
    [InlineData(Reader, "local/hidden", 200, null)]
    [InlineData(HubUser.RunnerToken, "local/hidden", 200, null)]
    public async Task What_is_not_yours_is_missing_and_without_a_token_a_matter_of_logging_in(string token, string repo, int status, string? code)
    {
        await using var hub = await HubUser.StartAsync();
        using var owner = new HubUser(hub);
        _ = await owner.CreateAsync("hidden");
        _ = await owner.CreateAsync("open", isPrivate: false);
        using var caller = Caller(hub, token);

        foreach (var path in new[] { $"/api/models/{repo}", $"/api/models/{repo}/tree/main", $"/api/models/{repo}/auth-check" })
        {
            using var response = await caller.GetAsync(path);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(code, response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.Single() : null);
            Assert.Equal(status is 401, response.Headers.WwwAuthenticate.Count > 0);
        }
    }

    [Theory]
    [InlineData(Anonymous, "local/open", 401)]
    [InlineData(Stranger, "local/open", 403)]
    [InlineData(Stranger, "local/hidden", 404)]
    [InlineData(Reader, "local/hidden", 403)]
    public async Task Writing_needs_the_right_to_write(string token, string repo, int status)
    {
        await using var hub = await HubUser.StartAsync();
        using var owner = new HubUser(hub);
        _ = await owner.CreateAsync("hidden");
        _ = await owner.CreateAsync("open", isPrivate: false);
        using var caller = Caller(hub, token);

        using var commit = await caller.TryCommitAsync(repo, null, HubUser.Text("a.txt", "a"));
        using var batch = await caller.TryBatchAsync(repo, HubUser.Bytes(10));

        Assert.Equal(status, (int)commit.StatusCode);
        Assert.Equal(status, (int)batch.StatusCode);
        Assert.Single(hub.Files(repo)!);
    }

    [Fact]
    public async Task Content_of_a_private_repo_cannot_be_downloaded_by_others()
    {
        await using var hub = await HubUser.StartAsync();
        using var owner = new HubUser(hub);
        _ = await owner.CreateAsync("hidden");
        using var anonymous = Caller(hub, Anonymous);
        using var stranger = Caller(hub, Stranger);

        using var first = await anonymous.GetAsync("/local/hidden/resolve/main/.gitattributes");
        using var second = await stranger.GetAsync("/local/hidden/raw/main/.gitattributes");
        using var third = await stranger.GetAsync($"/api/resolve-cache/models/local/hidden/{hub.Head("local/hidden")}/.gitattributes");

        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, third.StatusCode);
    }

    private static HubUser Caller(TrainIdentity.HubEmulator.EmulatedHub hub, string token)
    {
        hub.AddToken(Stranger, "stranger");
        hub.AddToken(Reader, "local", TokenRole.Reader);
        return new(hub, token is Anonymous ? null : token);
    }
}
