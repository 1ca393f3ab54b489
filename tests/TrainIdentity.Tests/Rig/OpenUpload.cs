using System.Net.Sockets;
using System.Text;

namespace TrainIdentity.Tests.Rig;

/// <summary>An upload whose body the service has asked for and does not get.</summary>
internal sealed class OpenUpload : IDisposable
{
    private readonly TcpClient _socket = new();

    public static byte[] Head(Uri to, string token, long length, string path = "/api/train-identity", bool ask = true) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {to.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{(ask ? "Expect: 100-continue\r\n" : "")}\r\n");

    /// <summary>Returns once the service reads.</summary>
    public static async Task<OpenUpload> StartAsync(Uri to, string token, long length)
    {
        var upload = new OpenUpload();
        await upload._socket.ConnectAsync(to.Host, to.Port, TestContext.Current.CancellationToken);
        await upload._socket.GetStream().WriteAsync(Head(to, token, length), TestContext.Current.CancellationToken);
        var answer = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await upload._socket.GetStream().ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        return upload;
    }

    public void Dispose() => _socket.Dispose();
}
