using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// Drafts as their owners use them. What may be in one is known but for what was not answered: a photo is in the commit
/// exactly if its request was answered with success, or was not answered at all.
/// </summary>
internal sealed class ModelDrafts(World world, ModelExpectation expected, ModelHosts hosts)
{
    private const int Content = -2;

    /// <summary>Where the thumbnail stands among the photos, whose numbers begin with 1.</summary>
    private const int Thumbnail = 0;

    private readonly Dictionary<IdentityId, Dictionary<int, HashSet<string?>>> _photos = [];

    public async Task OpenAsync(string user, string? key)
    {
        var name = IdentityName.Read("Mom", out var read) is null ? read! : throw new InvalidOperationException("Not a name.");
        var consent = Usual.Terms.Consent.Given(Usual.Terms.Consent.Version, ConsentText.DefaultSubject, world.Clock.GetUtcNow())!;
        var request = new DraftRequest(name, TrainingPlan.DefaultClassWord, TrainingProfiles.Original, consent, key);
        var (answered, outcome) = await AskAsync(drafts => drafts.OpenAsync(World.User(user), request, CancellationToken.None));
        if (!answered || outcome is null)
        {
            return;
        }

        switch (outcome.Problem)
        {
            case null:
                var id = outcome.Identity!.Id;
                expected.Taken(user, key ?? $"draft {id}", Content, outcome.Identity, world.Clock.GetUtcNow(), TimeSpan.FromDays(30));
                _photos.TryAdd(id, []);
                break;
            case IntakeProblem.KeyReused:
                expected.KeyReused(user, key!, Content);
                break;
            case IntakeProblem.Erased:
                expected.KeyErased(user, key!);
                break;
            case IntakeProblem.InProgress:
                break;
            default:
                throw new InvariantException($"the opening of a draft was answered {outcome.Problem} {outcome.Over}");
        }
    }

    public Task PutAsync(int number) => OnDraftAsync(number, async draft =>
    {
        var (at, photo) = (1 + (number / 3 % 4), SimPhotos.All[number % SimPhotos.All.Count]);
        var (answered, outcome) = await AskAsync(async drafts =>
        {
            var owner = World.User(draft.OwnerKey);
            return await drafts.PutAsync(owner, draft.Id, at, photo, await drafts.LookAsync(owner, draft.Id, at, CancellationToken.None), CancellationToken.None);
        });
        Changed(draft, at, answered, outcome, photo.Sha256);
    });

    public Task PutThumbnailAsync(int number) => OnDraftAsync(number, async draft =>
    {
        var thumbnail = SimPhotos.Thumbnails[number % SimPhotos.Thumbnails.Count];
        var (answered, outcome) = await AskAsync(drafts => drafts.PutThumbnailAsync(World.User(draft.OwnerKey), draft.Id, thumbnail, null, CancellationToken.None));
        Changed(draft, Thumbnail, answered, outcome, thumbnail.Sha256);
    });

    public Task TakeAsync(int number) => OnDraftAsync(number, async draft =>
    {
        var at = 1 + (number / 3 % 4);
        var (answered, outcome) = await AskAsync(drafts => drafts.RemoveAsync(World.User(draft.OwnerKey), draft.Id, at, CancellationToken.None));
        Changed(draft, at, answered, outcome, null);
    });

    public Task CloseAsync(int number) => OnDraftAsync(number, async draft =>
    {
        var (answered, outcome) = await AskAsync(drafts => drafts.TrainAsync(World.User(draft.OwnerKey), draft.Id, CancellationToken.None));
        if (answered && outcome is { Problem: IntakeProblem.TooFewImages or IntakeProblem.NotEnoughDistinctImages })
        {
            var certain = Possible(draft.Id).Where(one => one.Key != Thumbnail && one.Value.Count == 1).SelectMany(one => one.Value).OfType<string>().Distinct().Count();
            Invariants.Require(certain < 3, $"{draft} has three photos and could not be closed");
        }
        else if (answered)
        {
            Invariants.Require(outcome is null or { Problem: null or IntakeProblem.PhotosMissing }, $"the closing of a draft was answered {outcome?.Problem} {outcome?.Over}");
        }
        Seen();
    });

    public Task LoseAsync(int number) => OnDraftAsync(number, draft =>
    {
        List<Photo> all = [.. SimPhotos.All, .. SimPhotos.Thumbnails];
        if (all[number % all.Count] is var photo && world.Hub.HasObject(draft.Repo.ToString(), photo.Sha256))
        {
            world.Hub.LoseObject(draft.Repo.ToString(), photo.Sha256);
            foreach (var (at, one) in Possible(draft.Id).Where(one => one.Value.Contains(photo.Sha256)))
            {
                one.Add(null);
            }
        }
        return Task.CompletedTask;
    });

    /// <summary>Every manifest there is now must be one that its owner may expect.</summary>
    public void Seen()
    {
        foreach (var record in world.Records.Where(record => record is { Drafted: true, Photos.Count: > 0 } && _photos.ContainsKey(record.Id)))
        {
            var manifest = record.Photos.ToDictionary(photo => photo.Number!.Value, photo => photo.Oid);
            if (record.Thumbnail is { } thumbnail)
            {
                manifest.Add(Thumbnail, thumbnail.Oid);
            }
            foreach (var (at, possible) in Possible(record.Id))
            {
                Invariants.Require(possible.Contains(manifest.GetValueOrDefault(at)), $"photo {at} of {record} is not what was sent");
            }
            Invariants.Require(manifest.Keys.All(Possible(record.Id).ContainsKey), $"{record} has a photo that nobody sent");
        }
    }

    private void Changed(Identity draft, int at, bool answered, IntakeOutcome? outcome, string? oid)
    {
        Invariants.Require(
            outcome is null or { Problem: null or IntakeProblem.InProgress or IntakeProblem.Closed or IntakeProblem.NotFound }, $"a change of a draft was answered {outcome?.Problem} {outcome?.Over}");
        var possible = Possible(draft.Id);
        if (answered && outcome is { Problem: null })
        {
            possible[at] = [oid];
        }
        else if (!answered)
        {
            possible.TryAdd(at, [null]);
            possible[at].Add(oid);
        }
    }

    private Dictionary<int, HashSet<string?>> Possible(IdentityId id) => _photos.TryGetValue(id, out var known) ? known : _photos[id] = [];

    private Task OnDraftAsync(int number, Func<Identity, Task> act)
    {
        List<Identity> open = [.. world.Records.Where(record => record.IsOpen).OrderBy(record => record.CreatedAt)];
        return open.Count == 0 ? Task.CompletedTask : act(open[number % open.Count]);
    }

    /// <summary>No answer to act on where the Hub gave trouble.</summary>
    private Task<(bool Answered, IntakeOutcome? Outcome)> AskAsync(Func<Drafts, Task<IntakeOutcome>> act) => hosts.AskAsync(async host =>
    {
        try
        {
            return await act(host.Get<Drafts>());
        }
        catch (HubException) when (expected.Troubled || expected.RepoDeleted)
        {
            return null;
        }
    });
}
