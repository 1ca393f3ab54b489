namespace TrainIdentity.LocalHost;

/// <summary>The real host's rule: so many crashes within 30 minutes stop it. No limit, no end.</summary>
internal sealed class CrashCount(int? limit, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    // 0 is a normal end and 200 a restart the handler asked for.
    private const int NormalEnd = 0;
    private const int WantedRestart = 200;

    private readonly Queue<DateTimeOffset> _crashes = new();

    /// <returns>True when this end was the one too many.</returns>
    public bool Reaches(int exitCode)
    {
        if (exitCode is NormalEnd or WantedRestart) return false;
        var now = clock.GetUtcNow();
        _crashes.Enqueue(now);
        while (now - _crashes.Peek() > Window) _ = _crashes.Dequeue();
        return _crashes.Count >= limit;
    }
}
