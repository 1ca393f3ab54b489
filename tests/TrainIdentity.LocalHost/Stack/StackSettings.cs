using System.Security.Cryptography;

namespace TrainIdentity.LocalHost;

/// <summary>
/// What the service is told. From the weakest: our defaults, local.settings.json, the caller's environment, the addresses
/// of what runs here, the stack's own settings.
/// </summary>
internal sealed class StackSettings
{
    private readonly Dictionary<string, string?> _given;
    private readonly IReadOnlyDictionary<string, string?> _file;
    private readonly Dictionary<string, string?> _defaults = new()
    {
        ["Local"] = "true",
        ["Environment"] = "local",
        ["Lease__Duration"] = "00:00:30",
        ["Watch__First"] = "00:00:02",
        ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "2000000000",
    };

    private readonly Dictionary<string, string?> _addresses = [];

    public StackSettings(LocalStackOptions options)
    {
        _given = new(options.Settings);
        _file = options.RealHubSettings ?? new Dictionary<string, string?>();
        HubToken = Secret("HUGGINGFACE_TOKEN", "hf_");
        RunnerToken = Secret("HUGGINGFACE_TRAINER_TOKEN", "hf_");
        WebhookSecret = Default("HUGGINGFACE_WEBHOOK_SECRET", NewSecret(""));
        Default("IDEMPOTENCY_KEY_SALT", NewSecret(""));
        if (options.RealHubSettings is not null) return;
        _defaults["HUGGINGFACE_TOKEN"] = HubToken;
        _defaults["HUGGINGFACE_TRAINER_TOKEN"] = RunnerToken;
        _defaults["Training__Mode"] = "Jobs";
        _defaults["Training__Image"] = "local/trainer";
    }

    /// <summary>The token the service is given, or a new one when it is to have none.</summary>
    public string HubToken { get; }

    public string RunnerToken { get; }

    public string WebhookSecret { get; }

    /// <summary>The value the service will see so far; null when it will see none.</summary>
    public string? this[string name] =>
        _given.TryGetValue(name, out var given) ? given : _addresses.GetValueOrDefault(name)
            ?? Environment.GetEnvironmentVariable(name) ?? _file.GetValueOrDefault(name) ?? _defaults.GetValueOrDefault(name);

    /// <summary>Gives a setting that anything else may override.</summary>
    public string Default(string name, string value)
    {
        _defaults[name] = value;
        return this[name] is { Length: > 0 } chosen ? chosen : value;
    }

    /// <summary>Gives a setting that only the stack's own settings override: no inherited address leads out of here.</summary>
    public void Address(string name, string value) => _addresses[name] = value;

    /// <summary>What to set above the inherited environment.</summary>
    public IReadOnlyDictionary<string, string?> AboveTheEnvironment()
    {
        var result = new Dictionary<string, string?>();
        var below = _defaults.Concat(_file).Where(one => Environment.GetEnvironmentVariable(one.Key) is null);
        foreach (var (name, value) in below.Concat(_addresses).Concat(_given)) result[name] = value;
        return result;
    }

    private string Secret(string name, string prefix) => this[name] is { Length: > 0 } chosen ? chosen : NewSecret(prefix);

    private static string NewSecret(string prefix) => $"{prefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";
}
