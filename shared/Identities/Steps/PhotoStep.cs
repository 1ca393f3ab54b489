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
        var look = repos.PrivateAsync(identity.Repo, stop);
        var attributes = photos is null ? Task.FromResult("") : CommitStep.GitAttributesAsync(hub, identity, stop);
        await Task.WhenAll(look, attributes);
        if (!(await look).IsPrivate)
        {
            return await held.MoveAsync(now => now.Abandoned(Failures.NotPrivate, clock.GetUtcNow()), stop);
        }
        if (photos is not null)
        {
            await SendAsync(identity, photos, await attributes, stop);
            return await held.MoveAsync(now => now.PhotosStored(), stop);
        }

        // The Hub keeps what nobody commits only for a while.
        var missing = (await hub.Lfs.MissingAsync(identity.Repo, identity.Pictures.Select(photo => (photo.Oid, photo.Bytes)), stop)).ToHashSet();
        List<ManifestPhoto> lost = [.. identity.Photos.Where(photo => missing.Contains(photo.Oid))];
        return lost.Count == 0 ? await held.MoveAsync(now => Left(now, missing).PhotosStored(), stop)
            : identity.Drafted ? await ReopenAsync(held, lost, missing, clock.GetUtcNow(), stop)
            : await AwaitClientAsync(held, options, clock, stop);
    }

    private Task<bool> ReopenAsync(Held held, IEnumerable<ManifestPhoto> lost, HashSet<string> missing, DateTimeOffset now, CancellationToken stop) =>
        held.MoveAsync(identity => Left(identity, missing).Reopened([.. lost.Select(photo => photo.Number!.Value)], now, now + options.DraftKept), stop);

    /// <summary>A training needs its photos, and no thumbnail.</summary>
    private static Identity Left(Identity identity, HashSet<string> missing) =>
        identity.Thumbnail is { } thumbnail && missing.Contains(thumbnail.Oid) ? identity.ThumbnailLost() : identity;

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

    private async Task SendAsync(Identity identity, IReadOnlyList<Photo> photos, string attributes, CancellationToken stop)
    {
        var heads = photos.DistinctBy(photo => photo.Sha256).ToDictionary(photo => photo.Sha256, photo => photo.Head.ToArray());
        var plan = RepoLayout.Plan(identity, attributes, heads);
        await hub.Commits.PreuploadAsync(identity.Repo, plan, stop);
        await hub.Lfs.UploadAsync(identity.Repo, [.. photos.Select(photo => new LfsContent(photo.Sha256, photo.Length, photo.OpenRead))], stop);
    }
}
