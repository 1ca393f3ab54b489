using System.Globalization;

namespace TrainIdentity.LocalHost;

/// <summary>One storm over the real processes.</summary>
public sealed record ChaosOptions
{
    public const string Usage = "chaos [--seed N] [--minutes M] [--users U] [--app DIR] [--log FILE]";

    /// <summary>Every choice follows from it; when what happens in between takes how long does not.</summary>
    public required int Seed { get; init; }

    /// <summary>Of the storm; the quiet after it comes on top.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(3);

    public int Users { get; init; } = 8;

    /// <summary>The service's output; by default the one built beside this program's.</summary>
    public string AppFolder { get; init; } = new RunArguments().AppFolder;

    /// <summary>Receives every line of the service and, at the end, what happened on the Hub.</summary>
    public string? LogFile { get; init; }

    /// <summary>Receives the course and the report.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Runs when all is at rest and before anything is judged.</summary>
    public Func<LocalStack, Task> BeforeVerdict { get; init; } = static _ => Task.CompletedTask;

    /// <exception cref="LocalHostException">An argument is unknown or no number.</exception>
    internal static ChaosOptions Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new ChaosOptions { Seed = Random.Shared.Next() };
        for (; arguments.Length > 0; arguments = arguments[2..])
        {
            parsed = arguments switch
            {
                ["--seed", var seed, ..] => parsed with { Seed = (int)Number("--seed", seed, int.MaxValue) },
                ["--minutes", var minutes, ..] => parsed with { Duration = TimeSpan.FromMinutes(Number("--minutes", minutes, 600)) },
                ["--users", var users, ..] => parsed with { Users = (int)Number("--users", users, 100) },
                ["--app", var folder, ..] => parsed with { AppFolder = Path.GetFullPath(folder) },
                ["--log", var file, ..] => parsed with { LogFile = Path.GetFullPath(file) },
                _ => throw new LocalHostException($"{arguments[0]} does not fit: {Usage}"),
            };
        }

        return parsed;
    }

    private static double Number(string name, string text, double most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new LocalHostException($"{name} takes a number up to {most}, not {text}.");
}
