using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What a host does with the tables, as the product does it; what the Hub would say is drawn.</summary>
internal sealed class TableRaceSteps(TableRace race, TableRaceHost host, Random random)
{
    private static readonly TimeSpan AbandonedAfter = new IntakeOptions().AbandonedAfter;
    private static readonly TimeSpan Deadline = new IntakeOptions().Deadline;
    private static readonly TrainingPlan Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly OwnerRows _rows = host.Tables.For(TableRace.Owner);
    private readonly IdentityIndex _index = host.Tables.Index;
    private readonly TableRaceMoves _moves = new(race, host, random);

    private DateTimeOffset Now => host.Clock.GetUtcNow();

    /// <summary>Trouble with the tables ends a step, not the host.</summary>
    public async Task SomeAsync(int count)
    {
        for (; count > 0; count--)
        {
            try
            {
                await host.Tables.EnsureAsync(None);
                await OneAsync();
            }
            catch (Exception e) when (TableTrouble.Is(e))
            {
                host.Reserving = false;
            }
        }
    }

    /// <summary>One identity through so many steps, undisturbed.</summary>
    public async Task LiveAsync(int count)
    {
        await CreateAsync();
        for (; count > 0; count--)
        {
            await GoOnAsync();
        }
    }

    private Task OneAsync() => random.Next(10) switch
    {
        < 2 => CreateAsync(),
        2 => SweepAsync(),
        3 => DeleteAsync(),
        4 => CancelAsync(),
        _ => GoOnAsync(),
    };

    private async Task CreateAsync()
    {
        var key = $"k_{random.Next(3)}";
        if (await _rows.KeyAsync(key, None) is { } held)
        {
            await GoOnAsync(held.Identity);
            return;
        }

        var began = Now;
        host.Reserving = true;
        var identity = New(key, began);
        if (await _index.ClaimAsync(identity, identity.DueAt!.Value, None))
        {
            var reserved = await _rows.ReserveAsync(identity, began.AddDays(30), null, TableRaceRules.Limits, None);
            host.Reserving = false;
            race.History.Told(host.Number, reserved.Written);
            if (reserved.Written is not null)
            {
                race.Known.Add(identity.Id);
            }
        }
        host.Reserving = false;
    }

    private Task GoOnAsync() => race.Known.Count == 0 ? CreateAsync() : GoOnAsync(race.Known[random.Next(race.Known.Count)]);

    private async Task GoOnAsync(IdentityId id)
    {
        if (await _rows.GetAsync(id, None) is { } identity)
        {
            await (identity.Driven ? _moves.DriveAsync(identity) : _moves.MoveAsync(identity));
        }
    }

    /// <summary>As long as the record is there and not being deleted, the owner's wish is written over whatever it is.</summary>
    private async Task DeleteAsync()
    {
        if (race.Known.Count == 0)
        {
            return;
        }

        var id = race.Known[random.Next(race.Known.Count)];
        while (await _rows.GetAsync(id, None) is { } identity)
        {
            if (identity.State is IdentityState.Deleting)
            {
                await _moves.RemoveAsync(identity);
                return;
            }
            await _moves.ReplaceAsync(identity, identity.Erasing(Now));
        }
    }

    private async Task CancelAsync()
    {
        if (race.Known.Count > 0 && await _rows.GetAsync(race.Known[random.Next(race.Known.Count)], None) is { Driven: true } identity)
        {
            await _moves.ReplaceAsync(identity, identity.Abandoned(Failures.Canceled, Now));
        }
    }

    /// <summary>Every item that is due is worked off: its record is taken a step further, and the item stays while the record wants it.</summary>
    private async Task SweepAsync()
    {
        foreach (var item in await _index.DueAsync(Now, 25, None))
        {
            var identity = await _rows.GetAsync(item.Identity, None);
            if (identity is null || identity.Repo != item.Repo)
            {
                await _moves.ReleaseAsync(item.Repo!.Value, item.Identity);
                await _index.DropAsync(item, None);
                continue;
            }

            await GoOnAsync(item.Identity);
            await SettleAsync(item, await _rows.GetAsync(item.Identity, None));
        }
    }

    private Task SettleAsync(WorkItem item, Identity? identity)
    {
        var now = Now;
        if (identity is { Driven: true, Lease: { } lease } && lease.Until > now)
        {
            return _index.PostponeAsync(item with { Tries = 0 }, lease.Until, None);
        }
        return identity?.DueAt is { } due && (due <= now || SameMoment.Of(due, item.Due))
            ? _index.PostponeAsync(item, now.AddSeconds(30), None)
            : _index.DropAsync(item, None);
    }

    private Identity New(string key, DateTimeOffset began)
    {
        var value = new byte[16];
        random.NextBytes(value);
        return new Identity
        {
            Id = new IdentityId(new Guid(value)),
            OwnerKey = TableRace.Owner,
            UserId = TableRace.Owner,
            Name = "Mom",
            Repo = new RepoId("local", $"identity-mom-{random.Next()}"),
            Photos = [new ManifestPhoto("images/image_001.jpg", new string('e', 64), 5, 100, 200)],
            Plan = Plan,
            Fingerprint = "f",
            KeyRow = key,
            CreatedAt = began,
            ClientSeenAt = began,
            DueAt = began + AbandonedAfter,
            DeadlineAt = began + Deadline,
        };
    }
}
