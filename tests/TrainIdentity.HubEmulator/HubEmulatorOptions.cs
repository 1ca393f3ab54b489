using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.HubEmulator;

/// <summary>How one emulated Hub is set up; every default suits a test.</summary>
public sealed record HubEmulatorOptions
{
    /// <summary>Loopback port of the Hub; 0 takes a free one. Storage always takes a free one of its own.</summary>
    public int Port { get; init; }

    /// <summary>No sockets: only callers in this process get through, by <see cref="EmulatedHub.NewHandler"/>.</summary>
    public bool InMemory { get; init; }

    public string Token { get; init; } = "hf_local";

    /// <summary>A second token, which may write repos but neither create nor delete them, nor start jobs.</summary>
    public string? RunnerToken { get; init; }

    public string User { get; init; } = "local";

    /// <summary>Organisations in which <see cref="User"/> may write.</summary>
    public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>Gated models of others, of which only the terms matter here.</summary>
    public IReadOnlyList<string> GatedModels { get; init; } = ["black-forest-labs/FLUX.1-dev"];

    /// <summary>Where repos, journal and webhooks are kept over a restart; without it a temporary folder, removed at the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Called for every event in every repo.</summary>
    public Uri? Webhook { get; init; }

    public string? WebhookSecret { get; init; }

    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Waits between the attempts of one delivery; two waits make three attempts.</summary>
    public IReadOnlyList<TimeSpan> WebhookRetryDelays { get; init; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>
    /// Events this close together go out last first, one after another; zero sends each at once. The Hub promises no order.
    /// </summary>
    public TimeSpan WebhookShuffle { get; init; }

    /// <summary>From the start of a job to COMPLETED.</summary>
    public TimeSpan JobDuration { get; init; } = TimeSpan.FromSeconds(2);

    public JobPlay Play { get; init; } = JobPlays.Succeed;

    /// <summary>Larger objects are uploaded in parts by clients that can.</summary>
    public long MultipartThresholdBytes { get; init; } = 8L << 20;

    public long ChunkBytes { get; init; } = 5L << 20;

    /// <summary>Whether upload answers carry a verify action.</summary>
    public bool SendVerify { get; init; } = true;

    public TimeSpan UrlLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether downloads go over redirects, as they do on the Hub; otherwise the first answer has the content.</summary>
    public bool RedirectDownloads { get; init; } = true;

    /// <summary>
    /// How long a creation takes; while one runs, the others of the same user are answered busy, as on the Hub. Zero lets all in.
    /// </summary>
    public TimeSpan CreateTime { get; init; }

    /// <summary>Added to every call, of the Hub and of storage: how far away they are.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What storage takes from all callers together; null sets no limit.</summary>
    public long? StorageBytesPerSecond { get; init; }

    /// <summary>Whether storage answers the MD5 of what it took, as S3 does where no key of its own is used; computing it costs more than taking it.</summary>
    public bool Md5Tags { get; init; } = true;

    /// <summary>Repos per page of a listing, at most.</summary>
    public int ListPageSize { get; init; } = 1000;

    /// <summary>What a caller may ask per window; null sets no limit.</summary>
    public RateLimits? RateLimits { get; init; }

    /// <summary>Struck from the first call on, like those of <see cref="EmulatedHub.Faults"/>.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Where the emulator reports what went wrong inside itself.</summary>
    public TextWriter Errors { get; init; } = Console.Error;

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
