using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>The counters of one user: what moves them, what they allow, and when they begin anew.</summary>
public sealed class QuotaTests
{
    private static readonly DateTimeOffset Noon = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QuotaOptions Limits = new();

    [Fact]
    public void Without_settings_two_run_at_a_time_five_a_day_and_twenty_are_kept() =>
        Assert.Equal((2, 5, 20, 4_194_304_000L), (Limits.Active, Limits.PerDay, Limits.Stored, Limits.BytesPerDay));

    public static TheoryData<string, int, int> Counted => new()
    {
        { "new", 1, 1 },
        { "ready", 0, 1 },
        { "failed and kept", 0, 1 },
        { "failed for good", 0, 0 },
        { "being erased in training", 1, 1 },
        { "gone", 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Counted))]
    public void Every_state_counts_for_what_it_holds(string state, int active, int stored)
    {
        var identity = New();
        Identity? next = state switch
        {
            "ready" => identity with { State = IdentityState.Ready, SlotHeld = false },
            "failed and kept" => identity with { State = IdentityState.Failed, SlotHeld = false, RetainUntil = Noon },
            "failed for good" => identity with { State = IdentityState.Failed, SlotHeld = false },
            "being erased in training" => identity with { State = IdentityState.Deleting },
            "gone" => null,
            _ => identity,
        };

        var quota = new Quota().After(null, identity).After(identity, next);

        Assert.Equal((active, stored), (quota.Active, quota.Stored));
    }

    public static TheoryData<int, int, int, long, QuotaLimit?> Uses => new()
    {
        { 2, 20, 5, 4_194_304_000, null },
        { 3, 1, 1, 1, QuotaLimit.Active },
        { 1, 21, 1, 1, QuotaLimit.Stored },
        { 1, 1, 6, 1, QuotaLimit.PerDay },
        { 1, 1, 1, 4_194_304_001, QuotaLimit.BytesPerDay },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void A_limit_is_exceeded_by_one_more_than_it_says(int active, int stored, int started, long bytes, QuotaLimit? over)
    {
        var quota = new Quota();
        for (var n = 0; n < active; n++)
        {
            quota = quota.After(null, New() with { State = IdentityState.Failed });
        }
        for (var n = 0; n < stored; n++)
        {
            quota = quota.After(null, New() with { SlotHeld = false });
        }
        for (var n = 0; n < started; n++)
        {
            quota = quota.Started(n == 0 ? bytes : 0, 0, Noon);
        }

        Assert.Equal(over, quota.Exceeds(Limits));
    }

    [Fact]
    public void The_days_counters_begin_anew_at_midnight_and_the_others_do_not()
    {
        var evening = new Quota().After(null, New()).Started(7, 0, Noon.AddHours(11)).Started(7, 0, Noon.AddHours(11.9));
        var morning = evening.Started(5, 0, Noon.AddHours(12));

        Assert.Equal((2, 14L, 1, 5L, 1), (evening.StartedToday, evening.BytesToday, morning.StartedToday, morning.BytesToday, morning.Active));
    }

    [Theory]
    [InlineData(0, 86400)]
    [InlineData(12 * 3600, 43200)]
    [InlineData(86399, 1)]
    public void Tomorrow_is_the_next_midnight(int second, int left) => Assert.Equal(TimeSpan.FromSeconds(left), Quota.UntilTomorrow(Noon.AddHours(-12).AddSeconds(second)));

    [Fact]
    public void Counters_may_go_when_nothing_is_held_and_their_day_is_over()
    {
        var used = new Quota().After(null, New()).Started(1, 0, Noon);
        var empty = used.After(New(), null);

        Assert.Equal((false, false, true), (used.IsIdle(Noon.AddDays(1)), empty.IsIdle(Noon), empty.IsIdle(Noon.AddDays(1))));
    }

    /// <summary>Failed without anything kept, it counts as active alone; without its slot, as stored alone.</summary>
    private static Identity New() => new()
    {
        Id = IdentityId.New(Noon),
        OwnerKey = "u",
        UserId = "u",
        Name = "Mom",
        Repo = new RepoId("local", "identity-mom-1"),
        Photos = [],
        Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
        Fingerprint = "f",
        KeyRow = "k_1",
        CreatedAt = Noon,
    };
}
