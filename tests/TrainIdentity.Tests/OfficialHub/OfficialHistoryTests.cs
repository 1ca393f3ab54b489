using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

public sealed class OfficialHistoryTests
{
    [Fact]
    public async Task The_official_client_commits_deletes_branches_and_opens_a_pull_request()
    {
        await using var hub = await HubUser.StartAsync();

        var said = await OfficialClient.RunAsync(hub, "history.mjs");

        Assert.Equal(412, said.Get<OfficialRefusal>("stale").Status);
        Assert.Equal(404, said.Get<OfficialRefusal>("deleteMissing").Status);
        Assert.Equal(["Delete a.txt", "One goes, one comes", "Add old/b.txt", "Add a.txt", "initial commit"], said.Get<string[]>("commits"));
        Assert.Equal(5, (int)said["count"]!);
        Assert.Equal(409, said.Get<OfficialRefusal>("branchTwice").Status);
        Assert.Equal(["Add side.txt", "One goes, one comes", "Add old/b.txt", "Add a.txt", "initial commit"], said.Get<string[]>("branch"));
        Assert.Empty(said.Get<string[]>("bare"));
        Assert.Equal(404, said.Get<OfficialRefusal>("branchGone").Status);
        Assert.EndsWith("/local/history/discussions/1", (string)said["pull"]!["url"]!, StringComparison.Ordinal);
        Assert.Equal([".gitattributes", "d.txt", "more.txt", "pull.bin"], said["pull"]!["paths"]!.AsArray().Select(path => (string)path!));
        Assert.Equal(7, (int)said["pull"]!["commits"]!);
        Assert.Equal([".gitattributes", "d.txt"], said.Get<string[]>("main"));
    }
}
