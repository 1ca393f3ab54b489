using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// One user's upload from the first request until nothing is left to do. Whenever a host dies, another one takes its
/// place, and whoever waited for an answer gets none.
/// </summary>
internal sealed class Story(World world, StoryPlan plan)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Submission _submission = new(Name(), SimPhotos.Set(0), plan.Key, null);
    private readonly HashSet<IdentityId> _acknowledged = [];
    private readonly HashSet<IdentityId> _erased = [];
    private readonly DateTimeOffset _began = world.Clock.GetUtcNow();
    private StoryDraft? _draft;
    private StoryRename? _rename;
    private SimHost? _host;
    private int _acting;

    public static Caller User { get; } = World.User("user");

    /// <summary>Identities of which the user was told that they are taken on.</summary>
    public IReadOnlySet<IdentityId> Acknowledged => _acknowledged;

    /// <summary>Identities whose erasure was acknowledged.</summary>
    public IReadOnlySet<IdentityId> Erased => _erased;

    /// <summary>How many of the planned deaths came.</summary>
    public int Died { get; private set; }

    private SimHost Host
    {
        get
        {
            if (_host is { Gate.Dead: false })
            {
                return _host;
            }
            var number = world.Hosts.Count;
            var host = world.NewHost($"host{number}");
            if (number < plan.Deaths.Count)
            {
                host.Gate.DiesAt = Is(plan.Deaths[number]);
            }
            return _host = host;
        }
    }

    public void Tell()
    {
        world.Hub.Play = plan.Play.Play;
        world.Run(() => Task.WhenAll(ActAsync(plan.Drafted ? DraftAsync : UploadAsync), ActAsync(WishAsync), ActAsync(RenameAsync), ActAsync(NewsAsync), TickAsync()));
        Died = world.Hosts.Count(host => host.Gate.Dead);
    }

    /// <summary>What the user was told of the thumbnail and the name is so.</summary>
    public void Check()
    {
        _draft?.Check();
        _rename?.Check();
    }

    private Func<Boundary, bool> Is(Death death)
    {
        var came = 0;
        var from = _began + TimeSpan.FromSeconds(death.FromSecond);
        return boundary => boundary.Moment == death.Moment && boundary.Name == death.Name && world.Clock.GetUtcNow() >= from && ++came == death.Nth;
    }

    private async Task ActAsync(Func<Task> act)
    {
        _acting++;
        await act();
        _acting--;
    }

    private async Task UploadAsync()
    {
        var random = new Random(plan.Seed ^ 1);
        for (var n = 0; n < 20; n++)
        {
            var (answered, outcome) = await AskAsync(host => TrainAsync(host));
            if (outcome?.Identity is { } identity)
            {
                _acknowledged.Add(identity.Id);
                return;
            }
            if (outcome?.Problem is not (null or IntakeProblem.InProgress or IntakeProblem.TimedOut) || (!answered && !plan.Repeats))
            {
                return;
            }
            await world.Clock.Delay(TimeSpan.FromSeconds(1 + (random.NextDouble() * 120)));
        }
    }

    private async Task<IntakeOutcome?> TrainAsync(SimHost host)
    {
        try
        {
            return await host.Intake.TrainAsync(User, _submission, TimeSpan.Zero, CancellationToken.None);
        }
        catch (HubException)
        {
            return null;
        }
    }

    private Task DraftAsync() => (_draft = new StoryDraft(world, plan, AskAsync)).UploadAsync(_acknowledged);

    private Task RenameAsync() => (_rename = new StoryRename(world, plan, AskAsync)).RunAsync();

    private async Task WishAsync()
    {
        await world.Clock.Delay(plan.WishAfter + TimeSpan.FromTicks(1));
        for (var n = 0; n < 8 * 60 && plan.Wish is not Wish.Nothing; n++)
        {
            if (world.Records.FirstOrDefault(Wanted) is { } record && await WishedAsync(record))
            {
                return;
            }
            if (world.Records.Count == 0 && n > 30)
            {
                return;
            }
            await world.Clock.Delay(Minute);
        }
    }

    private bool Wanted(Identity record) => plan.Wish is not Wish.Retry || record is { State: IdentityState.Failed, RetainUntil: not null };

    private async Task<bool> WishedAsync(Identity record)
    {
        switch (plan.Wish)
        {
            case Wish.Delete:
                var (answered, found) = await AskAsync(host => host.Erasure.AcceptAsync(User, record.Id, CancellationToken.None));
                if (answered && found)
                {
                    _erased.Add(record.Id);
                }
                return answered;
            case Wish.DeleteAccount:
                var (done, _) = await AskAsync(host => host.Erasure.AcceptAllAsync(User, CancellationToken.None));
                if (done)
                {
                    _erased.Add(record.Id);
                }
                return done;
            case Wish.Cancel:
                return (await AskAsync(host => host.Get<IdentityActions>().CancelAsync(User, record.Id, CancellationToken.None))).Answered;
            default:
                return (await AskAsync(host => host.Get<IdentityActions>().RetryAsync(User, record.Id, CancellationToken.None))).Answered;
        }
    }

    private async Task NewsAsync()
    {
        foreach (var (before, at) in plan.News.Order().Prepend(TimeSpan.Zero).Zip(plan.News.Order()))
        {
            await world.Clock.Delay(at - before + TimeSpan.FromTicks(1));
            foreach (var repo in world.Hub.Repos)
            {
                await AskAsync(async host =>
                {
                    await host.News.TakeAsync(RepoId.Parse(repo), world.Hub.Head(repo), CancellationToken.None);
                    return true;
                });
            }
        }
    }

    /// <summary>A tick a minute, as far as there is anything for it to do.</summary>
    private async Task TickAsync()
    {
        DateTimeOffset? end = null;
        while (end is null || world.Clock.GetUtcNow() < end)
        {
            var now = world.Clock.GetUtcNow();
            end ??= _acting == 0 ? now + plan.GoesOn : null;
            await world.Clock.Delay(Next(now, end) - now);
            if (world.NextDue <= world.Clock.GetUtcNow())
            {
                await AskAsync(async host =>
                {
                    await host.Reconciler.TickAsync(CancellationToken.None);
                    return true;
                });
                Invariants.Counters(world);
            }
        }
    }

    /// <summary>The next full minute; once nobody acts any more, the first at which something is due.</summary>
    private DateTimeOffset Next(DateTimeOffset now, DateTimeOffset? end)
    {
        var next = now;
        if (end is not null)
        {
            var due = world.NextDue ?? end.Value;
            next = due > end ? end.Value : due > now ? due : now;
        }
        return new DateTimeOffset(next.UtcTicks - (next.UtcTicks % Minute.Ticks) + Minute.Ticks, TimeSpan.Zero);
    }

    /// <returns>Not answered when the host died.</returns>
    private async Task<(bool Answered, T? Answer)> AskAsync<T>(Func<SimHost, Task<T>> ask)
    {
        var host = Host;
        var asked = ask(host);
        await Task.WhenAny(asked, host.Gate.Died);
        return host.Gate.Dead ? (false, default) : (true, await asked);
    }

    private static IdentityName Name() => IdentityName.Read("Mom", out var name) is null ? name! : throw new InvalidOperationException("Not a name.");
}
