using System.Net;
using Azure.Data.Tables;
using TrainIdentity.Hub;
using TrainIdentity.Outgoing;

namespace TrainIdentity.Functions;

/// <summary>
/// One HTTP client for each kind of partner, and none besides: no redirects, no cookies, no timeout but those of the calls,
/// and away from one's own machine no host but its own and no address that is not public.
/// </summary>
internal sealed class OutgoingClients(Settings settings)
{
    // Names are resolved anew with every connection.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    private readonly AddressReach _endpoints = settings.Outgoing.PrivateEndpoints ? AddressReach.PrivateNetwork : AddressReach.Public;

    public HttpClient Hub => field ??= New(host => host == settings.Hub.Endpoint.IdnHost, AddressReach.Public);

    /// <summary>Where the Hub sends us with bytes. Never given a token.</summary>
    public HttpClient Storage => field ??= New(host => host == settings.Hub.Endpoint.IdnHost || settings.Hub.IsStorage(host), AddressReach.Public);

    public HttpClient Identity => field ??= New(host => settings.Auth.Issuers.Any(issuer => issuer.Hosts.Contains(host)), AddressReach.Public);

    public HttpClient Tables => field ??= New(host => host == TableHost(), _endpoints);

    public HttpClient Vault => field ??= New(host => host == settings.KeyVault.Uri?.IdnHost, _endpoints);

    private string? TableHost() => settings.Storage.ConnectionString is { Length: > 0 } connection
        ? new TableServiceClient(connection).Uri.IdnHost
        : settings.Storage.TableEndpoint?.IdnHost;

    private HttpClient New(Func<string, bool> allows, AddressReach nearest)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = ConnectionLife,
            ConnectTimeout = ConnectTime,

            // Spans of single calls would carry addresses, and those of the tables name their owner.
            ActivityHeadersPropagator = null,
        };
        if (!settings.Local)
        {
            // A proxy would resolve names in our place.
            handler.UseProxy = false;
            handler.ConnectCallback = new ConnectionGuard(allows, nearest).ConnectAsync;
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
