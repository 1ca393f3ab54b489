using System.Net;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class RestartTests : IDisposable
{
    private const string Repo = "local/mira";

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task With_a_folder_repos_objects_and_journal_survive()
    {
        var photo = HubUser.Bytes(1000);
        string head;
        IReadOnlyList<JournalEntry> before;
        await using (var hub = await HubUser.StartAsync(options => options with { DataFolder = _folder }))
        {
            using var user = new HubUser(hub);
            _ = await user.CreateAsync("mira");
            await user.StoreAsync(Repo, photo);
            head = await user.CommitAsync(Repo, null, HubUser.Pointer("a.jpg", photo));
            before = hub.Journal.Entries;
        }

        await using var again = await HubUser.StartAsync(options => options with { DataFolder = _folder });
        using var later = new HubUser(again);

        Assert.Equal((head, true), (again.Head(Repo), again.IsPrivate(Repo)));
        Assert.Equal(photo, again.ReadFile(Repo, "a.jpg"));
        Assert.False((await later.BatchAsync(Repo, photo))[0].ContainsKey("actions"));
        Assert.Equal(before.Select(entry => (entry.Seq, entry.Kind, entry.By)), again.Journal.Entries.Select(entry => (entry.Seq, entry.Kind, entry.By)));
        _ = await later.CreateAsync("nora");
        Assert.Equal(before.Count + 1, again.Journal.Entries[^1].Seq);
    }

    [Fact]
    public async Task A_deleted_repo_leaves_nothing_on_disk()
    {
        await using var hub = await HubUser.StartAsync(options => options with { DataFolder = _folder });
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, HubUser.Bytes(1000));

        using var deleted = await user.DeleteAsync("/api/repos/delete", System.Text.Json.Nodes.JsonNode.Parse("""{"name":"mira"}"""));

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder, "repos")));
    }
}
