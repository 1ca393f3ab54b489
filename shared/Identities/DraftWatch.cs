namespace TrainIdentity.Identities;

/// <summary>Looks at an open draft: its repo stays private, and when nothing has come for long it is given up.</summary>
internal sealed class DraftWatch(RepoWatch repos, IntakeOptions options, TimeProvider clock)
{
    public async Task<Identity?> RunAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var ends = identity.ClientSeenAt + options.DraftKept;
        var next = now >= ends ? identity.Abandoned(Failures.Abandoned, now) : await LookedAtAsync(identity, ends, now, stop);
        return await rows.ReplaceAsync(identity, next, stop) ?? await rows.GetAsync(identity.Id, stop);
    }

    private async Task<Identity> LookedAtAsync(Identity identity, DateTimeOffset ends, DateTimeOffset now, CancellationToken stop)
    {
        var (next, _) = await repos.LookAsync(identity, stop);
        return next with { LookedAt = now, DueAt = next is { IsOpen: true, PublicSince: null } ? ends : next.DueAt };
    }
}
