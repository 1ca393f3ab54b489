using TrainIdentity.Hub;
using TrainIdentity.Photos;

namespace TrainIdentity.Identities.Steps;

/// <summary>
/// RepoReady to Uploaded: every photo in the repo's LFS store. With the photos at hand they are sent; without them it is
/// enough to find that all had arrived before whoever sent them was gone.
/// </summary>
internal sealed class PhotoStep(HubClient hub, RepoStep repos, IntakeOptions options)
{
    public async Task<bool> RunAsync(Held held, IReadOnlyList<Photo>? photos, TimeProvider clock, CancellationToken stop)
    {
        var identity = held.Now;
        if (!(await repos.PrivateAsync(identity.Repo, stop)).IsPrivate)
        {
            return await held.MoveAsync(now => now.Abandoned(Failures.NotPrivate, clock.GetUtcNow()), stop);
        }
        if (photos is not null)
        {
            await SendAsync(identity, photos, stop);
            return await held.MoveAsync(now => now.PhotosStored(), stop);
        }

        var missing = await hub.Lfs.MissingAsync(identity.Repo, identity.Photos.Select(photo => (photo.Oid, photo.Bytes)), stop);
        return missing.Count == 0 ? await held.MoveAsync(now => now.PhotosStored(), stop)
            : identity.Drafted ? await ReopenAsync(held, missing, clock.GetUtcNow(), stop)
            : await AwaitClientAsync(held, options, clock, stop);
    }

    /// <summary>The Hub keeps what nobody commits only for a while.</summary>
    private Task<bool> ReopenAsync(Held held, IReadOnlyList<string> missing, DateTimeOffset now, CancellationToken stop)
    {
        List<int> lost = [.. held.Now.Photos.Where(photo => missing.Contains(photo.Oid)).Select(photo => photo.Number!.Value)];
        return held.MoveAsync(identity => identity.Reopened(lost, now, now + options.DraftKept), stop);
    }

    /// <summary>Waits for the client to come back with the photos, and gives up after a while.</summary>
    public static async Task<bool> AwaitClientAsync(Held held, IntakeOptions options, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var until = held.Now.ClientSeenAt + options.AbandonedAfter;
        if (now >= until)
        {
            return await held.MoveAsync(identity => identity.Abandoned(Failures.UploadInterrupted, now), stop);
        }

        await held.ParkAsync(until, stop);
        return false;
    }

    private async Task SendAsync(Identity identity, IReadOnlyList<Photo> photos, CancellationToken stop)
    {
        var heads = photos.DistinctBy(photo => photo.Sha256).ToDictionary(photo => photo.Sha256, photo => photo.Head.ToArray());
        var attributes = await CommitStep.GitAttributesAsync(hub, identity, stop);
        var plan = RepoLayout.Plan(identity, attributes, heads);
        await hub.Commits.PreuploadAsync(identity.Repo, plan, stop);
        await hub.Lfs.UploadAsync(identity.Repo, [.. photos.Select(photo => new LfsContent(photo.Sha256, photo.Length, photo.OpenRead))], stop);
    }
}
