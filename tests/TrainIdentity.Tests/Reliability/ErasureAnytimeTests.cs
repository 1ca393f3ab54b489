using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using static TrainIdentity.Tests.Rig.Sim.Moment;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Deleted at any point of its upload, while whoever uploads goes on: nothing of it is left, nor comes back.</summary>
[Collection(nameof(Alone))]
public sealed class ErasureAnytimeTests
{
    private static readonly Dictionary<string, Boundary> Points = new()
    {
        ["reserved"] = new(After, "table:write.key+quota+record", 1),
        ["before the creation"] = new(Before, "hub:create", 1),
        ["created, answer unread"] = new(After, "hub:create", 1),
        ["repo ready"] = new(After, "table:update.record", 2),
        ["some photos sent"] = new(Before, "storage:put", 3),
        ["photos sent, before the check"] = new(Before, "hub:verify", 1),
        ["photos checked, before the write"] = new(After, "hub:batch", 2),
        ["uploaded"] = new(After, "table:update.record", 3),
        ["before the commit"] = new(Before, "hub:commit", 1),
        ["committed, answer unread"] = new(After, "hub:commit", 1),
        ["tree compared, before the write"] = new(After, "hub:tree", 1),
        ["before the job list"] = new(Before, "hub:jobs.list", 1),
        ["before the job start"] = new(Before, "hub:jobs.start", 1),
        ["job started, answer unread"] = new(After, "hub:jobs.start", 1),
        ["in training, before the answer"] = new(After, "table:delete.item", 2),
    };

    public static TheoryData<string, bool> All
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (var point in Points.Keys)
            {
                all.Add(point, false);
                all.Add(point, true);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public Task Deleted_there_it_ends_deleted_whether_its_host_lives_or_dies(string point, bool dies) => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.Hang;
        var (other, there) = (day.World.NewHost("other"), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        day.Ticking = [other];
        day.Host.Gate.DiesAt = boundary =>
        {
            if (boundary != Points[point])
            {
                return false;
            }
            there.SetResult();
            return dies;
        };
        var upload = day.UploadAsync();
        await there.Task;

        Assert.True(await day.DeleteAsync(day.Record, other));
        if (!dies)
        {
            var outcome = await upload;
            Assert.True(outcome is { Problem: IntakeProblem.Erased } or { Identity.State: IdentityState.Training }, $"{outcome.Problem} {outcome.Identity?.State}");
        }
        await day.PassAsync(TimeSpan.FromHours(26));

        Assert.Empty(day.World.Records);
        Assert.Empty(day.World.Hub.Repos);
        Assert.Equal(0, day.Indexed("c_"));
        Assert.DoesNotContain(day.World.Owned, row => row.RowKey.StartsWith("k_", StringComparison.Ordinal));
        Assert.Equal(day.Effects(JournalKinds.JobStarted).Count, day.Effects(JournalKinds.JobCanceled).Count);
    });
}
