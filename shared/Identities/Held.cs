namespace TrainIdentity.Identities;

/// <summary>
/// A record under our lease. The heartbeat and the driver write through one gate, and a write that finds somebody else's
/// fence, or an erasure, ends the hold at once.
/// </summary>
internal sealed class Held : IAsyncDisposable
{
    private static readonly DateTimeOffset Released = DateTimeOffset.UnixEpoch;

    private readonly OwnerRows _rows;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly PeriodicTimer _beats;
    private readonly Task _heartbeat;

    private Held(OwnerRows rows, Identity identity, LeaseOptions options, TimeProvider clock)
    {
        (_rows, Now, _options, _clock) = (rows, identity, options, clock);
        Lost = _lost.Token;
        _beats = new PeriodicTimer(options.Heartbeat, clock);
        _heartbeat = BeatAsync();
    }

    public Identity Now { get; private set; }

    public CancellationToken Lost { get; }

    /// <summary>After the hold was lost: the record as somebody else has it; null when it is gone.</summary>
    public Identity? Taken { get; private set; }

    /// <returns>Null when somebody else holds the record, or it is not one to drive.</returns>
    public static async Task<Held?> TakeAsync(OwnerRows rows, Identity identity, LeaseOptions options, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (!identity.Driven || (identity.Lease is { } other && other.Until > now))
        {
            return null;
        }

        var lease = new Lease(Guid.NewGuid().ToString("N"), now + options.Duration, (identity.Lease?.Fence ?? 0) + 1);
        var due = identity.State is IdentityState.Reserved ? identity.DueAt : lease.Until;
        var taken = await rows.ReplaceAsync(identity, identity with { Lease = lease, DueAt = due }, stop);
        return taken is null ? null : new Held(rows, taken, options, clock);
    }

    /// <summary>Writes a change and renews the lease with it.</summary>
    /// <returns>False when the record is no longer ours.</returns>
    public Task<bool> MoveAsync(Func<Identity, Identity> change, CancellationToken stop) => WriteAsync(identity => Renewed(change(identity)), stop);

    /// <summary>Gives the lease up and leaves the record to be looked at when <paramref name="due"/> comes.</summary>
    public Task<bool> ParkAsync(DateTimeOffset due, CancellationToken stop, int tries = 0) => WriteAsync(
        identity => identity with { Lease = identity.Lease! with { Until = Released }, DueAt = due, Tries = tries }, stop);

    public async ValueTask DisposeAsync()
    {
        _beats.Dispose();
        await _ended.CancelAsync();
        await _heartbeat;
        _gate.Dispose();
        _lost.Dispose();
        _ended.Dispose();
    }

    /// <summary>A record that is to be driven on is held on, and found by others when the lease ends; a move that ends the drive says itself when it is due.</summary>
    private Identity Renewed(Identity identity)
    {
        if (identity is not { Driven: true, Lease: { } lease })
        {
            return identity;
        }

        var until = _clock.GetUtcNow() + _options.Duration;
        var leased = identity with { Lease = lease with { Until = until } };

        // An item that fires before the lease ends is put off by whoever finds it; moving it at every write would cost more.
        var keeps = identity.State is IdentityState.Reserved || (identity.DueAt is { } due && due > _clock.GetUtcNow() && due <= until);
        return keeps ? leased : leased with { DueAt = until };
    }

    private async Task<bool> WriteAsync(Func<Identity, Identity> change, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            // The heartbeat may have waited here while the driver ended the hold.
            while (!_lost.IsCancellationRequested && Now is { Driven: true, Lease: { } held } && held.Until != Released)
            {
                if (await _rows.ReplaceAsync(Now, change(Now), stop) is { } written)
                {
                    Now = written;
                    return true;
                }

                var current = await _rows.GetAsync(Now.Id, stop);
                if (current?.Lease?.Fence != Now.Lease?.Fence || current?.Lease?.Owner != Now.Lease?.Owner)
                {
                    Taken = current;
                    await _lost.CancelAsync();
                    return false;
                }
                Now = current!;
            }
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            while (await _beats.WaitForNextTickAsync())
            {
                await BeatOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The hold ended during a beat.
        }
    }

    private async Task BeatOnceAsync()
    {
        try
        {
            await WriteAsync(Renewed, _ended.Token);
        }
        catch (Exception e) when (TableTrouble.Is(e))
        {
            // The next beat may get through; if none does, the lease runs out and the next write of the driver tells.
        }
    }
}
