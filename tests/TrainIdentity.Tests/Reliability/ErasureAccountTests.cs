using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A user who erases everything: no row of the partition outlives the day, and nobody else loses one.</summary>
[Collection(nameof(Alone))]
public sealed class ErasureAccountTests
{
    [Fact]
    public Task Everything_of_the_user_goes_and_nothing_of_anybody_else() => SweeperDay.TellAsync(async day =>
    {
        var bob = await day.ReadyAsync("bob", key: "key-bob");
        await day.ReadyAsync(name: "One", key: "key-1");
        await day.ReadyAsync(name: "Two");
        day.World.Hub.Play = JobPlays.Hang;
        await day.AcceptedAsync(name: "Three");

        var count = await day.Host.Erasure.AcceptAllAsync(World.User(SweeperDay.User), CancellationToken.None);
        Assert.Equal(3, count);
        Assert.Empty((await Rows(day).ListAsync(10, null, CancellationToken.None)).Page);
        await day.UntilAsync(() => day.World.Records.Count == 1, TimeSpan.FromMinutes(30));
        Assert.Equal([bob.Repo.ToString()], day.World.Hub.Repos);
        Assert.Equal([Quota.Row], Own(day));
        await day.PassAsync(day.Now.UtcDateTime.Date.AddDays(1).AddMinutes(5) - day.Now.UtcDateTime);

        Assert.Empty(Own(day));
        Assert.Equal(IdentityState.Ready, day.Of(bob.Id)!.State);
        Assert.DoesNotContain(day.World.Index, row => row.GetString("owner_key") == SweeperDay.User);
    }, new Dictionary<string, string?> { ["Quota:Active"] = "100" });

    [Fact]
    public Task Asked_for_again_or_of_nothing_it_is_accepted_all_the_same() => SweeperDay.TellAsync(async day =>
    {
        await day.ReadyAsync();
        var counts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => day.Host.Erasure.AcceptAllAsync(World.User(SweeperDay.User), CancellationToken.None)));
        await day.PassAsync(TimeSpan.FromDays(2));

        Assert.All(counts, count => Assert.InRange(count, 0, 1));
        Assert.Equal(0, await day.Host.Erasure.AcceptAllAsync(World.User(SweeperDay.User), CancellationToken.None));
        Assert.Empty(Own(day));
        Assert.Empty(day.World.Hub.Repos);
    });

    [Fact]
    public Task Who_begins_anew_meanwhile_keeps_what_is_new() => SweeperDay.TellAsync(async day =>
    {
        await day.ReadyAsync(name: "Old");
        await day.Host.Erasure.AcceptAllAsync(World.User(SweeperDay.User), CancellationToken.None);
        var anew = await day.AcceptedAsync(name: "New");

        await day.PassAsync(TimeSpan.FromDays(2));

        Assert.Equal((anew.Id, IdentityState.Ready), (day.Record.Id, day.Record.State));
        Assert.Equal([anew.Repo.ToString()], day.World.Hub.Repos);
    });

    private static OwnerRows Rows(SweeperDay day) => day.Host.Get<IdentityTables>().For(World.User(SweeperDay.User));

    private static IEnumerable<string> Own(SweeperDay day) => day.World.Owned.Where(row => row.PartitionKey == IdentityRow.Partition(SweeperDay.User)).Select(row => row.RowKey);
}
