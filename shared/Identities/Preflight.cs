using Microsoft.Extensions.Logging;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

public enum PreflightState
{
    Fine,

    /// <summary>No training can succeed until an operator has done something.</summary>
    Lacking,

    /// <summary>It cannot be told just now.</summary>
    Unknown,

    /// <summary>The Hub tells nobody.</summary>
    Untold,
}

/// <param name="Component">One of a few fixed words, such as <c>base_model</c>.</param>
/// <param name="Subject">Which base model or hardware; null when it concerns every training.</param>
/// <param name="Words">For operators: what was found, and how it is mended.</param>
public sealed record PreflightCheck(string Component, PreflightState State, string Words, string? Subject = null);

/// <param name="Prices">USD an hour by hardware; empty while they are unknown.</param>
public sealed record PreflightReport(IReadOnlyList<PreflightCheck> Checks, IReadOnlyDictionary<string, decimal> Prices)
{
    public static PreflightReport Nothing { get; } = new([], new Dictionary<string, decimal>());

    public bool IsFine => Checks.All(check => check.State is PreflightState.Fine or PreflightState.Untold);

    public decimal UsdPerHour(TrainingPlan plan) => Prices.TryGetValue(plan.Flavor, out var price) ? price : plan.ListUsdPerHour;

    /// <param name="ignored">Components that the operator knows better about.</param>
    public IEnumerable<PreflightCheck> Lacks(TrainingPlan plan, string ignored) => Lacks(plan.BaseModel, plan.Flavor, ignored);

    public IEnumerable<PreflightCheck> Lacks(TrainingProfile profile, string ignored) => Lacks(profile.BaseModel, profile.Flavor, ignored);

    public IEnumerable<PreflightCheck> Lacking(string ignored)
    {
        var known = ignored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Checks.Where(check => check.State is PreflightState.Lacking && !known.Contains(check.Component));
    }

    private IEnumerable<PreflightCheck> Lacks(string baseModel, string flavor, string ignored) =>
        Lacking(ignored).Where(check => check.Subject is null || check.Subject == baseModel || check.Subject == flavor);
}

/// <summary>
/// Whether a training could succeed, found out before anybody uploads a photo for one. The Hub is asked once in a while by
/// one question for everybody; whatever comes of that, what is known of the prices stays.
/// </summary>
public sealed partial class Preflight(Func<CancellationToken, Task<PreflightReport>> ask, TimeProvider clock, ILogger<Preflight> logger)
{
    public static readonly TimeSpan KeptWhileLacking = TimeSpan.FromMinutes(1);

    /// <summary>Row of the time at which the Hub last refused a job for lack of credit.</summary>
    internal const string CreditRow = "credit";

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    // Whoever asks first waits no longer for it; the answer is there for those who ask later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Task _asking = Task.CompletedTask;
    private DateTimeOffset? _askedAt;
    private PreflightReport _known = PreflightReport.Nothing;
    private bool _answered;

    public async ValueTask<PreflightReport> LastAsync(CancellationToken stop)
    {
        Task asking;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_askedAt is not { } before || (_asking.IsCompleted && now - before >= (_known.IsFine && _answered ? Kept : KeptWhileLacking)))
            {
                (_askedAt, _asking) = (now, AskAsync());
            }
            if (_answered || _asking.IsCompleted)
            {
                return _known;
            }
            asking = _asking;
        }

        try
        {
            await asking.WaitAsync(Patience, clock, stop);
        }
        catch (TimeoutException)
        {
        }
        lock (_lock) return _known;
    }

    /// <summary>Something happened that the last answer did not say: the next who wants to know has it asked anew.</summary>
    public void Doubt()
    {
        lock (_lock) _askedAt = _asking.IsCompleted ? null : _askedAt;
    }

    /// <summary>Asks now, for whoever wants to know and can wait.</summary>
    public Task<PreflightReport> AskedAsync(CancellationToken stop) => ask(stop);

    private async Task AskAsync()
    {
        // Nobody's lock is held, and nobody's request decides how long it takes.
        await Task.Yield();
        try
        {
            var report = await ask(CancellationToken.None);
            foreach (var lack in report.Checks.Where(check => check.State is PreflightState.Lacking))
            {
                Log.Lacking(logger, lack.Component);
            }
            lock (_lock)
            {
                _known = report.Prices.Count > 0 ? report : report with { Prices = _known.Prices };
                _answered = true;
            }
        }
        catch (Exception e)
        {
            Log.Unknown(logger, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Nobody can train: {Component} is lacking. Run status to see what and how to mend it.")]
        public static partial void Lacking(ILogger logger, string component);

        [LoggerMessage(2, LogLevel.Warning, "Whether trainings can succeed could not be found out ({Trouble}); it is asked again.")]
        public static partial void Unknown(ILogger logger, string trouble);
    }
}
