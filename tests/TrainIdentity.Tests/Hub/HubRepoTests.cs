using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;

namespace TrainIdentity.Tests.Hub;

public sealed class HubRepoTests
{
    private static readonly HubToken Token = new(_ => ValueTask.FromResult("hf_local"), _ => ValueTask.FromResult("hf_local"));

    [Fact]
    public async Task A_renamed_repo_is_shown_under_the_name_it_has_now()
    {
        await using var desk = await HubDesk.OpenAsync(options => options with { Organizations = ["acme"] }, Token);
        await desk.CommitAsync();
        var before = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);

        await desk.MoveAsync($"{desk.Repo}", "local/moved");
        var renamed = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);
        await desk.MoveAsync("local/moved", "acme/elsewhere");
        var gone = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);

        Assert.Equal(($"{desk.Repo}", "local/moved", "acme/elsewhere"), (before!.Name, renamed!.Name, gone!.Name));
        Assert.Equal((before.HubId, before.HubId, before.Head), (renamed.HubId, gone.HubId, gone.Head));
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_move_is_followed_whatever_kind_of_redirect_tells_of_it(int status)
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.CommitAsync();
        await desk.MoveAsync($"{desk.Repo}", "local/moved");
        desk.Hub.Faults.Add(new Fault("info", FaultKind.Status, Status: status, Headers: new Dictionary<string, string> { ["Location"] = $"{desk.Hub.Url}api/models/local/moved" }));

        var info = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);

        Assert.Equal("local/moved", info!.Name);
        Assert.Empty(desk.Hub.Faults.Waiting);
    }

    [Fact]
    public async Task Another_repo_under_the_old_name_is_told_by_its_id()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        var ours = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);
        await desk.MoveAsync($"{desk.Repo}", "local/moved");
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);

        var other = await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);

        Assert.Equal(ours!.Name, other!.Name);
        Assert.NotEqual(ours.HubId, other.HubId);
    }

    [Fact]
    public async Task All_attempts_of_an_identity_are_listed_by_its_label_alone()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        var first = await StartAsync(desk, "x", "1");
        await desk.Client.Jobs.CancelAsync("local", first.Id, HubDesk.Stop);
        var second = await StartAsync(desk, "x", "2");
        await StartAsync(desk, "y", "1");

        var all = await desk.Client.Jobs.ListAsync("local", new Dictionary<string, string> { ["identity"] = "x" }, HubDesk.Stop);

        Assert.Equal(new HashSet<string> { first.Id, second.Id }, all.Select(job => job.Id).ToHashSet());
        Assert.Equal(["1", "2"], all.Select(job => job.Labels["attempt"]).Order());
        Assert.Equal(JobStage.Canceled, all.Single(job => job.Id == first.Id).Stage);
    }

    private static Task<HubJob> StartAsync(HubDesk desk, string identity, string attempt) => desk.Client.Jobs.StartAsync(
        "local", desk.Spec with { Labels = new Dictionary<string, string> { ["identity"] = identity, ["attempt"] = attempt } }, HubDesk.Stop);
}
