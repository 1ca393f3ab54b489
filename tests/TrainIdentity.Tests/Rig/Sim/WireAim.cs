namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Decides which requests a strike meets, and with what.</summary>
internal sealed class WireAim(WireStrike strike)
{
    private readonly Lock _gate = new();
    private int _passed;
    private string? _first;
    private bool _done;

    /// <param name="what">The same for every try of one call.</param>
    /// <returns>What happens to this request; null when it goes through.</returns>
    public WireFault? Next(WireCall? call, string what)
    {
        if (call != strike.Call)
        {
            return null;
        }

        lock (_gate)
        {
            if (_first is null && _passed++ < strike.Place)
            {
                return null;
            }

            var first = _first is null;
            _first ??= what;
            return strike.Position switch
            {
                WirePosition.Always => strike.Fault,
                WirePosition.FirstTry => first ? strike.Fault : null,
                _ when first => WireFault.Unavailable503,
                _ when !_done && what == _first => Last(),
                _ => null,
            };
        }
    }

    private WireFault Last()
    {
        _done = true;
        return strike.Fault;
    }
}
