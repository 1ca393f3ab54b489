using System.Diagnostics.CodeAnalysis;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.LocalHost;

/// <summary>Everything the service needs and the service itself behind the stand-in host, on free loopback ports.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "Programs that stand on each other, no collection.")]
public sealed class LocalStack : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    // With the real Hub the issuers of local.settings.json keep the first places.
    private const int IssuersAfterOwn = 8;

    private const string PageClient = "local-page";

    private readonly LocalStackOptions _options;
    private readonly StackSettings _settings;
    private readonly bool _realHub;
    private AzuriteTable? _azurite;
    private EmulatedHub? _hub;
    private TokenIssuer? _tokens;
    private FunctionsHost? _host;

    private LocalStack(LocalStackOptions options)
    {
        (_options, _settings) = (options, new StackSettings(options));
        _realHub = options.RealHubSettings is not null;
        Service = new Uri($"http://127.0.0.1:{FreePort.Next()}");
    }

    /// <summary>The stand-in Functions host, where callers call.</summary>
    public Uri Service { get; }

    /// <summary>Where people see the service, and are sent back to once they have signed in.</summary>
    public Uri Page => new(Service, "/app/");

    /// <summary>The service behind it; keeps its address over restarts.</summary>
    public Uri Handler => FunctionsHost.Handler;

    public Uri Hub => _hub?.Url ?? new Uri(_settings["Hub__Endpoint"] ?? "https://huggingface.co");

    public Uri Issuer => TokenIssuer.Url;

    public string HubToken => _settings.HubToken;

    public string RunnerToken => _settings.RunnerToken;

    public string WebhookSecret => _settings.WebhookSecret;

    public string TableConnectionString => _settings["Storage__ConnectionString"]!;

    public FunctionsHost FunctionsHost => _host!;

    public TokenIssuer TokenIssuer => _tokens!;

    /// <exception cref="LocalHostException">The stack speaks to the real Hub.</exception>
    public EmulatedHub Emulator => _hub ?? throw new LocalHostException("This stack speaks to the real Hub.");

    /// <summary>Returns once the service answers.</summary>
    /// <exception cref="LocalHostException">Something did not start; the message says what.</exception>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, CancellationToken stop)
    {
        var stack = new LocalStack(options);
        try
        {
            await Task.WhenAll(stack.StartTablesAsync(stop), stack.StartHubAsync(stop), stack.StartIssuerAsync(stop));
            await stack.StartServiceAsync(stop);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
        if (_tokens is not null) await _tokens.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    private async Task StartTablesAsync(CancellationToken stop)
    {
        if (_realHub && _settings["Storage__ConnectionString"] is { Length: > 0 }) return;
        if (_options.TableConnectionString is null) _azurite = await AzuriteTable.StartAsync(stop);
        _settings.Address("Storage__ConnectionString", _options.TableConnectionString ?? _azurite!.ConnectionString);
    }

    private async Task StartHubAsync(CancellationToken stop)
    {
        if (_realHub) return;
        _hub = await EmulatedHub.StartAsync(_options.Hub(new HubEmulatorOptions
        {
            Token = HubToken,
            RunnerToken = RunnerToken,
            Webhook = new Uri(Service, "/api/training-status"),
            WebhookSecret = WebhookSecret,
            Play = JobContainer.Run(),
        }), stop);
        _settings.Address("Hub__Endpoint", _hub.Url.Text());
    }

    private async Task StartIssuerAsync(CancellationToken stop)
    {
        var first = _realHub ? IssuersAfterOwn : 0;
        var audience = _settings.Default($"Auth__Issuers__{first}__Audience", "authenticated");
        _tokens = await TokenIssuer.StartAsync(new TokenIssuerOptions { Audience = audience, ClientId = PageClient, Pages = [Page] }, stop);
        Add(first, _tokens.Rsa);
        Add(first + 1, _tokens.Ec);
        OfferSignIn(first);

        void Add(int index, SigningIssuer issuer)
        {
            _settings.Address($"Auth__Issuers__{index}__Issuer", issuer.Url);
            _ = _settings.Default($"Auth__Issuers__{index}__Audience", audience);
            _ = _settings.Default($"Auth__Issuers__{index}__Algorithm", issuer.Algorithm);
        }
    }

    /// <summary>At ours, unless the service is told of another, or not to trust ours.</summary>
    private void OfferSignIn(int first)
    {
        if ((_realHub && _settings["SignIn__Authority"] is { Length: > 0 }) || _settings[$"Auth__Issuers__{first}__Issuer"] != TokenIssuer.Rsa.Url) return;
        _settings.Address("SignIn__Authority", TokenIssuer.Rsa.Url);
        _settings.Address("SignIn__ClientId", PageClient);
    }

    private async Task StartServiceAsync(CancellationToken stop)
    {
        _settings.Address("Cors__AllowedOrigins__0", Service.Text());
        _host = await FunctionsHost.StartAsync(_options.Host(new FunctionsHostOptions
        {
            AppFolder = _options.AppFolder,
            Port = Service.Port,
            Settings = _settings.AboveTheEnvironment(),
            TimerEvery = Tick,
            Log = _options.Log,
        }), stop);
        await _host.WaitUntilReadyAsync(stop);
    }
}
