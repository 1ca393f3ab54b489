using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>A client that opens a draft, sends its photos side by side and closes it; what is not answered it sends again, if it is of that kind.</summary>
internal sealed class StoryDraft(World world, StoryPlan plan, Func<Func<SimHost, Task<IntakeOutcome?>>, Task<(bool Answered, IntakeOutcome? Outcome)>> ask)
{
    private const int Tries = 20;
    private readonly Random _random = new(plan.Seed ^ 2);

    /// <summary>The photos it sends, under the numbers 1, 2 and 4.</summary>
    private static readonly int[] Numbers = [1, 2, 4];

    /// <summary>Whether the draft has its thumbnail; null when nobody told.</summary>
    private bool? _pictured = false;

    public async Task UploadAsync(ISet<IdentityId> acknowledged)
    {
        if (await RepeatAsync(OpenAsync) is not { Identity: { } draft })
        {
            return;
        }
        acknowledged.Add(draft.Id);
        var pictured = plan.Pictured ? PictureAsync(draft.Id) : Task.CompletedTask;
        var sent = await Task.WhenAll(Numbers.Select(number => SendAsync(draft.Id, number)));
        await pictured;
        if (!sent.All(one => one))
        {
            return;
        }
        if (plan.Loses)
        {
            world.Hub.LoseObject(draft.Repo.ToString(), SimPhotos.Set(0)[1].Sha256);
        }
        if (plan.LosesThumbnail)
        {
            world.Hub.LoseObject(draft.Repo.ToString(), SimPhotos.Thumbnails[0].Sha256);
            _pictured = false;
        }
        await TrainAsync(draft.Id);
    }

    /// <summary>The thumbnail is in the commit exactly if it was answered with success, or was not answered at all, and is not lost.</summary>
    public void Check()
    {
        foreach (var commit in world.Hub.Journal.Entries.Where(entry => entry is { Kind: JournalKinds.Commit, By: Actor.Service }))
        {
            Invariants.Require(_pictured is null || commit.Paths!.Contains("thumbnail.jpg") == _pictured, $"the commit has {(_pictured is true ? "no" : "a")} thumbnail");
        }
    }

    private async Task PictureAsync(IdentityId id)
    {
        _pictured = null;
        if (await RepeatAsync(host => host.Get<Drafts>().PutThumbnailAsync(Story.User, id, SimPhotos.Thumbnails[0], null, CancellationToken.None)) is { Problem: null })
        {
            _pictured = true;
        }
    }

    private async Task TrainAsync(IdentityId id)
    {
        for (var n = 0; n < 3; n++)
        {
            var closed = await RepeatAsync(host => host.Get<Drafts>().TrainAsync(Story.User, id, CancellationToken.None));
            if (closed is not { Problem: IntakeProblem.PhotosMissing, Identity: { } reopened })
            {
                return;
            }
            foreach (var number in reopened.LostPhotos)
            {
                await SendAsync(id, number);
            }
        }
    }

    private async Task<bool> SendAsync(IdentityId id, int number)
    {
        var photo = SimPhotos.Set(0)[Array.IndexOf(Numbers, number)];
        return await RepeatAsync(async host =>
        {
            var drafts = host.Get<Drafts>();
            return await drafts.PutAsync(Story.User, id, number, photo, await drafts.LookAsync(Story.User, id, number, CancellationToken.None), CancellationToken.None);
        }) is { Problem: null };
    }

    private Task<IntakeOutcome> OpenAsync(SimHost host)
    {
        var name = IdentityName.Read("Mom", out var read) is null ? read! : throw new InvalidOperationException("Not a name.");
        var consent = Usual.Terms.Consent.Given(Usual.Terms.Consent.Version, ConsentText.DefaultSubject, world.Clock.GetUtcNow())!;
        return host.Get<Drafts>().OpenAsync(
            Story.User, new DraftRequest(name, TrainingPlan.DefaultClassWord, TrainingProfiles.Original, consent, plan.Key), CancellationToken.None);
    }

    /// <returns>Null when it gave up.</returns>
    private async Task<IntakeOutcome?> RepeatAsync(Func<SimHost, Task<IntakeOutcome>> act)
    {
        for (var n = 0; n < Tries; n++)
        {
            var (answered, outcome) = await ask(host => TroubledAsync(act, host));
            if (outcome is { Problem: not (IntakeProblem.InProgress or IntakeProblem.TimedOut) })
            {
                return outcome;
            }
            if (!answered && !plan.Repeats)
            {
                return null;
            }
            await world.Clock.Delay(TimeSpan.FromSeconds(1 + (_random.NextDouble() * 120)));
        }
        return null;
    }

    private static async Task<IntakeOutcome?> TroubledAsync(Func<SimHost, Task<IntakeOutcome>> act, SimHost host)
    {
        try
        {
            return await act(host);
        }
        catch (HubException)
        {
            return null;
        }
    }
}
