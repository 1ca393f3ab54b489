namespace TrainIdentity.LocalHost;

public sealed record FunctionsHostOptions
{
    /// <summary>Build or publish output: host.json, one folder per function, the executable.</summary>
    public required string AppFolder { get; init; }

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>Application settings, over the inherited environment; null removes an inherited variable.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Replaces the schedule of every timer function.</summary>
    public TimeSpan? TimerEvery { get; init; }

    /// <summary>Replaces host.json's.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    /// <summary>Replaces host.json's.</summary>
    public TimeSpan? InitializationTimeout { get; init; }

    /// <summary>Crashes within 30 minutes that stop the host; the real one stops at 3. Null starts the handler again without end.</summary>
    public int? CrashLimit { get; init; }

    /// <summary>Answers preflights as Flex Consumption does even with no origin configured: a bare 204.</summary>
    public bool Flex { get; init; }

    public IReadOnlyList<string> CorsAllowedOrigins { get; init; } = [];

    /// <summary>Receives what the host reports and every line of the handler.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
