using Azure.Data.Tables;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;
using Weights = TrainIdentity.HubEmulator.Jobs.Weights;

namespace TrainIdentity.Tests.Training;

/// <summary>One identity in training in a simulated world. Its jobs do what a test says, and it is looked at exactly when a test says.</summary>
internal sealed class TrainingScene : IAsyncDisposable
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _over = new();
    private readonly Course _course;

    private TrainingScene(World world, Course course)
    {
        (World, _course, Host) = (world, course, world.NewHost("host"));
        World.Logs = true;
        World.Hub.Play = course.Play(_over.Token);
    }

    /// <summary>The photo of a draft that another one took the place of.</summary>
    public static Photo Replaced => SimPhotos.All[8];

    public static Caller Owner { get; } = World.User("user");

    public World World { get; }

    /// <summary>Another one may take its place.</summary>
    public SimHost Host { get; set; }

    public DateTimeOffset Now => World.Clock.GetUtcNow();

    public Identity Record => Assert.Single(World.Records);

    public string Repo => Record.Repo.ToString();

    public EmulatedJob Job => World.Hub.Jobs[0];

    /// <summary>When the last job that ended did so.</summary>
    public DateTimeOffset JobEnded => World.Hub.Journal.Entries.Last(entry => entry.Kind is JournalKinds.JobEnded).At;

    public static async Task<TrainingScene> StartAsync(Course course, IReadOnlyDictionary<string, string?>? settings = null) => new(await World.StartAsync(1, settings), course);

    /// <summary>From the moment at which the training is under way.</summary>
    public void Tell(Func<Task> story) => World.Run(async () =>
    {
        await PostAsync();
        Assert.Equal(IdentityState.Training, Record.State);
        await story();
    });

    public Task<IntakeOutcome> PostAsync(string key = "key", int set = 0)
    {
        Assert.Null(IdentityName.Read("Mom", out var name));
        return Host.Intake.TrainAsync(Owner, new Submission(name!, SimPhotos.Set(set), key, null), TimeSpan.Zero, CancellationToken.None);
    }

    /// <summary>A draft with so many photos and a thumbnail, closed; one photo was another before.</summary>
    public async Task DraftAsync(int photos = 3, string? profile = null)
    {
        Assert.Null(IdentityName.Read("Mom", out var name));
        var terms = Host.Get<Terms>();
        var consent = terms.Consent.Given(terms.Consent.Version, ConsentText.DefaultSubject, Now)!;
        var request = new DraftRequest(name!, TrainingPlan.DefaultClassWord, profile is null ? terms.Profiles.Default : terms.Profiles.Find(profile)!, consent, null);
        var drafts = Host.Get<Drafts>();
        var id = (await drafts.OpenAsync(Owner, request, CancellationToken.None)).Identity!.Id;
        await drafts.PutAsync(Owner, id, 1, Replaced, null, CancellationToken.None);
        for (var n = 0; n < photos; n++)
        {
            Assert.Null((await drafts.PutAsync(Owner, id, n + 1, SimPhotos.All[n], null, CancellationToken.None)).Problem);
        }
        await drafts.PutThumbnailAsync(Owner, id, SimPhotos.Thumbnails[0], null, CancellationToken.None);
        await drafts.PutThumbnailAsync(Owner, id, SimPhotos.Thumbnails[1], null, CancellationToken.None);
        await drafts.TrainAsync(Owner, id, CancellationToken.None);
        Assert.Equal(IdentityState.Training, Record.State);
    }

    public Task UntilAsync(DateTimeOffset at) => at > Now ? World.Clock.Delay(at - Now) : Task.CompletedTask;

    /// <summary>One look, which begins then.</summary>
    public async Task<Identity> LookAsync(DateTimeOffset? at = null)
    {
        await UntilAsync(at ?? Now);
        var before = Record;
        try
        {
            await Host.Get<Reconciler>().MoveAsync(Host.Get<IdentityTables>().For(before.OwnerKey), before, CancellationToken.None);
        }
        catch (HubException)
        {
            // As the reconciler has it: it is looked at again.
        }
        return Record;
    }

    /// <summary>A moment before, it is still in training; then it is not.</summary>
    public async Task EndsAsync(DateTimeOffset at, IdentityState state, string? code)
    {
        var before = await LookAsync(at - Second);
        Assert.Equal((IdentityState.Training, null), (before.State, before.FailureCode));
        var after = await LookAsync(at);
        Assert.Equal((state, code), (after.State, after.FailureCode));
    }

    /// <summary>Goes on until the present job has ended.</summary>
    public Task JobOverAsync() => World.Clock.Delay(_course.Ends!.Value + Second);

    public async Task TickAsync(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            await World.Clock.Delay(Minute);
            await Host.Reconciler.TickAsync(CancellationToken.None);
        }
    }

    /// <summary>A commit by the trainer, whatever its job is doing.</summary>
    public void Push(IReadOnlyList<PushedFile> files) => Assert.Null(World.Hub.Push(World.RunnerToken, Repo, "Add trained weights", files).Error);

    public void PushSuccess() => Push(ResultFiles.Succeeded(Record.Job!.Id, Record.JobAttempt, Weights.Of("weights")));

    /// <summary>The owner's counters.</summary>
    public Quota Counted => Quota.Read(World.Owned.Single(row => row.RowKey == Quota.Row));

    public Task<TableEntity> ServiceRowAsync(string row) => Host.Get<IdentityTables>().Service.GetAsync(row, CancellationToken.None);

    /// <summary>What the service as a whole has counted for that day, in millionths of a dollar.</summary>
    public async Task<(long Starts, long MicroUsd, long Spent)> DayAsync(DateTimeOffset day)
    {
        var row = await ServiceRowAsync(StartBudget.Row(day));
        return (row.GetInt64("count") ?? 0, row.GetInt64("micro_usd") ?? 0, row.GetInt64("spent_micro_usd") ?? 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await World.DisposeAsync();
        _over.Dispose();
    }
}
