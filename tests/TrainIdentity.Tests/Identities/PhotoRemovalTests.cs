using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Tests.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>What becomes of the photos once there is a model, by what their owner agreed to.</summary>
[Collection(nameof(Alone))]
public sealed class PhotoRemovalTests
{
    private const string Setting = "Retention:Photos";
    private static readonly byte[] Front = TinyPhotos.Jpeg(11);

    private static readonly Course Trains = new()
    {
        Leaves = run => ResultFiles.Pictured(run, Weights.Of(run.JobId), ("front", "previews/front.jpg", Front), ("smile", "previews/smile.jpg", TinyPhotos.Jpeg(12))),
    };

    [Theory]
    [InlineData("afterTraining", 0)]
    [InlineData("days:1", 1)]
    [InlineData("days:30", 30)]
    public async Task They_are_gone_for_good_when_their_time_has_come_and_no_sooner(string policy, int days)
    {
        await using var scene = await StartAsync(policy);

        scene.World.Run(async () =>
        {
            var ready = await ReadyAsync(scene);
            Assert.Equal(ready.TrainedAt + TimeSpan.FromDays(days), ready.PhotosDueAt);
            if (days > 0)
            {
                Assert.Null((await scene.LookAsync(ready.PhotosDueAt - TrainingScene.Second)).PhotosRemovedAt);
                AssertThere(scene);
            }
            await scene.LookAsync(ready.PhotosDueAt);
            await AssertGoneAsync(scene, ready);
        });
    }

    [Fact]
    public async Task By_the_clock_alone_they_go_with_the_next_round()
    {
        await using var scene = await StartAsync("days:2");

        scene.World.Run(async () =>
        {
            var ready = await ReadyAsync(scene);
            await scene.UntilAsync(ready.PhotosDueAt!.Value - TimeSpan.FromMinutes(10));
            await scene.TickAsync(TimeSpan.FromMinutes(9));
            AssertThere(scene);
            await scene.TickAsync(TimeSpan.FromMinutes(3));
            await AssertGoneAsync(scene, ready);
        });
    }

    [Fact]
    public async Task Kept_photos_stay_for_years()
    {
        await using var scene = await StartAsync("keep");

        scene.World.Run(async () =>
        {
            Assert.Null((await ReadyAsync(scene)).PhotosDueAt);
            await scene.LookAsync(scene.Now + TimeSpan.FromDays(4000));
            AssertThere(scene);
        });
    }

    [Theory]
    [InlineData("keep", "afterTraining", false)]
    [InlineData("afterTraining", "keep", true)]
    [InlineData("days:2", "days:1", false)]
    public async Task What_the_owner_agreed_to_outlives_another_setting(string agreed, string later, bool goes)
    {
        await using var scene = await StartAsync(agreed);

        scene.World.Run(async () =>
        {
            var ready = await ReadyAsync(scene);
            scene.World.Set(Setting, later);
            scene.Host = scene.World.NewHost("later");
            await scene.LookAsync(ready.TrainedAt + TimeSpan.FromDays(1.5));

            Assert.Equal(agreed, scene.Record.Retention.ToString());
            Assert.Equal(goes, scene.Record.PhotosRemovedAt is not null);
        });
    }

    [Fact]
    public async Task A_failed_training_keeps_them_for_the_retry()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed), new Dictionary<string, string?> { [Setting] = "afterTraining" });

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            await scene.LookAsync(scene.JobEnded + TimeSpan.FromMinutes(10));
            await scene.LookAsync(scene.Now + TimeSpan.FromDays(2));
            Assert.Equal((IdentityState.Failed, null), (scene.Record.State, scene.Record.PhotosRemovedAt));
            AssertThere(scene);
        });
    }

    [Fact]
    public async Task A_commit_that_is_refused_forgets_nothing_and_is_made_again()
    {
        await using var scene = await StartAsync("afterTraining");

        scene.World.Run(async () =>
        {
            var ready = await ReadyAsync(scene);
            scene.World.Hub.Faults.Add(new Fault("commit", FaultKind.StaleParent));
            var refused = await scene.LookAsync();
            Assert.Null(refused.PhotosRemovedAt);
            Assert.InRange(refused.DueAt!.Value - scene.Now, TimeSpan.Zero, TrainingScene.Minute);
            AssertThere(scene);

            await scene.TickAsync(3 * TrainingScene.Minute);
            await AssertGoneAsync(scene, ready);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_weights_no_photo_is_touched_and_an_operator_is_told(bool replaced)
    {
        await using var scene = await StartAsync("afterTraining");

        scene.World.Run(async () =>
        {
            var ready = await ReadyAsync(scene);
            var own = scene.World.Hub.ReadFile(scene.Repo, ResultFiles.Weights)!;
            if (replaced)
            {
                scene.Push([new PushedFile(ResultFiles.Weights, Weights.Of("other").Bytes, Large: true)]);
            }
            else
            {
                scene.World.Hub.LoseObject(scene.Repo, ready.Weights!.Oid);
            }
            await scene.LookAsync();

            Assert.Null(scene.Record.PhotosRemovedAt);
            AssertThere(scene);
            Assert.Equal(1, (await scene.Host.Get<IdentityTables>().Service.GetAsync($"a_{AlertKind.WeightsGone}", CancellationToken.None)).GetInt64("count"));

            scene.Push([new PushedFile(ResultFiles.Weights, own, Large: true)]);
            await scene.LookAsync(scene.Record.DueAt);
            await AssertGoneAsync(scene, ready);
        });
    }

    [Fact]
    public async Task A_host_may_die_at_every_boundary_and_another_one_finishes()
    {
        IReadOnlyList<Boundary> passed = [];
        await using (var calm = await StartAsync("afterTraining"))
        {
            calm.World.Run(async () =>
            {
                await ReadyAsync(calm);
                var before = calm.Host.Gate.Passed.Count;
                await calm.LookAsync();
                passed = [.. calm.Host.Gate.Passed.Skip(before)];
            });
        }
        Assert.Contains(passed, boundary => boundary is { Name: "hub:lfs-files.delete", Moment: Moment.After });

        foreach (var death in passed)
        {
            await using var scene = await StartAsync("afterTraining");
            scene.World.Run(async () =>
            {
                var ready = await ReadyAsync(scene);
                scene.Host.Gate.DiesAt = boundary => boundary == death;
                await Task.WhenAny(scene.LookAsync(), scene.Host.Gate.Died);
                Assert.True(scene.Host.Gate.Dead, $"{death} never came");
                scene.Host = scene.World.NewHost("next");
                await scene.TickAsync(5 * TrainingScene.Minute);
                await AssertGoneAsync(scene, ready);
                Invariants.Index(scene.World);
            });
        }
    }

    [Fact]
    public async Task Deleted_afterwards_nothing_at_all_is_left()
    {
        await using var scene = await StartAsync("afterTraining");

        scene.World.Run(async () =>
        {
            var repo = (await ReadyAsync(scene)).Repo.ToString();
            await scene.LookAsync();
            await scene.Host.Erasure.AcceptAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);
            await scene.TickAsync(TimeSpan.FromMinutes(30));

            Assert.Null(scene.World.Hub.IsPrivate(repo));
            Assert.Empty(scene.World.Records);
        });
    }

    private static Task<TrainingScene> StartAsync(string policy) => TrainingScene.StartAsync(Trains, new Dictionary<string, string?> { [Setting] = policy });

    private static async Task<Identity> ReadyAsync(TrainingScene scene)
    {
        await scene.DraftAsync();
        await scene.JobOverAsync();
        var ready = await scene.LookAsync();
        Assert.Equal((IdentityState.Ready, 2), (ready.State, ready.Previews.Count));
        AssertThere(scene);
        return ready;
    }

    private static void AssertThere(TrainingScene scene)
    {
        Assert.All(scene.Record.Photos, photo => Assert.True(scene.World.Hub.HasObject(scene.Repo, photo.Oid)));
        Assert.Equal(scene.Record.Photos.Select(photo => photo.Path), scene.World.Hub.Files(scene.Repo)!.Keys.Where(path => path.StartsWith("images/", StringComparison.Ordinal)));
    }

    /// <summary>No photo on the branch, in any commit or in the store, be it committed or replaced before; everything else as it was.</summary>
    private static async Task AssertGoneAsync(TrainingScene scene, Identity ready)
    {
        var (hub, repo, record) = (scene.World.Hub, scene.Repo, scene.Record);
        Assert.Equal((IdentityState.Ready, ready.Weights), (record.State, record.Weights));
        Assert.NotNull(record.PhotosRemovedAt);
        Assert.All(ready.Photos.Select(photo => photo.Oid).Append(TrainingScene.Replaced.Sha256).Append(SimPhotos.Thumbnails[0].Sha256), oid => Assert.False(hub.HasObject(repo, oid)));

        var client = scene.World.NewHost($"reader{scene.World.Hosts.Count}");
        var commits = await client.Get<HubClient>().Files.CommitsAsync(ready.Repo, "main", 100, CancellationToken.None);
        Assert.True(commits.Count >= 3);
        Assert.All(commits, commit => Assert.DoesNotContain(hub.Files(repo, commit.Oid)!.Keys, path => path.StartsWith("images/", StringComparison.Ordinal)));
        Assert.Null(hub.Files(repo, ready.CommitOid!));
        Assert.Null(hub.Files(repo, ready.Weights!.Commit));

        Assert.Equal(ready.Weights.Oid, hub.Files(repo)![ready.Weights.Path].Oid);
        Assert.True(hub.HasObject(repo, ready.Weights.Oid));
        var pictures = client.Get<Pictures>();
        Assert.Equal(Front, await pictures.ReadAsync(record, record.PreviewOf("front")!, CancellationToken.None));
        Assert.NotNull(await pictures.ReadAsync(record, record.CommittedThumbnail!, CancellationToken.None));
        Assert.True(hub.IsPrivate(repo));
    }
}
