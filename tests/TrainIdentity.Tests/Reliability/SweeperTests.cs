using Azure.Data.Tables;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The reconciler on bad days: it concludes nothing from what it cannot know, and nobody starves.</summary>
[Collection(nameof(Alone))]
public sealed class SweeperTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    [Fact]
    public Task With_empty_tables_five_hundred_repos_are_reported_and_none_is_deleted() => SweeperDay.TellAsync(async day =>
    {
        const int Repos = 500;
        for (var n = 0; n < Repos; n++)
        {
            await day.OthersAsync(HttpMethod.Post, "/api/repos/create", $$"""{"name":"identity-mom-{{1_700_000_000_000 + n}}","type":"model","visibility":"private"}""");
        }

        for (var hour = 0; hour < 50; hour++)
        {
            await day.World.Clock.Delay(TimeSpan.FromHours(1));
            await day.TickAsync();
        }

        Assert.Empty(day.Effects(JournalKinds.RepoDeleted));
        Assert.Equal(Repos, day.World.Hub.Repos.Count);
        Assert.True(day.Alerts(AlertKind.Orphan) > 0, "Nobody was told of the repos.");
    });

    [Fact]
    public Task With_a_token_that_does_not_count_nothing_is_gone_or_failed() => SweeperDay.TellAsync(async day =>
    {
        var ready = await day.ReadyAsync();
        day.World.Hub.Play = JobPlays.Hang;
        var training = await day.AcceptedAsync("bob");
        day.World.TokenRevoked = true;

        await day.PassAsync(TimeSpan.FromDays(3));

        Assert.Equal((IdentityState.Ready, IdentityState.Training), (day.Of(ready.Id)!.State, day.Of(training.Id)!.State));
        Assert.Null(day.Of(ready.Id)!.MissingSince);
        Assert.True(day.Alerts(AlertKind.HubToken) > 0);
        day.World.TokenRevoked = false;
        await day.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal((IdentityState.Ready, IdentityState.Failed), (day.Of(ready.Id)!.State, day.Of(training.Id)!.State));
    });

    [Fact]
    public Task A_record_that_fails_every_round_keeps_nobody_else_waiting() => SweeperDay.TellAsync(async day =>
    {
        var poison = await day.AcceptedAsync("poison");
        var others = new List<Identity>();
        for (var n = 0; n < 3; n++)
        {
            others.Add(await day.AcceptedAsync($"other{n}"));
        }
        var table = day.World.Tables.Client(day.World.Settings.Storage.IdentitiesTable);
        var row = day.World.Owned.Single(found => found.RowKey == IdentityRow.Key(poison.Id));
        var good = (string)row["state"];
        await SetStateAsync(table, row, "Nonsense");

        await day.PassAsync(TimeSpan.FromHours(3));
        foreach (var other in others)
        {
            Assert.Equal(IdentityState.Ready, (await day.Host.Get<IdentityTables>().For(World.User(other.OwnerKey)).GetAsync(other.Id, CancellationToken.None))!.State);
        }
        Assert.True(day.Alerts(AlertKind.PoisonItem) > 0);

        // Mended, it goes on where it was.
        await SetStateAsync(table, day.World.Owned.Single(found => found.RowKey == IdentityRow.Key(poison.Id)), good);
        await day.UntilAsync(() => day.Of(poison.Id)!.State is IdentityState.Ready, TimeSpan.FromHours(1));
    }, meddled: true);

    [Fact]
    public Task An_hour_of_refusals_by_the_Hub_costs_at_most_its_share_and_starves_nobody() => SweeperDay.TellAsync(async day =>
    {
        const int Users = 12;
        const int OneItem = 6;
        for (var n = 0; n < Users; n++)
        {
            await day.AcceptedAsync($"user{n}");
        }
        await day.PassAsync(Window);
        day.World.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 100_000, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = "60" }));

        for (var n = 0; n < 12; n++)
        {
            var before = HubCalls(day);
            await day.PassAsync(Window);
            Assert.InRange(HubCalls(day) - before, 0, 60 + OneItem);
        }
        day.World.Hub.Faults.Clear();

        await day.UntilAsync(() => day.World.Records.All(record => record.State is IdentityState.Ready), TimeSpan.FromHours(1));
    }, new Dictionary<string, string?> { ["Hub:CallsPerFiveMinutes"] = "100" });

    private static int HubCalls(SweeperDay day) =>
        day.Host.Gate.Passed.Count(boundary => boundary.Moment is Moment.Before && boundary.Name.StartsWith("hub:", StringComparison.Ordinal));

    private static async Task SetStateAsync(TableClient table, TableEntity row, string state)
    {
        row["state"] = state;
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
    }
}
