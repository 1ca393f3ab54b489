using System.Globalization;

namespace TrainIdentity.LocalHost;

internal sealed record RunArguments
{
    public const string Usage = "run [--once | --json] [--hub real] [--app DIR] [--photos DIR] [--crash-limit N]";

    public bool Once { get; private init; }

    public bool Json { get; private init; }

    public bool RealHub { get; private init; }

    /// <summary>The service's output; by default the one built beside this program's.</summary>
    public string AppFolder { get; private init; } = BesideOurs("TrainIdentity.Functions");

    /// <summary>Null means the repository's.</summary>
    public string? PhotosFolder { get; private init; }

    public int? CrashLimit { get; private init; }

    /// <exception cref="LocalHostException">An argument is unknown or does not fit another.</exception>
    public static RunArguments Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new RunArguments();
        while (arguments.Length > 0)
        {
            (parsed, var used) = arguments switch
            {
                ["--once", ..] => (parsed with { Once = true }, 1),
                ["--json", ..] => (parsed with { Json = true }, 1),
                ["--hub", "real", ..] => (parsed with { RealHub = true }, 2),
                ["--app", var folder, ..] => (parsed with { AppFolder = Path.GetFullPath(folder) }, 2),
                ["--photos", var folder, ..] => (parsed with { PhotosFolder = Path.GetFullPath(folder) }, 2),
                ["--crash-limit", var limit, ..] => (parsed with { CrashLimit = Count(limit) }, 2),
                _ => throw new LocalHostException($"{arguments[0]} does not fit: {Usage}"),
            };
            arguments = arguments[used..];
        }

        if (parsed is { Once: true, Json: true } or { Once: true, RealHub: true }) throw new LocalHostException($"--once does not fit: {Usage}");
        return parsed;
    }

    private static int Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
        ? count
        : throw new LocalHostException($"--crash-limit takes a number from 1, not {text}.");

    // Output folders are <artifacts>/bin/<project>/<configuration>.
    private static string BesideOurs(string project)
    {
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(ours.Parent?.Parent?.FullName ?? ours.FullName, project, ours.Name);
    }
}
