using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Auth;
using TrainIdentity.Functions;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Outgoing;
using TrainIdentity.Secrets;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Outgoing;

/// <summary>The service as it is put together: whatever it calls, away from one's own machine no call ends on the inside.</summary>
public sealed class OutgoingClientsTests
{
    private static readonly PropertyInfo[] Clients = [.. typeof(OutgoingClients).GetProperties().Where(property => property.PropertyType == typeof(HttpClient))];

    public static TheoryData<string> Kinds => [.. Clients.Select(property => property.Name)];

    public static TheoryData<string> Partners => ["hub", "identity", "tables", "vault"];

    [Fact]
    public void Every_kind_of_partner_has_a_client_of_its_own()
    {
        using var services = Service(local: false, port: 1);
        var clients = services.GetRequiredService<OutgoingClients>();

        Assert.Equal(["Hub", "Identity", "Storage", "Tables", "Vault"], Clients.Select(property => property.Name).Order());
        Assert.Equal(5, Clients.Select(property => property.GetValue(clients)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_client_reaches_loopback_or_a_stranger_unless_it_is_local(string kind)
    {
        await using var server = new OneLineServer();
        using var away = Service(local: false, server.Port);
        using var local = Service(local: true, server.Port);
        var address = new Uri($"http://127.0.0.1:{server.Port}/");

        var inside = await Assert.ThrowsAsync<HttpRequestException>(() => Of(away, kind).GetAsync(address, ServiceRig.Stop));
        var stranger = await Assert.ThrowsAsync<HttpRequestException>(() => Of(away, kind).GetAsync(new Uri("http://stranger.example/"), ServiceRig.Stop));
        Assert.Equal(0, server.Connections);
        await Of(local, kind).GetAsync(address, ServiceRig.Stop);

        Assert.Contains("no address", Assert.IsType<ConnectionRefusedException>(inside.InnerException).Message, StringComparison.Ordinal);
        Assert.Contains("no business", Assert.IsType<ConnectionRefusedException>(stranger.InnerException).Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [MemberData(nameof(Partners))]
    public async Task What_speaks_to_a_partner_does_so_through_its_guarded_client(string partner)
    {
        await using var server = new OneLineServer();
        using var away = Service(local: false, server.Port, vault: partner == "vault");
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void See(object? sender, FirstChanceExceptionEventArgs seen)
        {
            if (seen.Exception is ConnectionRefusedException e && e.Message.StartsWith($"127.0.0.1:{server.Port} ", StringComparison.Ordinal))
            {
                refused.TrySetResult();
            }
        }

        AppDomain.CurrentDomain.FirstChanceException += See;
        try
        {
            await UntilAsync(stop => CallAsync(away, partner, stop), refused.Task);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= See;
        }

        Assert.Equal(0, server.Connections);
        using var local = Service(local: true, server.Port, vault: partner == "vault");
        await UntilAsync(stop => CallAsync(local, partner, stop), server.Reached);
    }

    [Fact]
    public void No_client_is_made_anywhere_else()
    {
        string[] makers = ["functions/OutgoingClients.cs", "shared/Secrets/Vault.cs"];
        var found = new[] { "shared", "functions" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("SocketsHttpHandler", StringComparison.Ordinal) || text.Contains("new HttpClient(", StringComparison.Ordinal) || text.Contains("AllowAutoRedirect = true", StringComparison.Ordinal)
                || text.Contains("HttpClientHandler", StringComparison.Ordinal) || text.Contains("AddHttpClient", StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/'));

        // The second is that of a vault on loopback, which is for tests and honoured with Local=true only.
        Assert.Equal(makers, found.Order());
    }

    private static HttpClient Of(ServiceProvider services, string kind) =>
        (HttpClient)Clients.Single(property => property.Name == kind).GetValue(services.GetRequiredService<OutgoingClients>())!;

    private static Task CallAsync(ServiceProvider services, string partner, CancellationToken stop) => partner switch
    {
        "hub" => services.GetRequiredService<HubClient>().Account.NamespaceAsync(stop).AsTask(),
        "identity" => services.GetRequiredService<BearerTokens>().ReadAsync($"Bearer {Unsigned(services)}", stop).AsTask(),
        "tables" => services.GetRequiredService<IdentityTables>().ProbeAsync(stop),
        _ => services.GetRequiredService<SecretCache>().GetAsync(stop).AsTask(),
    };

    /// <summary>A call may go on trying for long; it is enough to see where it tries to get.</summary>
    private static async Task UntilAsync(Func<CancellationToken, Task> call, Task seen)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ServiceRig.Stop);
        var calling = call(enough.Token);
        await seen.WaitAsync(TimeSpan.FromMinutes(1), ServiceRig.Stop);
        await enough.CancelAsync();
        _ = await Record.ExceptionAsync(() => calling);
    }

    private static string Unsigned(ServiceProvider services) =>
        $"{Part("""{"alg":"RS256","kid":"k"}""")}.{Part($$"""{"iss":"{{services.GetRequiredService<Settings>().Auth.Issuers[0].Issuer}}","sub":"x","exp":4102444800}""")}.AAAA";

    private static string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static ServiceProvider Service(bool local, int port, bool vault = true)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Local"] = local ? "true" : "false",
            ["Hub:Endpoint"] = $"https://127.0.0.1:{port}",
            ["Auth:Issuers:0:Issuer"] = $"https://127.0.0.1:{port}",
            ["Auth:Issuers:0:Audience"] = "authenticated",
            ["Storage:ConnectionString"] = $"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=AAAA;TableEndpoint=https://127.0.0.1:{port}/a;",
            ["KeyVault:Uri"] = !vault ? null : $"https://127.0.0.1:{port}",
            ["HUGGINGFACE_TOKEN"] = "hf_for_nobody_at_all",
        }).Build();
        var settings = Settings.Read(configuration);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(settings);
        services.AddTrainIdentity(settings, configuration);
        return services.BuildServiceProvider();
    }
}
