using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The host that is asked now: when it dies, another takes its place, and whoever waited gets no answer.</summary>
internal sealed class ModelHosts(World world)
{
    private SimHost? _now;

    /// <summary>Until then every second call that anybody makes to the Hub fails.</summary>
    public DateTimeOffset TroubleUntil { get; set; }

    public SimHost Now
    {
        get
        {
            if (_now is { Gate.Dead: false })
            {
                return _now;
            }
            _now = world.NewHost($"host{world.Hosts.Count}");
            _now.Gate.Fails = Fails;
            return _now;
        }
    }

    public async Task<(bool Answered, T? Answer)> AskAsync<T>(Func<SimHost, Task<T>> ask)
    {
        var host = Now;
        var asked = ask(host);
        await Task.WhenAny(asked, host.Gate.Died);
        return host.Gate.Dead ? (false, default) : (true, await asked);
    }

    private HttpRequestException? Fails(Boundary boundary) =>
        world.Clock.GetUtcNow() < TroubleUntil && !boundary.Name.StartsWith("table:", StringComparison.Ordinal) && (boundary.Nth + (int)boundary.Moment) % 4 == 0
            ? new HttpRequestException("The line is bad.")
            : null;
}
