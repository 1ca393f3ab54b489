using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Secrets;
using TrainIdentity.Tests.Secrets;

namespace TrainIdentity.Tests.Hub;

/// <summary>A token that is changed while the service runs, whichever call comes upon it.</summary>
public sealed class TokenRenewalTests
{
    private const string New = "hf_new";

    private string _known = "hf_local";
    private int _renewals;

    [Theory]
    [InlineData("whoami")]
    [InlineData("create")]
    [InlineData("info")]
    [InlineData("tree")]
    [InlineData("resolve")]
    [InlineData("preupload")]
    [InlineData("batch")]
    [InlineData("verify")]
    [InlineData("commit")]
    [InlineData("jobs.start")]
    [InlineData("jobs.list")]
    [InlineData("jobs.get")]
    [InlineData("jobs.cancel")]
    [InlineData("jobs.logs")]
    [InlineData("delete")]
    public async Task Every_call_is_made_again_with_the_new_token_and_has_its_effect_once(string route)
    {
        await using var desk = await HubDesk.OpenAsync(options => options, Rotating(New));
        desk.Hub.AddToken(New, "local");
        desk.Hub.Faults.Add(new Fault(route, FaultKind.TokenRevoked));

        await desk.Client.Account.ProbeAsync(HubDesk.Stop);
        Assert.NotNull(await desk.CommitAsync());
        await desk.JobAsync();
        await desk.Client.Logs.TailAsync("local", desk.Hub.Jobs[0].Id, 1, TimeSpan.FromMilliseconds(1), HubDesk.Stop);
        await desk.Client.Repos.DeleteAsync(desk.Repo, HubDesk.Stop);

        Assert.Equal((1, New), (_renewals, _known));
        Assert.Empty(desk.Hub.Faults.Waiting);
        foreach (var kind in new[] { JournalKinds.RepoCreated, JournalKinds.Commit, JournalKinds.JobStarted, JournalKinds.JobCanceled, JournalKinds.RepoDeleted })
        {
            Assert.Single(desk.Hub.Journal.Entries, entry => entry.Kind == kind);
        }
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("jobs.start")]
    public async Task A_token_that_did_not_change_is_a_bad_token_and_nothing_is_made_again(string route)
    {
        await using var desk = await HubDesk.OpenAsync(options => options, Rotating("hf_local"));
        desk.Hub.Faults.Add(new Fault(route, FaultKind.TokenRevoked, Times: 1000));

        var trouble = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await desk.CommitAsync();
            await desk.JobAsync();
        });

        Assert.Equal((HubFault.Auth, 1), (trouble.Fault, _renewals));
        Assert.Single(desk.Hub.Calls.Latest, call => call.Route == route);
    }

    [Fact]
    public async Task A_new_token_that_is_no_good_either_is_tried_once()
    {
        await using var desk = await HubDesk.OpenAsync(options => options, Rotating("hf_worse"));
        desk.Hub.RevokeToken("hf_local");

        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop));

        Assert.Equal((HubFault.Auth, 1), (trouble.Fault, _renewals));
        Assert.Equal(2, desk.Hub.Calls.Latest.Count);
    }

    [Fact]
    public async Task A_repo_that_is_not_there_is_no_reason_to_ask_for_another_token()
    {
        await using var desk = await HubDesk.OpenAsync(options => options, Rotating(New));
        desk.Hub.Faults.Add(new Fault("info", FaultKind.Status, Status: 401, Body: """{"error":"Invalid username or password."}"""));

        Assert.Null(await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop));
        Assert.Equal(0, _renewals);
    }

    [Fact]
    public async Task A_rotation_in_the_vault_reaches_all_who_are_under_way_with_one_reading()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = "hf_local";
        var cache = Cache(vault, new FakeTimeProvider());
        await using var desk = await HubDesk.OpenAsync(options => options, From(cache));
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        var perReading = vault.Reads;

        vault.Secrets["huggingface-token"] = New;
        desk.Hub.AddToken(New, "local");
        desk.Hub.RevokeToken("hf_local");
        var infos = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop)));

        Assert.All(infos, Assert.NotNull);
        Assert.Equal(2 * perReading, vault.Reads);
        Assert.Equal(New, (await cache.GetAsync(HubDesk.Stop)).HubToken);
    }

    [Fact]
    public async Task A_token_that_stays_refused_costs_the_vault_one_reading_in_thirty_seconds()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = "hf_gone";
        var clock = new FakeTimeProvider();
        await using var desk = await HubDesk.OpenAsync(options => options, From(Cache(vault, clock)));
        Assert.Equal(HubFault.Auth, await FaultAsync(desk));
        var perReading = vault.Reads / 2;

        Assert.Equal(HubFault.Auth, await FaultAsync(desk));
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(HubFault.Auth, await FaultAsync(desk));
        var paced = vault.Reads;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HubFault.Auth, await FaultAsync(desk));

        Assert.Equal((2 * perReading, 3 * perReading), (paced, vault.Reads));
    }

    [Fact]
    public async Task With_the_vault_away_a_refused_token_is_a_bad_token_and_no_other_trouble()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = "hf_gone";
        var cache = Cache(vault, new FakeTimeProvider());
        await cache.GetAsync(HubDesk.Stop);
        vault.FailWith = 403;
        await using var desk = await HubDesk.OpenAsync(options => options, From(cache));

        Assert.Equal(HubFault.Auth, await FaultAsync(desk));
    }

    private static async Task<HubFault> FaultAsync(HubDesk desk) =>
        (await Assert.ThrowsAsync<HubException>(() => desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop))).Fault;

    private HubToken Rotating(string next) => new(
        _ => ValueTask.FromResult(_known),
        _ =>
        {
            Interlocked.Increment(ref _renewals);
            return ValueTask.FromResult(_known = next);
        });

    private static HubToken From(SecretCache cache) => new(
        async stop => (await cache.GetAsync(stop)).HubToken!, async stop => (await cache.RenewedAsync(stop)).HubToken!);

    private static SecretCache Cache(LoopbackVault vault, TimeProvider clock)
    {
        var client = Vault.Open(new VaultOptions { Uri = vault.Uri, LocalCertificateSha256 = vault.CertificateSha256 }, local: true);
        return new SecretCache(stop => Vault.ReadAsync(client, clock, stop), new SecretOptions(), clock, NullLogger<SecretCache>.Instance);
    }
}
