using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

public sealed class OfficialRepoTests
{
    [Fact]
    public async Task The_official_client_knows_itself_and_creates_reads_and_deletes_a_private_repo()
    {
        await using var hub = await HubUser.StartAsync();

        var said = await OfficialClient.RunAsync(hub, "repos.mjs");

        Assert.Equal("""{"type":"user","name":"local","since":true}""", said["me"]!.ToJsonString());
        Assert.Equal((false, true), ((bool)said["before"]!, (bool)said["after"]!));
        Assert.Equal($"{hub.Url.OriginalString}/local/mira", (string)said["created"]!["repoUrl"]!);
        Assert.Equal("private", hub.Journal.Entries.Single(entry => entry.Kind is JournalKinds.RepoCreated).Message);
        var info = said["info"]!;
        Assert.Equal(("local/mira", true), ((string)info["name"]!, (bool)info["private"]!));
        Assert.Equal((string)said["created"]!["id"]!, (string)info["id"]!);
        Assert.Equal([".gitattributes", "README.md", "a.txt"], info["filePaths"]!.AsArray().Select(path => (string)path!));
        Assert.Equal(404, said.Get<OfficialRefusal>("deleted").Status);
        Assert.Empty(hub.Repos);
    }
}
