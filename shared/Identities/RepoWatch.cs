using System.Globalization;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <param name="Next">The record with what was seen; the move to make when <paramref name="Info"/> is null.</param>
/// <param name="Info">Null when there is nothing more to look at.</param>
internal readonly record struct RepoLook(Identity Next, RepoInfo? Info);

/// <summary>
/// Looks whether the repo of a record is where it was, and private. A public one is made private again at once; one that
/// is gone counts as gone when the Hub, asked with a token that counts, has said so twice.
/// </summary>
internal sealed class RepoWatch(HubClient hub, IdentityTables tables, Alerts alerts, WatchOptions options)
{
    private static readonly TimeSpan ProbeKept = TimeSpan.FromSeconds(30);

    private TimeProvider Clock => tables.Clock;

    public async Task<RepoLook> LookAsync(Identity identity, CancellationToken stop)
    {
        var info = await hub.Repos.InfoAsync(identity.Repo, stop);
        var (here, name) = info is null ? (false, identity.Repo) : Place(identity, info);
        if (!here)
        {
            // A draft that has lost its repo takes no photo any more, and is given up in time.
            return identity.IsOpen ? new RepoLook(identity, null) : await MissingAsync(identity, stop);
        }

        var seen = name == identity.Repo ? identity with { MissingSince = null } : await FollowedAsync(identity, name, stop);
        return info!.IsPrivate ? new RepoLook(seen with { PublicSince = null }, info) : await PublicAsync(seen, stop);
    }

    /// <summary>Ours is the repo with the id we noted; we follow it to another name, but to no other namespace.</summary>
    private static (bool Here, RepoId Name) Place(Identity identity, RepoInfo info) =>
        (RepoId.TryParse(info.Name, out var name) && name.Namespace == identity.Repo.Namespace
            && (info.HubId.Length == 0 || identity.HubRepoId is null or "" || info.HubId == identity.HubRepoId), name);

    private async Task<RepoLook> MissingAsync(Identity identity, CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        await hub.Account.ProbeAsync(ProbeKept, stop);
        if (identity.MissingSince is not { } since)
        {
            return new RepoLook(identity with { MissingSince = now, DueAt = now + options.MissingFor }, null);
        }
        if (now < since + options.MissingFor)
        {
            return new RepoLook(identity with { DueAt = since + options.MissingFor }, null);
        }
        if (!await MayConcludeAsync(now, stop))
        {
            await alerts.RaiseAsync(AlertKind.TooManyGone, identity.Id, stop);
            return new RepoLook(identity with { DueAt = now + Quota.UntilTomorrow(now) }, null);
        }

        // Should the Hub show it again, nobody would look after the photos in it: the re-checks of a removal do.
        await CancelJobAsync(identity, stop);
        await tables.Index.BuryAsync(identity, stop);
        await alerts.RaiseAsync(AlertKind.RepoGone, identity.Id, stop);
        return new RepoLook(identity.RepoLost(now), null);
    }

    /// <summary>A wrong account or an outage looks like many repos gone at once: a day takes five, or one in fifty.</summary>
    private async Task<bool> MayConcludeAsync(DateTimeOffset now, CancellationToken stop)
    {
        var live = (await tables.Service.GetAsync("census", stop)).GetInt64("live") ?? 0;
        var cap = options.GoneWithoutLimit ? long.MaxValue : Math.Max(5, live / 50);
        var may = false;
        await tables.Service.ChangeAsync($"gone_{now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}", row =>
        {
            var count = row.GetInt64("count") ?? 0;
            may = count < cap;
            row["count"] = may ? count + 1 : count;
        }, stop);
        return may;
    }

    private async Task<RepoLook> PublicAsync(Identity identity, CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        if (identity.PublicSince is null)
        {
            await alerts.RaiseAsync(AlertKind.PublicRepo, identity.Id, stop);
        }

        var info = await HiddenAsync(identity, stop);
        if (info is { IsPrivate: true })
        {
            return new RepoLook(identity with { PublicSince = null }, info);
        }

        var since = identity.PublicSince ?? now;
        return now >= since + options.PublicFor
            ? new RepoLook(identity.Abandoned(Failures.NotPrivate, now), null)
            : new RepoLook(identity with { PublicSince = since, DueAt = now + options.First }, null);
    }

    private async Task<RepoInfo?> HiddenAsync(Identity identity, CancellationToken stop)
    {
        try
        {
            await hub.Repos.MakePrivateAsync(identity.Repo, stop);
            return await hub.Repos.InfoAsync(identity.Repo, stop);
        }
        catch (HubException)
        {
            // That it was public is written down either way, and the time runs.
            return null;
        }
    }

    private async Task<Identity> FollowedAsync(Identity identity, RepoId name, CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        var followed = identity with { Repo = name, RepoUrl = hub.WebAddress(name), MissingSince = null };
        await alerts.RaiseAsync(AlertKind.RepoMoved, identity.Id, stop);
        if (!await tables.Index.ClaimAsync(followed, now + options.First, stop) && (await tables.Index.FindAsync(name, stop))?.Identity != identity.Id)
        {
            return identity;
        }

        // Under its old bucket the item finds that the record has moved, and clears the old claim.
        await tables.Index.ScheduleAsync(identity, now + options.First, stop);
        return followed;
    }

    private async Task CancelJobAsync(Identity identity, CancellationToken stop)
    {
        if (identity is { State: IdentityState.Training, Job: { EndedAt: null } job })
        {
            await hub.Jobs.CancelAsync(identity.Repo.Namespace, job.Id, stop);
        }
    }
}
