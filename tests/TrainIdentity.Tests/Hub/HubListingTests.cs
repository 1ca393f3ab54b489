using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;

namespace TrainIdentity.Tests.Hub;

public sealed class HubListingTests
{
    private static readonly HubToken Token = new(_ => ValueTask.FromResult("hf_local"), _ => ValueTask.FromResult("hf_local"));

    [Fact]
    public async Task A_namespace_is_listed_page_by_page_each_repo_once()
    {
        await using var desk = await DeskAsync();
        var repos = await CreateAsync(desk, 7);

        List<RepoListed> listed = [];
        List<string> cursors = [];
        var page = await desk.Client.Repos.ListAsync("local", null, HubDesk.Stop);
        for (; page.Next is { } next; page = await desk.Client.Repos.ListAsync("local", next, HubDesk.Stop))
        {
            listed.AddRange(page.Repos);
            cursors.Add(next);
        }
        listed.AddRange(page.Repos);

        Assert.Equal(repos.Order(), listed.Select(repo => repo.Repo.Name).Order());
        Assert.All(listed, repo => Assert.Equal((desk.Hub.IsPrivate($"{repo.Repo}")!.Value, "local"), (repo.IsPrivate, repo.Repo.Namespace)));
        Assert.All(listed, repo => Assert.Matches("^[0-9a-f]{24}$", repo.HubId));
        Assert.Equal(2, cursors.Count);
        Assert.All(cursors, cursor => Assert.True(cursor.All(c => c is > ' ' and < (char)127)));
    }

    [Fact]
    public async Task A_cursor_goes_on_where_it_stopped_even_when_the_repo_it_stopped_at_is_gone()
    {
        await using var desk = await DeskAsync();
        var repos = await CreateAsync(desk, 5);
        var first = await desk.Client.Repos.ListAsync("local", null, HubDesk.Stop);
        await desk.Client.Repos.DeleteAsync(first.Repos[^1].Repo, HubDesk.Stop);

        var second = await desk.Client.Repos.ListAsync("local", first.Next, HubDesk.Stop);

        Assert.Equal(repos.Order(), first.Repos.Concat(second.Repos).Select(repo => repo.Repo.Name).Order());
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Only_what_the_token_sees_in_that_namespace_is_listed()
    {
        await using var desk = await DeskAsync();
        await CreateAsync(desk, 2);
        await desk.Client.Repos.CreatePrivateAsync(new RepoId("acme", "theirs"), HubDesk.Stop);
        desk.Hub.AddToken("hf_stranger", "stranger");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var stranger = new HubClient(http, http, new HubOptions { Endpoint = desk.Hub.Url }, true, _ => ValueTask.FromResult("hf_stranger"), TimeProvider.System);

        Assert.Equal(["theirs"], (await desk.Client.Repos.ListAsync("acme", null, HubDesk.Stop)).Repos.Select(repo => repo.Repo.Name));
        Assert.Empty((await stranger.Repos.ListAsync("local", null, HubDesk.Stop)).Repos);
    }

    [Theory]
    [InlineData("<http://elsewhere.example/api/models?cursor=1>; rel=\"next\"")]
    [InlineData("</api/datasets?cursor=1>; rel=\"next\"")]
    public async Task A_listing_that_goes_on_elsewhere_is_refused(string link)
    {
        await using var desk = await DeskAsync();
        desk.Hub.Faults.Add(new Fault("list", FaultKind.Status, Status: 200, Body: "[]", Headers: new Dictionary<string, string> { ["Link"] = link }));

        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Repos.ListAsync("local", null, HubDesk.Stop));

        Assert.Equal(HubFault.BadResponse, trouble.Fault);
    }

    [Fact]
    public async Task A_listing_that_names_the_public_host_goes_on_at_the_endpoint_we_were_given()
    {
        await using var desk = await DeskAsync();
        await CreateAsync(desk, 1);
        desk.Hub.Faults.Add(new Fault(
            "list", FaultKind.Status, Status: 200, Body: "[]",
            Headers: new Dictionary<string, string> { ["Link"] = "<https://huggingface.co/api/models?author=local>; rel=\"next\"" }));

        var first = await desk.Client.Repos.ListAsync("local", null, HubDesk.Stop);
        var second = await desk.Client.Repos.ListAsync("local", first.Next, HubDesk.Stop);

        Assert.Single(second.Repos);
    }

    [Theory]
    [InlineData("http://elsewhere.example/api/models?x")]
    [InlineData("//elsewhere.example/api/models?x")]
    [InlineData("/api/whoami-v2")]
    [InlineData("")]
    public async Task A_cursor_that_is_none_of_ours_is_not_followed(string cursor)
    {
        await using var desk = await DeskAsync();

        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Repos.ListAsync("local", cursor, HubDesk.Stop));

        Assert.Equal(HubFault.Refused, trouble.Fault);
        Assert.Empty(desk.Hub.Calls.Latest);
    }

    [Theory]
    [InlineData("""[{"id":"local/x","private":true}]""", HubFault.BadResponse)]
    [InlineData("""[{"_id":"66f00aa0c0ffee0000000003","id":"local/x"}]""", HubFault.BadResponse)]
    [InlineData("""[{"_id":"66f00aa0c0ffee0000000003","id":"x","private":true}]""", HubFault.BadResponse)]
    [InlineData("""[null]""", HubFault.BadResponse)]
    [InlineData("""{}""", HubFault.BadResponse)]
    public async Task An_entry_that_lacks_what_was_asked_for_is_an_error_and_no_data(string body, HubFault expected)
    {
        await using var desk = await DeskAsync();
        desk.Hub.Faults.Add(new Fault("list", FaultKind.Status, Status: 200, Body: body));

        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Repos.ListAsync("local", null, HubDesk.Stop));

        Assert.Equal(expected, trouble.Fault);
    }

    [Fact]
    public async Task A_repo_of_another_namespace_is_not_listed_whatever_the_Hub_says()
    {
        await using var desk = await DeskAsync();
        desk.Hub.Faults.Add(new Fault("list", FaultKind.Status, Status: 200, Body: """[{"_id":"66f00aa0c0ffee0000000003","id":"acme/x","private":true}]"""));

        Assert.Empty((await desk.Client.Repos.ListAsync("local", null, HubDesk.Stop)).Repos);
    }

    private static Task<HubDesk> DeskAsync() => HubDesk.OpenAsync(options => options with { ListPageSize = 3, Organizations = ["acme"] }, Token);

    private static async Task<List<string>> CreateAsync(HubDesk desk, int count)
    {
        List<string> names = [.. Enumerable.Range(1, count).Select(n => $"identity-x-{n}")];
        foreach (var name in names)
        {
            await desk.Client.Repos.CreatePrivateAsync(new RepoId("local", name), HubDesk.Stop);
        }
        return names;
    }
}
