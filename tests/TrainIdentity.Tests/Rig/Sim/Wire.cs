namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// The wire between the service and the Hub: one fault strikes on it, and every request of both of the service's clients
/// is written down.
/// </summary>
/// <param name="strike">Null on a good day.</param>
internal sealed class Wire(WireStrike? strike, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<WireRequest> _requests = [];
    private readonly WireAim? _aim = strike is null ? null : new WireAim(strike);
    private int _turn;

    public WireStrike? Strike => strike;

    public TimeProvider Clock => clock;

    /// <summary>In the order in which they were sent.</summary>
    public IReadOnlyList<WireRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>What follows belongs to another request of a user, or another tick.</summary>
    public void NextTurn() => Interlocked.Increment(ref _turn);

    /// <param name="hub">Where what goes through arrives.</param>
    public HttpMessageHandler Over(HttpMessageHandler hub) => new WireFaults(this) { InnerHandler = hub };

    /// <param name="what">The same for every try of one call.</param>
    /// <returns>The request as it is written down, with what strikes it.</returns>
    public WireRequest Meet(HttpRequestMessage request, WireCall? call, string what)
    {
        var fault = _aim?.Next(call, what);
        var met = new WireRequest(_turn, clock.GetUtcNow(), call, request.Method.Method, request.RequestUri!, what, request.Headers.Authorization is not null, fault);
        lock (_gate)
        {
            _requests.Add(met);
        }
        return met;
    }
}

/// <summary>A request as it left the service.</summary>
/// <param name="Turn">Counts what made the service act: a user's request, or a tick.</param>
/// <param name="Call">Null when it is of a kind that no fault is aimed at.</param>
/// <param name="What">The same for every try of one call.</param>
/// <param name="Bearer">Whether it carried an <c>Authorization</c> header.</param>
/// <param name="Fault">What struck it.</param>
internal sealed record WireRequest(int Turn, DateTimeOffset At, WireCall? Call, string Method, Uri Address, string What, bool Bearer, WireFault? Fault)
{
    /// <summary>When its last sign reached the service. Who tries the same call again waits a while from then on.</summary>
    public DateTimeOffset Ended { get; set; } = At;

    public override string ToString() => $"{At:HH:mm:ss.fff} {Method} {Address.AbsolutePath}{(Fault is { } fault ? $" <- {fault}" : "")}";
}
