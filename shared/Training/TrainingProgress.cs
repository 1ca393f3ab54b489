using System.Text.Json;

namespace TrainIdentity.Training;

/// <summary>How far the trainer has come, by its own account.</summary>
public sealed record TrainingProgress(int Step, int Total, DateTimeOffset At)
{
    private const string Mark = "IDT ";

    /// <returns>The last progress the runner printed; null when there is none among these lines.</returns>
    public static TrainingProgress? Last(IEnumerable<string> lines, DateTimeOffset now) =>
        lines.Select(line => Read(line, now)).LastOrDefault(progress => progress is not null);

    /// <summary>Estimated from what the steps so far have taken.</summary>
    public int? SecondsLeft(DateTimeOffset? startedAt) => startedAt is { } started && Step > 0 && At > started
        ? (int)((At - started).TotalSeconds / Step * (Total - Step))
        : null;

    private static TrainingProgress? Read(string line, DateTimeOffset now)
    {
        if (!line.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line.AsMemory(Mark.Length));
            return json.RootElement.TryGetProperty("step", out var step) && step.TryGetInt32(out var at)
                && json.RootElement.TryGetProperty("total", out var total) && total.TryGetInt32(out var all) && at >= 0 && at <= all
                ? new TrainingProgress(at, all, now)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
