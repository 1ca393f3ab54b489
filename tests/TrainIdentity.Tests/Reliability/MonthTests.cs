using Azure.Data.Tables;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Thirty days with no webhook and a Hub that fails every fifth call.</summary>
[Collection(nameof(Alone))]
public sealed class MonthTests
{
    private const int Days = 30;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTraining = TimeSpan.FromHours(16);
    private static readonly JobPlay[] Plays = [JobPlays.Succeed, JobPlays.Succeed, JobPlays.Succeed, JobPlays.FailWithResult(), JobPlays.ErrorWithoutResult(), JobPlays.Hang];

    private int _sent;

    [Fact]
    public async Task Everything_ends_and_nothing_piles_up()
    {
        await Seed.RunAsync(Seed.Of(nameof(MonthTests)), async seed =>
        {
            await using var world = await World.StartAsync(seed, new Dictionary<string, string?> { ["Training:StartsPerDay"] = "10000" });
            var host = world.NewHost("host");
            host.Gate.Fails = boundary => Fails(boundary, seed);
            world.Run(async () =>
            {
                await SettledAsync(world, Seed.Full ? 100_000 : 300);
                var posting = PostAsync(world, host, new Random(seed), Seed.Full ? 20 : 1);
                var ticking = TickAsync(world, host, world.Clock.GetUtcNow() + TimeSpan.FromDays(Days));
                await Task.WhenAll(posting, ticking);
            });

            Assert.True(_sent > 0);
            var now = world.Clock.GetUtcNow();
            Assert.All(
                world.Records.Where(record => record.CreatedAt < now - LongestTraining),
                record => Assert.True(record.State is IdentityState.Ready or IdentityState.Failed, $"{record} is still {record.State}"));
            Assert.True(world.NextDue > now - TimeSpan.FromMinutes(15), $"work is due since {world.NextDue:O}");
            Invariants.Moved(world);
            Invariants.Counters(world);
            Invariants.Index(world);
        });
    }

    /// <summary>Every fifth call to the Hub or to storage; half of them after it has had its effect.</summary>
    private static HttpRequestException? Fails(Boundary boundary, int seed)
    {
        var hash = unchecked((uint)((boundary.Nth * 2654435761L) ^ (seed * 40503L) ^ boundary.Name.Length));
        var struck = !boundary.Name.StartsWith("table:", StringComparison.Ordinal) && (hash >> 7) % 10 == (uint)boundary.Moment;
        return struck ? new HttpRequestException("The line is bad.") : null;
    }

    /// <summary>Users of old, whose identities ended long ago.</summary>
    private static async Task SettledAsync(World world, int count)
    {
        var table = world.Tables.With(world.Settings.Storage.IdentitiesTable).Client(world.Settings.Storage.IdentitiesTable);
        var now = world.Clock.GetUtcNow();
        for (var n = 0; n < count; n++)
        {
            var identity = new Identity
            {
                Id = IdentityId.New(now - TimeSpan.FromDays(60)),
                OwnerKey = $"old{n}",
                UserId = $"old{n}",
                Name = "Mom",
                Repo = new RepoId("local", $"identity-old-{n}"),
                Photos = [],
                Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
                Fingerprint = "",
                KeyRow = "k_old",
                CreatedAt = now - TimeSpan.FromDays(60),
                UpdatedAt = now - TimeSpan.FromDays(59),
                ClientSeenAt = now - TimeSpan.FromDays(60),
                State = IdentityState.Failed,
                SlotHeld = false,
                FailureCode = Failures.UploadInterrupted,
                Seq = 1,
            };
            await table.AddEntityAsync<TableEntity>(IdentityRow.Write(identity, Guid.NewGuid()));
        }
    }

    private async Task PostAsync(World world, SimHost host, Random random, int perDay)
    {
        Assert.Null(IdentityName.Read("Mom", out var name));
        for (var n = 0; n < (Days - 1) * perDay; n++)
        {
            await world.Clock.Delay(TimeSpan.FromDays(1) / perDay * (0.5 + random.NextDouble()));
            world.Hub.Play = Plays[random.Next(Plays.Length)];
            try
            {
                var outcome = await host.Intake.TrainAsync(World.User($"new{n % 50}"), new Submission(name!, SimPhotos.Set(n % 3), $"key{n}", null), TimeSpan.Zero, CancellationToken.None);
                _sent += outcome.Identity is null ? 0 : 1;
            }
            catch (HubException)
            {
                // The user does not come back, and the service clears up after them.
            }
        }
    }

    private static async Task TickAsync(World world, SimHost host, DateTimeOffset end)
    {
        while (world.Clock.GetUtcNow() < end)
        {
            await world.Clock.Delay(Minute);
            if (world.NextDue <= world.Clock.GetUtcNow())
            {
                await host.Reconciler.TickAsync(CancellationToken.None);
            }
        }
    }
}
