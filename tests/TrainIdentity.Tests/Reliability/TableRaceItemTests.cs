using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A record that somebody must look at never loses its last work item.</summary>
public sealed class TableRaceItemTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Due = Start.AddMinutes(15);

    private readonly MemoryTables _tables = new MemoryTables(new TableRaceClock(() => Start)).With(TableRace.Identities, TableRace.Index);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_item_put_off_to_its_own_moment_stays()
    {
        var index = Host().Index;
        await index.ClaimAsync(New(), Due, Stop);
        var item = Assert.Single(await index.DueAsync(Due, 25, Stop));

        await index.PostponeAsync(item, Due, Stop);

        Assert.Single(await index.DueAsync(Due, 25, Stop));
    }

    [Fact]
    public async Task A_due_time_that_comes_back_while_its_old_item_is_being_dropped_keeps_an_item()
    {
        var (hangs, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = Host(async (call, moment, _) =>
        {
            if (call.Operation == "Delete" && moment is TableMoment.Before)
            {
                hangs.SetResult();
                await goesOn.Task;
            }
        });
        var other = Host();
        await other.Index.ClaimAsync(New(), Due, Stop);
        var reserved = (await other.For(TableRace.Owner).ReserveAsync(New(), Due.AddDays(1), null, TableRaceRules.Limits, Stop)).Written!;

        // One host has moved the record on and hangs while it drops the item of before; another moves the record back meanwhile.
        var moving = slow.For(TableRace.Owner).ReplaceAsync(reserved, reserved with { DueAt = Start.AddMinutes(2) }, Stop);
        await hangs.Task;
        var moved = await other.For(TableRace.Owner).GetAsync(reserved.Id, Stop);
        Assert.NotNull(await other.For(TableRace.Owner).ReplaceAsync(moved!, moved! with { DueAt = Due }, Stop));
        goesOn.SetResult();
        await moving;

        Assert.Contains(await other.Index.DueAsync(Due, 25, Stop), item => item.Identity == reserved.Id);
    }

    private IdentityTables Host(TableGate? gate = null)
    {
        var clock = new StorageClock(new TableRaceClock(() => Start));
        return new IdentityTables(_tables.Client(TableRace.Identities), _tables.Client(TableRace.Index, gate), clock);
    }

    private static Identity New() => new()
    {
        Id = new IdentityId(Guid.Parse("0198c0de-0000-7000-8000-000000000001")),
        OwnerKey = TableRace.Owner,
        UserId = TableRace.Owner,
        Name = "Mom",
        Repo = new RepoId("local", "identity-mom-1"),
        Photos = [new ManifestPhoto("images/image_001.jpg", new string('e', 64), 5, 100, 200)],
        Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
        Fingerprint = "f",
        KeyRow = "k_1",
        CreatedAt = Start,
        ClientSeenAt = Start,
        DueAt = Due,
    };
}
