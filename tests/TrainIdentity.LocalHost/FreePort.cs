using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TrainIdentity.LocalHost;

internal static class FreePort
{
    // Below Linux's range for outgoing connections, so none of those takes the port of a handler between two starts.
    private const int Lowest = 20_000;
    private const int Highest = 32_767;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest + 1);
            if (CanListen(port) && Given.TryAdd(port, true)) return port;
        }
    }

    private static bool CanListen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
