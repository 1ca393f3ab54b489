using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>One user's day under one fault: photos sent, sent again as told, the reconciler ticking; and for a deletion, the identity deleted.</summary>
internal sealed class HttpFaultStory(World world, WireHost host, Wire wire, WireStrike strike)
{
    private const int MostRequests = 12;

    /// <summary>A client that is never served gives up.</summary>
    private const int Patience = 3;

    private static readonly TimeSpan ShortestTick = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTick = TimeSpan.FromHours(2);

    /// <summary>Beyond every deadline of an upload and a training.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(8);

    /// <summary>Beyond the age at which an erasure raises an alert.</summary>
    private static readonly TimeSpan LongestErasure = TimeSpan.FromHours(26);

    private readonly List<HttpFaultReply> _replies = [];
    private readonly Submission _submission = new(Name(), SimPhotos.Set(0), "key-1", null);

    public IReadOnlyList<HttpFaultReply> Replies => _replies;

    /// <summary>The photos sent once more after an end that was no success: what the record became before.</summary>
    public Identity? EndedBefore { get; private set; }

    /// <summary>What the deletion was answered; null when nothing was deleted.</summary>
    public bool? DeletionAccepted { get; private set; }

    public async Task TellAsync()
    {
        if (strike.Call is WireCall.JobCancel or WireCall.Delete)
        {
            await DeletedAsync();
            return;
        }

        await SentAsync();
        await UntilAsync(() => Record is null or { State: IdentityState.Ready } || Ended, LongestLife);
        if (strike.Position is not WirePosition.Always && Record is null or { State: IdentityState.Failed, RetainUntil: null })
        {
            // The fault is over; a user who tries again must get there.
            EndedBefore = Record;
            await SentAsync();
            await UntilAsync(() => Record is { State: IdentityState.Ready } || Ended, LongestLife);
        }
    }

    private static IdentityName Name() => IdentityName.Read("Ada", out var name) is null ? name! : throw new InvalidOperationException();

    private Identity? Record => world.Records.SingleOrDefault();

    private bool Ended => Record?.State is IdentityState.Failed;

    /// <summary>Repeats the same request for as long as the answers ask for that.</summary>
    private async Task SentAsync()
    {
        for (var n = 0; n < (strike.Position is WirePosition.Always ? Patience : MostRequests); n++)
        {
            wire.NextTurn();
            var reply = await HttpFaultReply.OfAsync(() => host.Intake.TrainAsync(World.User("ada"), _submission, TimeSpan.Zero, CancellationToken.None), world.Clock);
            _replies.Add(reply);
            if (!reply.Retryable)
            {
                return;
            }
            await world.Clock.Delay(reply.RetryAfter ?? TimeSpan.FromSeconds(5));
            await TickAsync();
        }
    }

    private async Task DeletedAsync()
    {
        if (strike.Call is WireCall.JobCancel)
        {
            world.Hub.Play = JobPlays.Hang;
        }
        await SentAsync();
        var wanted = strike.Call is WireCall.JobCancel ? IdentityState.Training : IdentityState.Ready;
        await UntilAsync(() => Record?.State == wanted, LongestLife);
        wire.NextTurn();
        DeletionAccepted = await host.Erasure.AcceptAsync(World.User("ada"), Record!.Id, CancellationToken.None);
        await UntilAsync(() => Record is null, LongestErasure);
    }

    private async Task UntilAsync(Func<bool> over, TimeSpan atMost)
    {
        var began = world.Clock.GetTimestamp();
        while (!over() && world.Clock.GetElapsedTime(began) is var passed && passed < atMost)
        {
            // Rarer and rarer: what has not moved for hours is not looked at by the minute.
            await world.Clock.Delay(TimeSpan.FromTicks(Math.Clamp(passed.Ticks / 6, ShortestTick.Ticks, LongestTick.Ticks)));
            await TickAsync();
        }
    }

    private Task TickAsync()
    {
        wire.NextTurn();
        return host.Reconciler.TickAsync(CancellationToken.None);
    }
}
