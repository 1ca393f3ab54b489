using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// Takes the photos out of the repo of a trained identity: off the branch by a commit, then out of the history and the
/// large-file store. The weights stay, and are looked for by their oid before and after. Every step may be repeated, so
/// whoever comes next goes on.
/// </summary>
internal sealed class PhotoRemoval(HubClient hub, Alerts alerts, TimeProvider clock)
{
    private const string Folder = "images/";
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AgainWithoutWeights = TimeSpan.FromDays(1);

    /// <param name="head">Of the branch, as just read.</param>
    public async Task<Identity> RunAsync(Identity identity, string head, CancellationToken stop)
    {
        var tree = await hub.Files.TreeAsync(identity.Repo, head, stop);
        if (!HasWeights(tree, await hub.History.ObjectsAsync(identity.Repo, stop), identity))
        {
            // Without the model the photos are all there is; a person has to look.
            await alerts.RaiseAsync(AlertKind.WeightsGone, identity.Id, stop);
            return identity with { DueAt = clock.GetUtcNow() + AgainWithoutWeights };
        }

        if (Photos(tree) is { Count: > 0 } photos && await hub.Commits.RemoveAsync(identity.Repo, head, "Remove the training photos", photos, stop) is null)
        {
            // Refused, or its answer lost: the branch is not what was looked at, so nothing more is done to it.
            return identity with { DueAt = clock.GetUtcNow() + Again };
        }
        if (Doomed(identity, await hub.History.ObjectsAsync(identity.Repo, stop)) is { Count: > 0 } doomed)
        {
            await hub.History.ForgetAsync(identity.Repo, doomed, stop);
        }
        return await IsDoneAsync(identity, stop)
            ? identity with { PhotosRemovedAt = clock.GetUtcNow() }
            : identity with { DueAt = clock.GetUtcNow() + Again };
    }

    private async Task<bool> IsDoneAsync(Identity identity, CancellationToken stop)
    {
        var tree = await hub.Files.TreeAsync(identity.Repo, "main", stop);
        var objects = await hub.History.ObjectsAsync(identity.Repo, stop);
        return HasWeights(tree, objects, identity) && Photos(tree).Count == 0 && Doomed(identity, objects).Count == 0;
    }

    private static List<string> Photos(IReadOnlyList<TreeFile> tree) =>
        [.. tree.Select(file => file.Path).Where(path => path.StartsWith(Folder, StringComparison.Ordinal))];

    /// <summary>The photos of the manifest, whatever was committed beside them, and what was uploaded and never committed: photos that were replaced.</summary>
    private static List<KeptObject> Doomed(Identity identity, IReadOnlyList<KeptObject> objects)
    {
        var photos = identity.Photos.Select(photo => photo.Oid).ToHashSet();
        var kept = identity.Made.Select(picture => picture.Oid).Append(identity.Weights!.Oid).ToHashSet();
        return [.. objects.Where(one => !kept.Contains(one.Oid)
            && (photos.Contains(one.Oid) || one.Path is null || one.Path.StartsWith(Folder, StringComparison.Ordinal)))];
    }

    /// <summary>On the branch and in the store: a branch may name what the store has lost.</summary>
    private static bool HasWeights(IReadOnlyList<TreeFile> tree, IReadOnlyList<KeptObject> objects, Identity identity) =>
        tree.Any(file => file.Path == identity.Weights!.Path && file.Lfs == identity.Weights.Oid) && objects.Any(one => one.Oid == identity.Weights!.Oid);
}
