using Microsoft.Extensions.Logging;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Identities.Steps;
using TrainIdentity.Photos;

namespace TrainIdentity.Identities;

/// <summary>
/// An upload photo by photo. A photo is in the repo's LFS store when its request is answered, and in the commit exactly if
/// it was answered with success before the draft was closed. No photo needs a lease, so any number may come at once.
/// </summary>
public sealed partial class Drafts
{
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(20);

    // Two photos of one draft that are written at the same time would only spend each other's tries.
    private readonly SemaphoreSlim[] _keeping = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    private readonly IdentityTables _tables;
    private readonly DraftIntake _intake;
    private readonly RepoStep _repos;
    private readonly HubClient _hub;
    private readonly Reconciler _reconciler;
    private readonly StartBudget _budget;
    private readonly IntakeOptions _options;
    private readonly QuotaOptions _quota;
    private readonly ILogger<Drafts> _logger;

    internal Drafts(
        IdentityTables tables, DraftIntake intake, RepoStep repos, HubClient hub, Reconciler reconciler, StartBudget budget, IntakeOptions options,
        QuotaOptions quota, ILogger<Drafts> logger) =>
        (_tables, _intake, _repos, _hub, _reconciler, _budget, _options, _quota, _logger) =
        (tables, intake, repos, hub, reconciler, budget, options, quota, logger);

    private TimeProvider Clock => _tables.Clock;

    /// <inheritdoc cref="DraftIntake.OpenAsync"/>
    public Task<IntakeOutcome> OpenAsync(Caller caller, DraftRequest request, CancellationToken stop) => _intake.OpenAsync(caller, request, stop);

    /// <summary>Whether a photo of this number may come; asked before its bytes are read.</summary>
    public Task<IntakeOutcome> LookAsync(Caller caller, IdentityId id, int number, CancellationToken stop) => LookPictureAsync(caller, id, number, stop);

    /// <summary>Whether a thumbnail may come; asked before its bytes are read.</summary>
    public Task<IntakeOutcome> LookAsync(Caller caller, IdentityId id, CancellationToken stop) => LookPictureAsync(caller, id, null, stop);

    /// <summary>Keeps a photo under its number, in place of the one that was there.</summary>
    /// <param name="looked">What was found before its bytes were read; null to look now.</param>
    /// <exception cref="HubException">The photo is not in the draft; the same request may succeed later.</exception>
    public Task<IntakeOutcome> PutAsync(Caller caller, IdentityId id, int number, Photo photo, IntakeOutcome? looked, CancellationToken stop) =>
        PutPictureAsync(caller, id, number, photo, looked, stop);

    /// <summary>Keeps the picture that stands for the identity in lists; it is no photo of the training.</summary>
    /// <param name="looked">What was found before its bytes were read; null to look now.</param>
    /// <exception cref="HubException">The thumbnail is not in the draft; the same request may succeed later.</exception>
    public Task<IntakeOutcome> PutThumbnailAsync(Caller caller, IdentityId id, Photo thumbnail, IntakeOutcome? looked, CancellationToken stop) =>
        PutPictureAsync(caller, id, null, thumbnail, looked, stop);

    private async Task<IntakeOutcome> LookPictureAsync(Caller caller, IdentityId id, int? number, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        return await FindAsync(_tables.For(caller), id, number, stop);
    }

    private async Task<IntakeOutcome> PutPictureAsync(Caller caller, IdentityId id, int? number, Photo photo, IntakeOutcome? looked, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        try
        {
            return await StoredAsync(rows, id, number, photo, looked, stop) ?? await KeepAsync(rows, id, number, photo, stop);
        }
        catch (HubException)
        {
            // A repo that is being removed gives trouble of many kinds; then the draft says what is the matter.
            if (await FindAsync(rows, id, number, stop) is { Problem: not null } refused)
            {
                return refused;
            }
            throw;
        }
    }

    /// <summary>Takes a photo out of the draft, whether or not there was one.</summary>
    public async Task<IntakeOutcome> RemoveAsync(Caller caller, IdentityId id, int number, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        while (true)
        {
            var open = await FindAsync(rows, id, number, stop);
            if (open.Problem is not null
                || await rows.Drafts.FindAsync(id, number, stop) is not { } known
                || await rows.Drafts.RemoveAsync(open.Identity!, known, Clock.GetUtcNow(), stop))
            {
                return open;
            }
        }
    }

    /// <summary>What the draft holds, in the order of its numbers.</summary>
    internal async Task<(IntakeOutcome Outcome, IReadOnlyList<DraftPhoto> Photos)> PhotosAsync(Caller caller, IdentityId id, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        var found = await FindAsync(rows, id, null, stop);
        return (found, found.Problem is null ? await rows.Drafts.ListAsync(id, stop) : []);
    }

    /// <summary>Closes the draft with the photos it has and goes on to their training. Asking twice is asking once.</summary>
    public async Task<IntakeOutcome> TrainAsync(Caller caller, IdentityId id, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        while (await rows.GetAsync(id, stop) is { State: not IdentityState.Deleting } identity)
        {
            if (!identity.IsOpen)
            {
                return identity.State is IdentityState.Compensating or IdentityState.Failed
                    ? IntakeOutcome.Of(IntakeProblem.Closed, identity)
                    : IntakeOutcome.Of(identity, replayed: true);
            }

            var photos = await rows.Drafts.ListAsync(id, stop);
            if (Problem(photos) is { } problem)
            {
                return IntakeOutcome.Of(problem);
            }
            var plan = identity.Plan.For(photos.Count);
            if (await _budget.BlockedUntilAsync(plan, stop) is { } until)
            {
                return IntakeOutcome.Paused(until - Clock.GetUtcNow());
            }

            var now = Clock.GetUtcNow();
            var closed = identity.Closed([.. photos.Select((photo, n) => photo.InManifest(n + 1))], plan, now, now + _options.Deadline) with
            {
                TraceParent = Traces.Here ?? identity.TraceParent,
                EstimatedMicroUsd = await _budget.EstimateAsync(plan, stop),
            };
            var written = await rows.ReplaceAsync(identity, closed, _quota, stop);
            if (written.Over is { } over)
            {
                return Over(over);
            }
            if (written.Written is not null)
            {
                return await FollowUpAsync(rows, written.Written, stop);
            }
        }
        return IntakeOutcome.Of(IntakeProblem.NotFound);
    }

    /// <param name="number">Of the photo it is about; null when it is about the thumbnail or the draft as a whole.</param>
    private async Task<IntakeOutcome> FindAsync(OwnerRows rows, IdentityId id, int? number, CancellationToken stop) => await rows.GetAsync(id, stop) switch
    {
        null or { State: IdentityState.Deleting } => IntakeOutcome.Of(IntakeProblem.NotFound),
        { IsOpen: false } identity => IntakeOutcome.Of(IntakeProblem.Closed, identity),
        _ when number < 1 || number > _options.MaxPhotos => IntakeOutcome.Of(IntakeProblem.NoSuchPhoto),
        var identity => IntakeOutcome.Of(identity, replayed: false),
    };

    /// <returns>Null once the photo is in the repo's store.</returns>
    private async Task<IntakeOutcome?> StoredAsync(OwnerRows rows, IdentityId id, int? number, Photo photo, IntakeOutcome? looked, CancellationToken stop)
    {
        // A draft that ended since takes the photo no more when it is to be kept, and what was sent is in no commit.
        var found = looked is { Problem: null, Identity.HubRepoId: not null } ? looked : await FindAsync(rows, id, number, stop);
        if (found.Problem is not null)
        {
            return found;
        }

        var identity = await _intake.PreparedAsync(rows, found.Identity!, stop);
        if (identity.HubRepoId is null)
        {
            return IntakeOutcome.Of(identity.IsOpen ? IntakeProblem.InProgress : IntakeProblem.Closed, identity);
        }
        if (await _hub.Lfs.UploadAsync(identity.Repo, [new LfsContent(photo.Sha256, photo.Length, photo.OpenRead)], IsPrivateAsync(identity.Repo, stop), stop))
        {
            return null;
        }
        if (await FindAsync(rows, id, number, stop) is { Problem: null, Identity: { } open })
        {
            await rows.ReplaceAsync(open, open.Abandoned(Failures.NotPrivate, Clock.GetUtcNow()), stop);
        }
        return IntakeOutcome.Of(IntakeProblem.Closed, identity);
    }

    private async Task<bool> IsPrivateAsync(RepoId repo, CancellationToken stop) => (await _repos.PrivateAsync(repo, stop)).IsPrivate;

    private async Task<IntakeOutcome> KeepAsync(OwnerRows rows, IdentityId id, int? number, Photo photo, CancellationToken stop)
    {
        var turn = _keeping[(uint)id.GetHashCode() % _keeping.Length];
        await turn.WaitAsync(stop);
        try
        {
            return await KeepInTurnAsync(rows, id, number, photo, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<IntakeOutcome> KeepInTurnAsync(OwnerRows rows, IdentityId id, int? number, Photo photo, CancellationToken stop)
    {
        var (opId, row) = (Guid.NewGuid(), number ?? DraftRows.Thumbnail);

        // Nearly every photo is a new one, so its row is looked for only when it was in the way.
        var (known, looked) = (default(DraftPhoto), false);
        while (true)
        {
            var open = await FindAsync(rows, id, number, stop);
            if (open.Problem is not null || known?.OpId == opId)
            {
                // A row that is ours was written by a try whose answer was lost; others have written the record since.
                return known?.OpId == opId && open.Identity is { } kept ? IntakeOutcome.Of(kept, replayed: false) : open;
            }

            var put = await rows.Drafts.PutAsync(open.Identity!, known, row, photo, opId, _quota, Clock.GetUtcNow(), stop);
            if (put.Written is { } written)
            {
                return IntakeOutcome.Of(written, replayed: false);
            }
            if (put.Over is { } over && looked)
            {
                return Over(over);
            }
            (known, looked) = (await rows.Drafts.FindAsync(id, row, stop), true);
        }
    }

    private IntakeProblem? Problem(IReadOnlyList<DraftPhoto> photos) =>
        photos.Count < _options.MinPhotos ? IntakeProblem.TooFewImages
        : photos.DistinctBy(photo => photo.Oid).Count() < _options.MinPhotos ? IntakeProblem.NotEnoughDistinctImages
        : null;

    /// <summary>The wish is written; from here on nothing needs the client.</summary>
    private async Task<IntakeOutcome> FollowUpAsync(OwnerRows rows, Identity written, CancellationToken stop)
    {
        using var limit = new TimeLimit(Inline, Clock, stop);
        try
        {
            var moved = await _reconciler.MoveAsync(rows, written, limit.Token) ?? written;
            return moved.IsOpen ? IntakeOutcome.Of(IntakeProblem.PhotosMissing, moved) : IntakeOutcome.Of(moved, replayed: false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.Later(_logger, written.Id, e.GetType().Name);
            return IntakeOutcome.Of(written, replayed: false);
        }
    }

    private IntakeOutcome Over(QuotaLimit over) => IntakeOutcome.Of(over, Quota.RetryAfter(over, Clock.GetUtcNow()));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The training of draft {Identity} goes on later ({Cause}).")]
        public static partial void Later(ILogger logger, IdentityId identity, string cause);
    }
}
