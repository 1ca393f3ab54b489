using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Does the moves one after another, each seen by the expectation, with a tick every minute.</summary>
internal sealed class ModelRun(World world)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromHours(50);
    private static readonly double[] Waits = [0.2, 1, 2, 5, 9, 11, 20, 60, 130, 300];

    private static readonly (string Name, JobPlay Play)[] Plays =
    [
        ("success", JobPlays.Succeed),
        ("failure", JobPlays.FailWithResult()),
        ("error", JobPlays.ErrorWithoutResult()),
        ("hang", JobPlays.Hang),
        ("stuck", JobPlays.StuckInScheduling),
        ("no result", JobPlays.CompleteWithoutResult),
        ("bad weights", JobPlays.InvalidWeights),
    ];

    private readonly ModelExpectation _expected = new();
    private readonly ModelMeddler _meddler = new(world);
    private readonly SimHost _reader = world.NewHost("reader");
    private readonly ModelHosts _hosts = new(world);

    private ModelDrafts Drafts => field ??= new ModelDrafts(world, _expected, _hosts);

    public void Run(IReadOnlyList<ModelMove> moves) => world.Run(async () =>
    {
        foreach (var move in moves)
        {
            await MakeAsync(move);
            await LookAsync();
        }
        await SettleAsync();
        Invariants.Moved(world);
        Invariants.Ended(world, _expected.Acknowledged, _expected.Erased);
        Invariants.Index(world);
        new HubInvariants(world).Check(meddled: _expected.MadePublic || _expected.RepoDeleted);
        foreach (var record in world.Records)
        {
            _expected.Ended(record);
        }
    });

    private Task MakeAsync(ModelMove move) => move.Act switch
    {
        Act.Post => PostAsync(User(move), new[] { null, "a", "b" }[move.Number / 2 % 3], move.Number / 6 % 2),
        Act.Wait => WaitAsync(Minute * Waits[move.Number % Waits.Length]),
        Act.OpenDraft => Drafts.OpenAsync(User(move), new[] { null, "a", "b" }[move.Number / 2 % 3]),
        Act.PutPhoto => Drafts.PutAsync(move.Number),
        Act.PutThumbnail => Drafts.PutThumbnailAsync(move.Number),
        Act.Rename => OnRecordAsync(move, record => RenameAsync(record, move.Number)),
        Act.TakePhoto => Drafts.TakeAsync(move.Number),
        Act.CloseDraft => Drafts.CloseAsync(move.Number),
        Act.LosePhoto => Drafts.LoseAsync(move.Number),
        Act.News => OnRepoAsync(move, repo => AskAsync(async host =>
        {
            await host.News.TakeAsync(RepoId.Parse(repo), world.Hub.Head(repo), CancellationToken.None);
            return true;
        })),
        Act.Delete => OnRecordAsync(move, DeleteAsync),
        Act.Cancel => OnRecordAsync(move, CancelAsync),
        Act.Retry => OnRecordAsync(move, RetryAsync),
        Act.DeleteAccount => DeleteAccountAsync(User(move)),
        Act.MakePublic => OnRepoAsync(move, repo =>
        {
            _expected.MadePublic = true;
            return _meddler.MakePublicAsync(repo);
        }),
        Act.DeleteRepo => OnRepoAsync(move, repo =>
        {
            _expected.RepoDeleted = true;
            return _meddler.DeleteAsync(repo);
        }),
        _ => Change(move),
    };

    private Task Change(ModelMove move)
    {
        switch (move.Act)
        {
            case Act.Crash:
                var left = 1 + (move.Number % 150);
                _hosts.Now.Gate.DiesAt = _ => --left == 0;
                _expected.Troubled = true;
                break;
            case Act.Trouble:
                _hosts.TroubleUntil = world.Clock.GetUtcNow() + (Minute * (1 + (move.Number % 90)));
                _expected.Troubled = true;
                break;
            case Act.RevokeToken:
                world.TokenRevoked = _expected.Troubled = true;
                break;
            case Act.RestoreToken:
                world.TokenRevoked = false;
                break;
            default:
                var (name, play) = Plays[move.Number % Plays.Length];
                world.Hub.Play = play;
                _expected.Plays.Add(name);
                break;
        }
        return Task.CompletedTask;
    }

    private async Task PostAsync(string user, string? key, int content)
    {
        var name = IdentityName.Read("Mom", out var read) is null ? read! : throw new InvalidOperationException();
        var (answered, outcome) = await AskAsync(async host =>
        {
            try
            {
                return await host.Intake.TrainAsync(World.User(user), new Submission(name, SimPhotos.Set(content), key, null), TimeSpan.Zero, CancellationToken.None);
            }
            catch (HubException) when (_expected.Troubled || _expected.RepoDeleted)
            {
                return null;
            }
        });
        if (!answered || outcome is null)
        {
            return;
        }

        var held = key ?? $"content {content}";
        if (outcome.Identity is { } identity)
        {
            _expected.Taken(user, held, content, identity, world.Clock.GetUtcNow(), key is null ? TimeSpan.FromHours(24) : TimeSpan.FromDays(30));
            return;
        }
        switch (outcome.Problem)
        {
            case IntakeProblem.KeyReused:
                _expected.KeyReused(user, held, content);
                break;
            case IntakeProblem.Erased:
                _expected.KeyErased(user, held);
                break;
            case IntakeProblem.InProgress or IntakeProblem.TimedOut:
                Invariants.Require(world.Records.Any(record => record.OwnerKey == user), "in progress, and nothing is there");
                break;
            default:
                throw new InvariantException($"a post was answered {outcome.Problem} {outcome.Over}");
        }
    }

    private async Task DeleteAsync(Identity record)
    {
        var (answered, found) = await AskAsync(host => host.Erasure.AcceptAsync(World.User(record.OwnerKey), record.Id, CancellationToken.None));
        if (answered)
        {
            Invariants.Require(found, "an identity could not be deleted");
            _expected.Deleted(record.OwnerKey, record.Id);
        }
        else if (world.Records.All(left => left.Id != record.Id || left.State is IdentityState.Deleting))
        {
            _expected.Deleted(record.OwnerKey, record.Id);
        }
    }

    private async Task DeleteAccountAsync(string user)
    {
        var (answered, _) = await AskAsync(host => host.Erasure.AcceptAllAsync(World.User(user), CancellationToken.None));
        if (answered)
        {
            _expected.AccountDeleted(user);
            return;
        }
        var left = world.Records.Where(record => record.State is not IdentityState.Deleting).Select(record => record.Id).ToHashSet();
        foreach (var id in _expected.Acknowledged.Where(id => !left.Contains(id) && !_expected.Erased.Contains(id)))
        {
            _expected.Deleted(user, id);
        }
    }

    private async Task CancelAsync(Identity record)
    {
        _expected.CancelAsked = true;
        var (answered, outcome) = await AskAsync(host => host.Get<IdentityActions>().CancelAsync(World.User(record.OwnerKey), record.Id, CancellationToken.None));
        Invariants.Require(!answered || outcome!.Result is ActionResult.Accepted or ActionResult.Conflict, $"cancel was answered {outcome?.Result}");
        Invariants.Require(!answered || outcome!.Result is ActionResult.Conflict || record.State is not IdentityState.Ready, "what was ready was cancelled");
    }

    private async Task RetryAsync(Identity record)
    {
        var (answered, outcome) = await AskAsync(host => host.Get<IdentityActions>().RetryAsync(World.User(record.OwnerKey), record.Id, CancellationToken.None));
        Invariants.Require(!answered || outcome!.Result is ActionResult.Accepted or ActionResult.Conflict, $"retry was answered {outcome?.Result}");
        Invariants.Require(
            !answered || outcome!.Result is ActionResult.Conflict || record is { State: IdentityState.Failed, RetainUntil: not null } || record.Trainings > 1,
            $"a retry was accepted of what was {record.State}");
    }

    /// <param name="number">One in four is for a version that is no more.</param>
    private async Task RenameAsync(Identity record, int number)
    {
        var name = IdentityName.Read(new[] { "Mother", "Mum", "Mom" }[number % 3], out var read) is null ? read! : throw new InvalidOperationException();
        var stale = number / 3 % 4 == 0;
        var (answered, outcome) = await AskAsync(host => host.Get<IdentityActions>().RenameAsync(World.User(record.OwnerKey), record.Id, name, _ => !stale, CancellationToken.None));
        var same = record.Name == name.Value;
        Invariants.Require(!answered || outcome!.Result == (stale && !same ? ActionResult.Stale : ActionResult.Accepted), $"a rename was answered {outcome?.Result}");
        if (!stale)
        {
            _expected.Renamed(record.Id, name.Value, answered);
        }
    }

    /// <summary>What every user's list says now.</summary>
    private async Task LookAsync()
    {
        await _reader.Get<IdentityTables>().EnsureAsync(CancellationToken.None);
        foreach (var user in new[] { "user0", "user1" })
        {
            var (page, _) = await _reader.Get<IdentityTables>().For(World.User(user)).ListAsync(100, null, CancellationToken.None);
            _expected.Listed(user, page);
        }
        Invariants.Counters(world);
    }

    /// <summary>Ticks come on the full minute; those that would find nothing due are passed over.</summary>
    private async Task WaitAsync(TimeSpan time)
    {
        var end = world.Clock.GetUtcNow() + time;
        for (var next = NextTick(); next <= end; next = NextTick())
        {
            await world.Clock.Delay(next - world.Clock.GetUtcNow());
            await AskAsync(async host =>
            {
                await host.Reconciler.TickAsync(CancellationToken.None);
                return true;
            });
        }
        var left = end - world.Clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await world.Clock.Delay(left);
        }
    }

    /// <summary>The first full minute from now on at which something is due; a tick takes time, so it is never this very moment.</summary>
    private DateTimeOffset NextTick()
    {
        if (world.NextDue is not { } due)
        {
            return DateTimeOffset.MaxValue;
        }
        var ticks = Math.Max(due.UtcTicks - 1, world.Clock.GetUtcNow().UtcTicks);
        return new DateTimeOffset(ticks - (ticks % Minute.Ticks) + Minute.Ticks, TimeSpan.Zero);
    }

    /// <summary>Everything works again, and there is time enough.</summary>
    private async Task SettleAsync()
    {
        world.TokenRevoked = false;
        _hosts.TroubleUntil = default;
        _hosts.Now.Gate.DiesAt = null;
        await WaitAsync(SettlesWithin);
        await LookAsync();
    }

    private Task OnRecordAsync(ModelMove move, Func<Identity, Task> act)
    {
        List<Identity> shown = [.. world.Records.Where(record => record.State is not IdentityState.Deleting).OrderBy(record => record.CreatedAt)];
        return shown.Count == 0 ? Task.CompletedTask : act(shown[move.Number % shown.Count]);
    }

    private Task OnRepoAsync(ModelMove move, Func<string, Task> act)
    {
        List<string> repos = [.. world.Hub.Repos.Order(StringComparer.Ordinal)];
        return repos.Count == 0 ? Task.CompletedTask : act(repos[move.Number % repos.Count]);
    }

    private Task<(bool Answered, T? Answer)> AskAsync<T>(Func<SimHost, Task<T>> ask) => _hosts.AskAsync(ask);

    private static string User(ModelMove move) => $"user{move.Number % 2}";
}
