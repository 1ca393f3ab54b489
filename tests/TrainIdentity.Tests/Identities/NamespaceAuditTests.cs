using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Hub;
using TrainIdentity.Tests.HubEmulator;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

/// <summary>Repos without a claim are told of and left alone.</summary>
public sealed class NamespaceAuditTests(Tables tables) : IAsyncLifetime
{
    private OperatorDesk _desk = null!;
    private HubDesk _hub = null!;
    private HubUser _user = null!;

    private static CancellationToken Stop => OperatorDesk.Stop;

    public async ValueTask InitializeAsync()
    {
        _desk = await OperatorDesk.OpenAsync(tables);
        _hub = await HubDesk.OpenAsync();
        _user = new HubUser(_hub.Hub);
    }

    [Fact]
    public async Task Empty_tables_and_500_repos_of_ours_delete_nothing_and_raise_one_alert()
    {
        for (var n = 0; n < 505; n++)
        {
            await _user.CreateAsync(n < 500 ? $"identity-mom-{n}" : $"other-{n}");
        }

        await StepAsync();
        var halfway = await _desk.RowAsync(NamespaceAudit.Row);
        await StepAsync();
        await StepAsync();

        var row = await _desk.RowAsync(NamespaceAudit.Row);
        var found = AuditTally.Found(row)!;
        Assert.Null(AuditTally.Found(halfway));
        Assert.Equal((500, 500, 100), (found.Repos, found.Orphans, found.Names.Count));
        Assert.All(found.Names, name => Assert.StartsWith("local/identity-mom-", name, StringComparison.Ordinal));
        Assert.Equal(_desk.Now, found.OrphansSince);
        Assert.Equal((1, 505), (await _desk.RaisedAsync(AlertKind.Orphan), _hub.Hub.Repos.Count));
        Assert.DoesNotContain(_hub.Hub.Journal.Entries, entry => entry.Kind is JournalKinds.RepoDeleted or JournalKinds.RepoVisibility);
        Assert.DoesNotContain(_desk.Lines, line => line.Text.Contains("mom", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_audit_knows_since_when_and_forgets_what_is_gone()
    {
        await _user.CreateAsync("identity-mom-1");
        var first = _desk.Now;
        await StepAsync();
        _desk.Clock.Advance(OperatorDesk.Daily);
        await StepAsync();
        var again = AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!;

        await _hub.Client.Repos.DeleteAsync(RepoId.Parse("local/identity-mom-1"), Stop);
        _desk.Clock.Advance(OperatorDesk.Daily);
        await StepAsync();
        var gone = AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!;

        Assert.Equal((1, first), (again.Orphans, again.OrphansSince));
        Assert.Equal((0, null, 2), (gone.Orphans, gone.OrphansSince, await _desk.RaisedAsync(AlertKind.Orphan)));
        Assert.Empty(gone.Names);
    }

    [Fact]
    public async Task Claimed_and_buried_repos_are_no_orphans()
    {
        await ClaimedAsync();
        await _user.CreateAsync("identity-erased-1");
        await _desk.Tables.Index.BuryAsync(OperatorDesk.New(_desk.Now) with { Repo = RepoId.Parse("local/identity-erased-1") }, Stop);

        await StepAsync();

        var found = AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!;
        Assert.Equal((2, 0, 0), (found.Repos, found.Orphans, found.Public));
        Assert.Equal(0, await _desk.RaisedAsync(AlertKind.Orphan));
    }

    [Fact]
    public async Task A_public_repo_of_ours_is_told_and_its_record_looks_at_once()
    {
        var identity = await ClaimedAsync(isPrivate: false);

        await StepAsync();

        var item = Assert.Single(await _desk.Tables.Index.DueAsync(_desk.Now, 10, Stop));
        Assert.Equal(identity.Id, item.Identity);
        Assert.Equal(identity.Id.ToString(), (await _desk.RowAsync("a_PublicRepo")).GetString("identity"));
        Assert.Equal(1, AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!.Public);
    }

    [Fact]
    public async Task A_repo_that_goes_while_it_is_read_is_no_orphan()
    {
        await _user.CreateAsync("identity-mom-1");
        _hub.Hub.Faults.Add(new Fault("info", FaultKind.Status, Status: 404, Headers: new Dictionary<string, string> { ["X-Error-Code"] = "RepoNotFound" }));

        await StepAsync();

        var found = AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!;
        Assert.Equal((1, 0), (found.Repos, found.Orphans));
    }

    [Fact]
    public async Task Nothing_is_concluded_while_the_token_does_not_count()
    {
        await _user.CreateAsync("identity-mom-1");
        await _hub.Client.Account.NamespaceAsync(Stop);
        _hub.Hub.Faults.Add(new Fault("whoami", FaultKind.TokenRevoked, Times: 10));

        await Assert.ThrowsAsync<HubException>(StepAsync);
        var refused = await _desk.RowAsync(NamespaceAudit.Row);
        _hub.Hub.Faults.Clear();
        _desk.Clock.Advance(TimeSpan.FromMinutes(5));
        await StepAsync();

        Assert.Null(AuditTally.Found(refused));
        Assert.Equal(1, AuditTally.Found(await _desk.RowAsync(NamespaceAudit.Row))!.Orphans);
    }

    private Task StepAsync() => new NamespaceAudit(_desk.Tables, _hub.Client, _desk.Alerts, OperatorDesk.Daily).StepAsync(Stop);

    private async Task<Identity> ClaimedAsync(bool isPrivate = true)
    {
        var identity = await _desk.KeepAsync(OperatorDesk.New(_desk.Now));
        await _user.CreateAsync(identity.Repo.Name, isPrivate);
        await _desk.Tables.Index.ClaimAsync(identity, _desk.Now.AddDays(1), Stop);
        return identity;
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        _desk.Dispose();
        await _hub.DisposeAsync();
    }
}
