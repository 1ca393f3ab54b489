using System.Net;
using System.Net.Sockets;

namespace TrainIdentity.Outgoing;

/// <summary>
/// Stands where a connection is made: after the name was resolved, so that a name whose answer has changed since anybody
/// looked leads nowhere new. What was checked is what is connected to.
/// </summary>
/// <param name="allows">The hosts this client has business with.</param>
/// <param name="nearest">Addresses of a shorter reach are refused.</param>
public sealed class ConnectionGuard(Func<string, bool> allows, AddressReach nearest = AddressReach.Public)
{
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public Func<IPAddress, int, CancellationToken, ValueTask<Stream>> Dial { get; init; } = DialAsync;

    /// <exception cref="ConnectionRefusedException">Nobody was connected to.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        if (!allows(host))
        {
            throw new ConnectionRefusedException($"The service has no business with {host}:{port}.");
        }

        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, stop);
        var allowed = found.Where(address => AddressReaches.Of(address) >= nearest).ToList();
        return allowed.Count > 0
            ? await FirstAsync(allowed, port, stop)
            : throw new ConnectionRefusedException($"{host}:{port} has no address that the service may connect to.");
    }

    private async ValueTask<Stream> FirstAsync(List<IPAddress> addresses, int port, CancellationToken stop)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                return await Dial(addresses[n], port, stop);
            }
            catch (SocketException) when (n + 1 < addresses.Count)
            {
                // The next address may answer.
            }
        }
    }

    private static async ValueTask<Stream> DialAsync(IPAddress address, int port, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A connection that was not made, because of where it would have led.</summary>
public sealed class ConnectionRefusedException(string message) : IOException(message);
