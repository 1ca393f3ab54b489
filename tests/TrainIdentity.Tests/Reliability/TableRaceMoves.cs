using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Moves of one identity, drawn among those its state allows.</summary>
internal sealed class TableRaceMoves(TableRace race, TableRaceHost host, Random random)
{
    private static readonly LeaseOptions Lease = new();
    private static readonly IntakeOptions Intake = new();
    private static readonly WatchOptions Watch = new();
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly VerifiedResult Result = new(new VerifiedWeights("w.safetensors", new string('c', 64), 123, new string('d', 40)), [], null);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly OwnerRows _rows = host.Tables.For(TableRace.Owner);
    private readonly IdentityIndex _index = host.Tables.Index;

    private DateTimeOffset Now => host.Clock.GetUtcNow();

    /// <summary>Takes the lease, if nobody has it, and makes a few moves under it.</summary>
    public async Task DriveAsync(Identity identity)
    {
        await using var held = await Held.TakeAsync(_rows, identity, Lease, host.Clock, None);
        for (var moves = random.Next(1, 5); held is not null && moves > 0 && held.Now.Driven; moves--)
        {
            var moved = random.Next(8) switch
            {
                0 => await held.MoveAsync(beat => beat, None),
                1 => await ParkAsync(held),
                2 => await held.MoveAsync(now => now.Abandoned(Failures.UploadFailed, Now), None),
                _ => await held.MoveAsync(Onward, None),
            };
            race.History.Told(host.Number, moved ? held.Now : null);
            if (!moved)
            {
                return;
            }
        }
    }

    /// <summary>One move that needs no lease.</summary>
    public async Task MoveAsync(Identity identity)
    {
        switch (identity)
        {
            case { State: IdentityState.Deleting }:
                await RemoveAsync(identity);
                return;
            case { State: IdentityState.Compensating }:
                await ReleaseAsync(identity.Repo, identity.Id);
                await ReplaceAsync(identity, identity.Removed());
                return;
            case { State: IdentityState.Failed, RetainUntil: null }:
                await RestartAsync(identity);
                return;
            case { State: IdentityState.Failed }:
                await (random.Next(3) switch
                {
                    0 => ReplaceAsync(identity, identity.Abandoned(identity.FailureCode!, Now)),
                    1 => ReplaceAsync(identity, identity.RepoLost(Now)),
                    _ => ReplaceAsync(identity, identity.Retried(Now, Now + Intake.Deadline), TableRaceRules.Limits),
                });
                return;
            case { State: IdentityState.Ready }:
                await ReplaceAsync(identity, random.Next(2) == 0 ? identity.RepoLost(Now) : identity with { DueAt = Now.AddDays(1) });
                return;
            default:
                await ReplaceAsync(identity, Trained(identity));
                return;
        }
    }

    public Task ReplaceAsync(Identity read, Identity next) => ReplaceAsync(read, next, null);

    /// <summary>The record and its key first; while its claim stands, its work item finds what a crash leaves behind.</summary>
    public async Task RemoveAsync(Identity identity)
    {
        if (await _rows.RemoveAsync(identity, None))
        {
            await ReleaseAsync(identity.Repo, identity.Id);
            await _index.DropAllAsync(identity.Repo, identity.Id, None);
        }
    }

    public async Task ReleaseAsync(RepoId repo, IdentityId id)
    {
        if (await _index.FindAsync(repo, None) is { } claim && claim.Identity == id)
        {
            await _index.ReleaseAsync(repo, claim.Tag, None);
        }
    }

    private async Task ReplaceAsync(Identity read, Identity next, QuotaOptions? limits)
    {
        var answer = await _rows.ReplaceAsync(read, next, limits, None);
        race.History.Told(host.Number, answer.Written);
        if (answer.Written is null)
        {
            race.History.Refused(host.Number, read);
        }
    }

    /// <summary>A new repo for a record that has none, as when the same photos come again.</summary>
    private async Task RestartAsync(Identity identity)
    {
        var now = Now;
        var next = identity.Restarted(new RepoId("local", $"identity-mom-{random.Next()}"), PhotoRetention.Keep, now, now + Intake.AbandonedAfter, now + Intake.Deadline);
        host.Reserving = true;
        if (await _index.ClaimAsync(next, next.DueAt!.Value, None))
        {
            await ReplaceAsync(identity, next, TableRaceRules.Limits);
        }
        host.Reserving = false;
    }

    /// <summary>An upload waits for its client until a moment that the client's last visit fixes; anything else is looked at soon.</summary>
    private Task<bool> ParkAsync(Held held)
    {
        var waits = held.Now.State is IdentityState.Reserved or IdentityState.RepoReady;
        return held.ParkAsync(waits ? held.Now.ClientSeenAt + Intake.AbandonedAfter : Now.AddSeconds(30), None);
    }

    private Identity Onward(Identity identity) => identity.State switch
    {
        IdentityState.Reserved => identity.RepoMade("id", "https://huggingface.co/local/x", new string('a', 40), Now + Intake.DraftKept),
        IdentityState.RepoReady => identity.PhotosStored(),
        IdentityState.Uploaded => identity.CommitMade(new string('b', 40)),
        _ when identity.LaunchIntentAt is null => identity.LaunchIntended(2.5m, Now),
        _ when random.Next(4) == 0 => identity.FailedKeeping(Failures.LaunchRejected, Now, Now + Kept, Now + Watch.Settled),
        _ => identity.Launched(new HubJob("job", JobStage.Running, null, Now, null, new Dictionary<string, string>()), Now, Now + Watch.First, Now + Intake.Deadline),
    };

    private Identity Trained(Identity identity) => random.Next(5) switch
    {
        0 => identity.CancelAsked(Now),
        1 when !identity.Relaunched => identity.LaunchedAgain(Now, Now + Intake.Deadline),
        2 => identity.FailedKeeping(Failures.JobError, Now, Now + Kept, Now + Watch.Settled),
        3 => identity with { DueAt = Now + Watch.First },
        _ => identity.BecameReady(Result, Now, Now.AddDays(1)),
    };
}
