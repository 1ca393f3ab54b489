using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The same request again: one identity, one repo, and an answer that fits.</summary>
[Collection(nameof(Alone))]
public sealed class IdempotencyTests
{
    private const string Key = "key-1";

    [Fact]
    public Task The_same_key_twice_is_one_repo_and_the_same_answer() => SweeperDay.TellAsync(async day =>
    {
        var first = await day.UploadAsync(key: Key);
        var again = await day.UploadAsync(key: Key);

        Assert.Equal((first.Identity!.Id, first.Identity.Repo, false, true), (again.Identity!.Id, again.Identity.Repo, first.Replayed, again.Replayed));
        Assert.Single(day.Effects(JournalKinds.RepoCreated));
        Assert.Single(day.Effects(JournalKinds.JobStarted));
    });

    [Fact]
    public Task Fifty_of_the_same_key_at_once_on_two_hosts_are_one_repo() => SweeperDay.TellAsync(async day =>
    {
        var other = day.World.NewHost("other");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => day.UploadAsync(key: Key, host: n % 2 == 0 ? day.Host : other)));

        Assert.All(outcomes, outcome => Assert.True(outcome.Identity is not null || outcome.Problem is IntakeProblem.InProgress, $"{outcome.Problem}"));
        Assert.Single(outcomes.Where(outcome => outcome.Identity is not null).DistinctBy(outcome => outcome.Identity!.Id));
        Assert.Single(outcomes, outcome => outcome is { Identity: not null, Replayed: false });
        Assert.Single(day.Effects(JournalKinds.RepoCreated));
        Assert.Single(day.World.Records);
    });

    public static TheoryData<string> Differences => ["name", "order", "photo"];

    [Theory]
    [MemberData(nameof(Differences))]
    public Task The_same_key_for_another_request_is_refused_without_a_trace(string difference) => SweeperDay.TellAsync(async day =>
    {
        IReadOnlyList<Photo> photos = difference switch
        {
            "order" => [.. SimPhotos.Set(0).Reverse()],
            "photo" => [.. SimPhotos.Set(0).Skip(1), SimPhotos.Set(1)[0]],
            _ => SimPhotos.Set(0),
        };
        await day.AcceptedAsync(key: Key);
        var (writes, effects) = (day.World.Steps.Count, day.World.Hub.Journal.Entries.Count);

        var reused = await day.UploadAsync(name: difference == "name" ? "Bob" : "Ada", key: Key, photos: photos);

        Assert.Equal(IntakeProblem.KeyReused, reused.Problem);
        Assert.Equal((writes, effects), (day.World.Steps.Count, day.World.Hub.Journal.Entries.Count));
    });

    [Fact]
    public Task The_same_key_of_two_users_is_two_keys() => SweeperDay.TellAsync(async day =>
    {
        var ada = await day.AcceptedAsync("ada", key: Key);
        var bob = await day.AcceptedAsync("bob", key: Key);

        Assert.NotEqual(ada.Repo, bob.Repo);
        Assert.Equal(2, day.Effects(JournalKinds.RepoCreated).Count);
    });

    [Fact]
    public Task Without_a_key_the_content_is_the_key_for_a_day() => SweeperDay.TellAsync(async day =>
    {
        var first = await day.ReadyAsync();
        await day.PassAsync(first.CreatedAt.AddHours(24).AddMinutes(-1) - day.Now);

        var within = await day.UploadAsync();
        await day.PassAsync(TimeSpan.FromMinutes(2));
        var later = await day.UploadAsync();

        Assert.Equal((first.Id, true), (within.Identity!.Id, within.Replayed));
        Assert.NotEqual(first.Id, later.Identity!.Id);
        Assert.Equal(2, day.World.Hub.Repos.Count);
    });

    [Fact]
    public Task A_request_that_was_refused_leaves_its_key_free() => SweeperDay.TellAsync(async day =>
    {
        var refused = await day.UploadAsync(key: Key, photos: [.. SimPhotos.Set(0).Take(2)]);
        Assert.Empty(day.World.Steps);

        var accepted = await day.UploadAsync(key: Key);

        Assert.Equal((IntakeProblem.TooFewImages, null), (refused.Problem, accepted.Problem));
        Assert.False(accepted.Replayed);
    });

    [Fact]
    public Task An_answer_cut_off_by_the_clock_is_followed_up_by_the_same_request() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("batch", FaultKind.Delay, Milliseconds: 12_000));

        var cut = await day.UploadAsync(key: Key, spent: TimeSpan.FromSeconds(195));
        var id = day.Record.Id;
        var again = await day.UploadAsync(key: Key);

        Assert.Equal(IntakeProblem.TimedOut, cut.Problem);
        Assert.Equal((id, IdentityState.Training), (again.Identity!.Id, again.Identity.State));
        Assert.Single(day.Effects(JournalKinds.RepoCreated));
    });

    [Fact]
    public Task While_its_first_request_still_runs_a_repeat_waits() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("batch", FaultKind.Delay, Milliseconds: 12_000));
        var first = day.UploadAsync(key: Key);
        await day.World.Clock.Delay(TimeSpan.FromSeconds(5));

        var repeat = await day.UploadAsync(key: Key);

        Assert.Equal(IntakeProblem.InProgress, repeat.Problem);
        Assert.Equal((await first).Identity!.Id, day.Record.Id);
    });

    [Fact]
    public Task A_training_that_failed_is_said_again_and_not_tried_again_by_itself() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.FailWithResult();
        await day.AcceptedAsync(key: Key);
        await day.UntilAsync(() => day.Record.State is IdentityState.Failed, TimeSpan.FromHours(1));

        var again = await day.UploadAsync(key: Key);

        Assert.Equal((IdentityState.Failed, Failures.OutOfMemory, true), (again.Identity!.State, again.Identity.FailureCode, again.Replayed));
        Assert.Single(day.Effects(JournalKinds.JobStarted));
    });

    [Fact]
    public Task An_upload_of_which_nothing_is_left_begins_anew_under_the_same_record() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("preupload", FaultKind.Quota));
        await day.UploadAsync(key: Key);
        await day.UntilAsync(() => day.Record.State is IdentityState.Failed, TimeSpan.FromHours(1));
        var failed = day.Record;

        var again = await day.UploadAsync(key: Key);

        Assert.Equal((failed.Id, IdentityState.Training, 2), (again.Identity!.Id, again.Identity.State, again.Identity.Attempt));
        Assert.NotEqual(failed.Repo, again.Identity.Repo);
        Assert.Equal([again.Identity.Repo.ToString()], day.World.Hub.Repos);
    });

    [Fact]
    public Task A_key_of_something_erased_stays_spent_for_thirty_days() => SweeperDay.TellAsync(async day =>
    {
        var erased = await day.ReadyAsync(key: Key);
        await day.DeleteAsync(erased);
        var during = await day.UploadAsync(key: Key);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromHours(1));

        var after = await day.UploadAsync(key: Key);
        await day.PassAsync(TimeSpan.FromDays(29));
        var late = await day.UploadAsync(key: Key);
        await day.PassAsync(TimeSpan.FromDays(2));
        var forgotten = await day.UploadAsync(key: Key);

        Assert.Equal([IntakeProblem.Erased, IntakeProblem.Erased, IntakeProblem.Erased, null], new[] { during, after, late, forgotten }.Select(outcome => outcome.Problem));
        Assert.NotEqual(erased.Id, forgotten.Identity!.Id);
    });

    [Fact]
    public Task Without_a_key_the_same_photos_make_a_new_identity_as_soon_as_the_old_one_is_being_erased() => SweeperDay.TellAsync(async day =>
    {
        var erased = await day.ReadyAsync();
        await day.DeleteAsync(erased);

        var anew = await day.UploadAsync();
        await day.UntilAsync(() => day.Of(erased.Id) is null, TimeSpan.FromHours(1));

        Assert.NotEqual(erased.Id, anew.Identity!.Id);
        Assert.Equal([anew.Identity.Repo.ToString()], day.World.Hub.Repos);
        Assert.Equal(anew.Identity.Id, (await day.UploadAsync()).Identity!.Id);
    });
}
