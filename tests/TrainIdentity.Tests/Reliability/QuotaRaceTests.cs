using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A quota is taken where the work is accepted, so nobody gets more of it by hurrying.</summary>
[Collection(nameof(Alone))]
public sealed class QuotaRaceTests
{
    private const int Crowd = 10;

    [Fact]
    public Task The_last_slot_goes_to_exactly_one_of_ten() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.Hang;
        var other = day.World.NewHost("other");
        await day.AcceptedAsync(name: "First");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(n => day.UploadAsync(name: $"Rival {n}", host: n % 2 == 0 ? day.Host : other)));

        Assert.Single(outcomes, outcome => outcome.Identity is not null);
        Assert.Equal(Crowd - 1, outcomes.Count(outcome => outcome is { Problem: IntakeProblem.OverQuota, Over: QuotaLimit.Active, RetryAfter: null }));
        Assert.Equal(2, day.Effects(JournalKinds.RepoCreated).Count);

        // A name that was claimed for nothing is given back.
        await day.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(2, day.Indexed("c_"));
    });

    [Fact]
    public Task The_last_training_of_a_day_goes_to_exactly_one_of_ten() => SweeperDay.TellAsync(async day =>
    {
        for (var n = 0; n < 4; n++)
        {
            await day.ReadyAsync(name: $"Early {n}");
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(n => day.UploadAsync(name: $"Rival {n}")));

        Assert.Single(outcomes, outcome => outcome.Identity is not null);
        Assert.All(outcomes.Where(outcome => outcome.Identity is null), outcome => Assert.Equal((IntakeProblem.OverQuota, QuotaLimit.PerDay), (outcome.Problem, outcome.Over)));
        Assert.All(outcomes.Where(outcome => outcome.Identity is null), outcome => Assert.Equal(day.Now.UtcDateTime.Date.AddDays(1), (day.Now + outcome.RetryAfter!.Value).UtcDateTime, TimeSpan.FromMinutes(1)));
    }, new Dictionary<string, string?> { ["Quota:Active"] = "100" });

    [Fact]
    public Task Erasing_everything_is_no_way_round_the_quota_of_the_day() => SweeperDay.TellAsync(async day =>
    {
        for (var n = 0; n < 5; n++)
        {
            await day.ReadyAsync(name: $"Early {n}");
        }
        await day.Host.Erasure.AcceptAllAsync(World.User(SweeperDay.User), CancellationToken.None);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromHours(1));

        var today = await day.UploadAsync(name: "Sixth");
        await day.PassAsync(day.Now.UtcDateTime.Date.AddDays(1) - day.Now.UtcDateTime);
        var tomorrow = await day.UploadAsync(name: "Sixth");

        Assert.Equal((QuotaLimit.PerDay, null), (today.Over, tomorrow.Problem));
    });

    [Fact]
    public Task A_slot_is_given_back_however_its_training_ends() => SweeperDay.TellAsync(async day =>
    {
        (JobPlay Play, bool Delete)[] ends = [(JobPlays.Succeed, false), (JobPlays.FailWithResult(), false), (JobPlays.CompleteWithoutResult, false), (JobPlays.Hang, true)];
        foreach (var (play, delete) in ends)
        {
            day.World.Hub.Play = play;
            var identity = await day.AcceptedAsync(name: $"End {ends.Length} {play.Method.Name} {delete} {day.Now.Ticks}");
            if (delete)
            {
                await day.DeleteAsync(identity);
            }
            await day.UntilAsync(() => day.Of(identity.Id) is null or { SlotHeld: false }, TimeSpan.FromHours(1));
            Invariants.Counters(day.World);
        }

        Assert.DoesNotContain(day.World.Records, record => record.SlotHeld);
    }, new Dictionary<string, string?> { ["Quota:Active"] = "1" });
}
