using TrainIdentity.HubEmulator;

namespace TrainIdentity.LocalHost;

public sealed record LocalStackOptions
{
    /// <summary>The service's build or publish output.</summary>
    public required string AppFolder { get; init; }

    /// <summary>Wins over everything, addresses included; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The values of local.settings.json; given, the service speaks to the Hub they name and no emulator is started.</summary>
    public IReadOnlyDictionary<string, string?>? RealHubSettings { get; init; }

    /// <summary>Tables that already run; null starts Azurite.</summary>
    public string? TableConnectionString { get; init; }

    /// <summary>Changes the emulator before it starts.</summary>
    public Func<HubEmulatorOptions, HubEmulatorOptions> Hub { get; init; } = static options => options;

    /// <summary>Changes the stand-in host before it starts.</summary>
    public Func<FunctionsHostOptions, FunctionsHostOptions> Host { get; init; } = static options => options;

    /// <summary>Receives what the host reports and every line of the service.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
