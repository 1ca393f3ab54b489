using System.Net.Sockets;
using System.Text;

namespace TrainIdentity.Tests.Rig;

/// <summary>One request straight to the service, byte by byte, so that it can stop anywhere; nobody on the way repeats it.</summary>
internal sealed class KillWire : IDisposable
{
    private readonly TcpClient _connection = new();
    private readonly Uri _service;

    private KillWire(Uri service) => _service = service;

    public static async Task<KillWire> OpenAsync(Uri service)
    {
        var wire = new KillWire(service);
        await wire._connection.ConnectAsync(service.Host, service.Port, ServiceRig.Stop);
        return wire;
    }

    public Task HeadAsync(string request, string token, params IEnumerable<(string Name, string Value)> headers) =>
        BodyAsync(Encoding.ASCII.GetBytes(
            $"{request} HTTP/1.1\r\nHost: {_service.Authority}\r\nAuthorization: Bearer {token}\r\n{string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))}\r\n"));

    public Task BodyAsync(ReadOnlyMemory<byte> bytes) => _connection.GetStream().WriteAsync(bytes, ServiceRig.Stop).AsTask();

    /// <summary>Reads as many bytes of the answer as are expected, and no more.</summary>
    public async Task ExpectAsync(string beginning)
    {
        var bytes = new byte[beginning.Length];
        await _connection.GetStream().ReadExactlyAsync(bytes, ServiceRig.Stop);
        Assert.Equal(beginning, Encoding.ASCII.GetString(bytes));
    }

    public void Dispose() => _connection.Dispose();
}
