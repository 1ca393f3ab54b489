using System.Net;
using System.Net.Sockets;

namespace TrainIdentity.Tests.Outgoing;

/// <summary>Takes connections on loopback, counts them, answers one request on each with an empty 200 and hangs up.</summary>
internal sealed class OneLineServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;
    private int _connections;

    public OneLineServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Ends with the first connection.</summary>
    public Task Reached => _reached.Task;

    public async ValueTask<Stream> ConnectAsync(CancellationToken stop)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, stop);
        return client.GetStream();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _reached.TrySetResult();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            _ = await stream.ReadAsync(new byte[4096], _stop.Token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
        }
        catch (IOException)
        {
            // Whoever called has hung up.
        }
    }
}
