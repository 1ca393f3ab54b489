using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using TrainIdentity.Auth;
using TrainIdentity.Functions;
using TrainIdentity.HubEmulator;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>A row as it was written or removed, and when.</summary>
internal sealed record RowStep(DateTimeOffset At, RowChange Change);

/// <summary>
/// Everything there is besides the hosts: one Hub, one table account, one clock. Nothing moves but by
/// <see cref="Run"/>, and it moves the same way for the same seed.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    public const string Token = "hf_local";
    public const string RunnerToken = "hf_runner";
    private const string Issuer = "https://issuer.test";

    private static readonly DateTimeOffset Beginning = new(2027, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("world-");
    private readonly List<RowStep> _steps = [];

    private World(int seed, IReadOnlyDictionary<string, string?> settings)
    {
        Seed = seed;
        Clock = new VirtualClock(Beginning);
        Tables = new MemoryTables(Clock) { Changed = change => _steps.Add(new RowStep(Clock.GetUtcNow(), change)) };
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Local"] = "true",
            ["Storage:ConnectionString"] = "in memory",
            ["HUGGINGFACE_TOKEN"] = Token,
            ["IDEMPOTENCY_KEY_SALT"] = "salt",
            ["HUGGINGFACE_TRAINER_TOKEN"] = RunnerToken,
            ["Training:Image"] = "trainer",
            ["Spool:Folder"] = _folder.FullName,
        }).Build();
    }

    public int Seed { get; }

    public VirtualClock Clock { get; }

    public MemoryTables Tables { get; }

    public EmulatedHub Hub { get; private set; } = null!;

    public IConfiguration Configuration { get; }

    internal Settings Settings { get; private set; } = null!;

    public List<SimHost> Hosts { get; } = [];

    /// <summary>While set, the Hub does not know the service's token.</summary>
    public bool TokenRevoked { get; set; }

    /// <summary>Lets the hosts read logs, for tests that see to it that those end: with their job, or by a fault.</summary>
    public bool Logs { get; set; }

    /// <summary>Every write to a table, in order.</summary>
    public IReadOnlyList<RowStep> Steps => _steps;

    public IReadOnlyList<TableEntity> Owned => Tables.Rows(Settings.Storage.IdentitiesTable);

    public IReadOnlyList<TableEntity> Index => Tables.Rows(Settings.Storage.IndexTable);

    /// <summary>Every record there is, whoever's.</summary>
    public IReadOnlyList<Identity> Records => [.. Owned.Where(row => row.RowKey.StartsWith("i_", StringComparison.Ordinal)).Select(IdentityRow.Read)];

    /// <summary>When the first work item is due; null when there is none.</summary>
    public DateTimeOffset? NextDue => Tables.Min(Settings.Storage.IndexTable, "t_", "due_at");

    public static async Task<World> StartAsync(
        int seed, IReadOnlyDictionary<string, string?>? settings = null, Func<HubEmulatorOptions, HubEmulatorOptions>? hub = null)
    {
        var world = new World(seed, settings ?? new Dictionary<string, string?>());
        var options = new HubEmulatorOptions
        {
            InMemory = true,
            Token = Token,
            RunnerToken = RunnerToken,
            Clock = world.Clock,
            JobDuration = TimeSpan.FromMinutes(10),
        };
        world.Hub = await EmulatedHub.StartAsync(hub?.Invoke(options) ?? options, CancellationToken.None);
        world.Configuration["Hub:Endpoint"] = world.Hub.Url.AbsoluteUri;
        world.Settings = Settings.Read(world.Configuration);
        return world;
    }

    public static Caller User(string subject) => Caller.From(Issuer, subject, primary: true);

    /// <summary>Another setting, for hosts that start from now on.</summary>
    public void Set(string name, string? value)
    {
        Configuration[name] = value;
        Settings = Settings.Read(Configuration);
    }

    public SimHost NewHost(string name, TimeSpan skew = default)
    {
        var host = new SimHost(this, name, skew);
        Hosts.Add(host);
        return host;
    }

    /// <summary>Tells the story to its end. Whenever nothing runs, the clock goes on to the next thing that is due.</summary>
    public void Run(Func<Task> story)
    {
        var around = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var told = story();
            for (QuietPool.Wait(); !told.IsCompleted; QuietPool.Wait())
            {
                if (!Clock.AdvanceToNext())
                {
                    throw new InvalidOperationException("The story waits for something that no clock will bring.");
                }
            }
            told.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(around);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts)
        {
            host.Kill();
        }
        await Hub.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
