using Azure.Data.Tables;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary><c>backup</c> and <c>restore</c>: the drill of the worst day.</summary>
public sealed class BackupTests(Tables tables) : BackupFacts(tables);

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class BackupFacts(Tables tables) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("backup-");

    private string File => Path.Combine(_folder.FullName, "rows");

    [Fact]
    public async Task With_both_tables_lost_what_lives_goes_on_and_what_was_erased_stays_erased()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var (ready, _) = await TrainedAsync(rig, "keeps");
        var (erased, repo) = await TrainedAsync(rig, "erases");
        rig.Hub.Play = JobPlays.Hang;
        var running = (string)(await rig.UploadAsync("waits", Uploads.Json("Zora", Uploads.Three))).Json["identityId"]!;
        var draft = await DraftAsync(rig, "drafts");
        var run = new OperatorRun(rig).On(rig.Settings);

        var saved = await run.RunAsync("backup", File);
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{erased}", "erases")).Status);
        await rig.GoneAsync(repo);
        await DropTablesAsync(rig);
        var restored = await run.RunAsync("restore", File);
        var again = await run.RunAsync("restore", File);

        Assert.Equal((0, 0, 0), (saved.Exit, restored.Exit, again.Exit));
        Assert.Contains("Brought back: 3 identities. 2 of them are on their way", restored.Output, StringComparison.Ordinal);
        Assert.Contains("Not brought back: 1, of which Hugging Face has no repo", restored.Output, StringComparison.Ordinal);
        Assert.Contains("Brought back: 0 identities.", again.Output, StringComparison.Ordinal);
        Assert.Contains("Left as they are: 3 that are there already.", again.Output, StringComparison.Ordinal);

        await rig.BecomesAsync(ready, "keeps", "ready");
        Assert.Equal(404, (await rig.GetAsync($"/api/identities/{erased}", "erases")).Status);
        await rig.SendAsync(HttpMethod.Post, $"/api/identities/{running}/cancel", "waits");
        await rig.BecomesAsync(running, "waits", "failed");
        rig.Hub.Play = JobPlays.Succeed;
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Post, $"/api/identities/{running}/retry", "waits")).Status);
        await rig.BecomesAsync(running, "waits", "ready");
        Assert.Equal(200, (await PutAsync(rig, "drafts", draft, 2)).Status);
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Post, $"/api/identities/{draft}/train", "drafts")).Status);
        await rig.BecomesAsync(draft, "drafts", "ready");

        // The same request still stands for the same identity, and all can be erased.
        Assert.Equal(ready, (string?)(await rig.UploadAsync("keeps", Uploads.Json("Zora", Uploads.Three))).Json["identityId"]);
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{ready}", "keeps")).Status);
        Assert.All((string[])["Zora", "keeps", "erases", repo], name => Assert.DoesNotContain(name, saved.Output + restored.Output + again.Output, StringComparison.Ordinal));
    }

    /// <summary>A late effect made the repo again; the mark still says that it was erased.</summary>
    [Fact]
    public async Task What_a_mark_says_was_erased_is_not_brought_back_though_its_repo_is_there()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var (id, repo) = await TrainedAsync(rig, "marked");
        var run = new OperatorRun(rig).On(rig.Settings);
        await run.RunAsync("backup", File);
        await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", "marked");
        await rig.GoneAsync(repo);
        await RowsOfService.GoneAsync(rig, id);
        using (var http = new HttpClient())
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", rig.Stack.HubToken);
            using var made = await http.PostAsync(new Uri(rig.Hub.Url, "/api/repos/create"), Uploads.Text($$"""{"name":"{{repo.Split('/')[1]}}","organization":"local","private":true}"""), ServiceRig.Stop);
            Assert.True(made.IsSuccessStatusCode);
        }

        var restored = await run.RunAsync("restore", File);

        Assert.Contains("Brought back: 0 identities.", restored.Output, StringComparison.Ordinal);
        Assert.Contains("Not brought back: 1,", restored.Output, StringComparison.Ordinal);
        Assert.Equal(404, (await rig.GetAsync($"/api/identities/{id}", "marked")).Status);
    }

    [Fact]
    public async Task A_backup_is_its_owners_alone_never_written_over_and_none_when_it_was_broken_off()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        await TrainedAsync(rig, "copied");
        var run = new OperatorRun(rig).On(rig.Settings);

        var saved = await run.RunAsync("backup", File);
        var twice = await run.RunAsync("backup", File);
        var lines = await System.IO.File.ReadAllLinesAsync(File, ServiceRig.Stop);
        var broken = Path.Combine(_folder.FullName, "broken");
        await System.IO.File.WriteAllLinesAsync(broken, lines[..^1], ServiceRig.Stop);
        await DropTablesAsync(rig);
        var refused = await run.RunAsync("restore", broken);
        var nothing = await run.RunAsync("restore", Path.Combine(_folder.FullName, "none"));

        Assert.Equal((0, 1, 1, 1), (saved.Exit, twice.Exit, refused.Exit, nothing.Exit));
        Assert.Contains("already exists", twice.Output, StringComparison.Ordinal);
        Assert.Contains("not whole", refused.Output, StringComparison.Ordinal);
        Assert.Equal(404, (await rig.GetAsync($"/api/identities/{Guid.CreateVersion7()}", "copied")).Status);
        Assert.True(lines.Length > 6, $"{lines.Length} lines");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup", "a", "b")]
    [InlineData("restore")]
    public async Task Without_a_file_they_say_what_they_need(params string[] args)
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        Assert.Equal(2, (await new OperatorRun(rig).RunAsync(args)).Exit);
    }

    private static async Task<(string Id, string Repo)> TrainedAsync(ServiceRig rig, string user)
    {
        var made = (await rig.UploadAsync(user, Uploads.Json("Zora", Uploads.Three))).Json;
        var (id, repo) = ((string)made["identityId"]!, (string)made["repoId"]!);
        await rig.BecomesAsync(id, user, "ready");
        return (id, repo);
    }

    private static async Task<string> DraftAsync(ServiceRig rig, string user)
    {
        var opened = await rig.SendAsync(HttpMethod.Post, "/api/identities", user, Uploads.Text("""{"identityName":"Zora","consent":true}"""));
        var id = (string)opened.Json["id"]!;
        await PutAsync(rig, user, id, 0);
        await PutAsync(rig, user, id, 1);
        return id;
    }

    private static Task<Reply> PutAsync(ServiceRig rig, string user, string id, int n) =>
        rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n + 1}", user, new ByteArrayContent(Uploads.Sample(Uploads.Three[n])));

    private static async Task DropTablesAsync(ServiceRig rig)
    {
        foreach (var setting in (string[])["Storage__IdentitiesTable", "Storage__IndexTable"])
        {
            await new TableClient(rig.Stack.TableConnectionString, rig.Settings[setting]).DeleteAsync(ServiceRig.Stop);
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _folder.Delete(recursive: true);
    }
}
