using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

public sealed class TransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly IdentityName Name = IdentityName.Read("Mother", out var name) is null ? name! : throw new InvalidOperationException("Not a name.");

    private static readonly Dictionary<string, (Func<Identity, Identity> Move, IdentityState[] From)> Moves = new()
    {
        ["repo made"] = (identity => identity.RepoMade("id", "url", "head", Now), [IdentityState.Draft, IdentityState.Reserved]),
        ["photo changed"] = (identity => identity.PhotoChanged(1, 1, Now), [IdentityState.Draft]),
        ["thumbnail changed"] = (identity => identity.ThumbnailChanged(new ManifestPhoto("thumbnail.jpg", "o", 1, 1, 1), Now), [IdentityState.Draft]),
        ["thumbnail lost"] = (identity => identity.ThumbnailLost(), [IdentityState.RepoReady]),
        ["renamed"] = (identity => identity.Renamed(Name), [.. Enum.GetValues<IdentityState>().Where(state => state is not IdentityState.Deleting)]),
        ["closed"] = (identity => identity.Closed([], identity.Plan, Now, Now), [IdentityState.Draft]),
        ["reopened"] = (identity => identity.Reopened([1], Now, Now), [IdentityState.RepoReady]),
        ["photos stored"] = (identity => identity.PhotosStored(), [IdentityState.RepoReady]),
        ["commit made"] = (identity => identity.CommitMade("oid"), [IdentityState.Uploaded]),
        ["launch intended"] = (identity => identity.LaunchIntended(2.5m, Now), [IdentityState.Committed]),
        ["launched"] = (identity => identity.Launched(new HubJob("j", JobStage.Scheduling, null, Now, null, new Dictionary<string, string>()), Now, Now, Now), [IdentityState.Committed]),
        ["awaited"] = (identity => identity.Awaited(Now, Now), [IdentityState.Committed]),
        ["ready"] = (identity => identity.BecameReady(new VerifiedResult(new VerifiedWeights("w", "o", 1, "c"), [], null), Now, Now), [IdentityState.Training]),
        ["failed"] = (identity => identity.FailedKeeping(Failures.JobError, Now, Now, Now), [IdentityState.Training, IdentityState.Committed]),
        ["abandoned"] = (identity => identity.Abandoned(Failures.UploadFailed, Now),
            [
                IdentityState.Draft, IdentityState.Reserved, IdentityState.RepoReady, IdentityState.Uploaded, IdentityState.Committed, IdentityState.Training,
                IdentityState.Ready, IdentityState.Failed,
            ]),
        ["launched again"] = (identity => identity.LaunchedAgain(Now, Now), [IdentityState.Training]),
        ["retried"] = (identity => identity.Retried(Now, Now), [IdentityState.Failed]),
        ["cancel asked"] = (identity => identity.CancelAsked(Now), [IdentityState.Training]),
        ["repo lost"] = (identity => identity.RepoLost(Now), [IdentityState.Training, IdentityState.Ready, IdentityState.Failed]),
        ["removed"] = (identity => identity.Removed(), [IdentityState.Compensating]),
        ["restarted"] = (identity => identity.Restarted(new RepoId("a", "b"), PhotoRetention.Keep, Now, Now, Now), [IdentityState.Failed]),
        ["erasing"] = (identity => identity.Erasing(Now), Enum.GetValues<IdentityState>()),
    };

    public static TheoryData<string, IdentityState> All
    {
        get
        {
            var all = new TheoryData<string, IdentityState>();
            foreach (var move in Moves.Keys)
            {
                foreach (var state in Enum.GetValues<IdentityState>())
                {
                    all.Add(move, state);
                }
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_move_is_made_from_its_own_states_only(string name, IdentityState from)
    {
        var (move, allowed) = Moves[name];
        var identity = New() with { State = from };

        if (allowed.Contains(from))
        {
            Assert.NotEqual(identity, move(identity));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => move(identity));
        }
    }

    [Fact]
    public void A_second_try_starts_clean_under_the_same_record()
    {
        var failed = New() with { State = IdentityState.Failed, FailureCode = Failures.UploadInterrupted, BaseCommit = "b", HubRepoId = "h", LaunchIntentAt = Now };

        var again = failed.Restarted(new RepoId("local", "identity-mom-2"), PhotoRetention.Keep, Now, Now.AddMinutes(15), Now.AddHours(2));

        Assert.Equal((failed.Id, IdentityState.Reserved, 2, 2, null, null, null, null), (again.Id, again.State, again.Attempt, again.JobAttempt, again.FailureCode, again.BaseCommit, again.HubRepoId, again.LaunchIntentAt));
    }

    [Theory]
    [InlineData(IdentityState.Reserved, "training", "uploading")]
    [InlineData(IdentityState.Uploaded, "training", "committing")]
    [InlineData(IdentityState.Committed, "training", "queued")]
    [InlineData(IdentityState.Ready, "ready", null)]
    [InlineData(IdentityState.Compensating, "failed", null)]
    [InlineData(IdentityState.Failed, "failed", null)]
    public void Clients_see_the_originals_words(IdentityState state, string status, string? stage) =>
        Assert.Equal((status, stage), (PublicStatus.Of(state), PublicStatus.Stage(New() with { State = state })));

    private static Identity New() => new()
    {
        Id = IdentityId.New(Now),
        OwnerKey = "u",
        UserId = "u",
        Name = "Mom",
        Repo = new RepoId("local", "identity-mom-1"),
        Photos = [],
        Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
        Fingerprint = "f",
        KeyRow = "k_1",
        CreatedAt = Now,
        Thumbnail = new ManifestPhoto("thumbnail.jpg", "t", 9, 64, 64),
        DueAt = Now.AddDays(-1),
    };
}
