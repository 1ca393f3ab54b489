using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.Benchmarks;

/// <summary>
/// Sends a file as the body of a request with as little of its own work as there can be: the kernel copies it into the
/// socket. The time is the caller's, from the connection to the last byte of the answer.
/// </summary>
internal static class Caller
{
    public static async Task<Reply> SendAsync(string method, Uri address, string? token, string contentType, string file)
    {
        var head = new StringBuilder($"{method} {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {new FileInfo(file).Length}\r\n");
        if (token is not null) head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {token}\r\n");
        head.Append("\r\n");

        var from = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        await socket.SendFileAsync(file, Encoding.ASCII.GetBytes(head.ToString()), ReadOnlyMemory<byte>.Empty, TransmitFileOptions.UseDefaultWorkerThread);
        using var answer = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(answer);
        var took = Stopwatch.GetElapsedTime(from);

        var text = Encoding.UTF8.GetString(answer.ToArray());
        return new Reply(int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], took.TotalSeconds);
    }
}

/// <param name="Seconds">From the connection to the last byte of the answer.</param>
internal sealed record Reply(int Status, string Text, double Seconds)
{
    public Reply Expect(int status) => Status == status ? this : throw new InvalidOperationException($"Answered {Status} where {status} was expected: {Text[..Math.Min(Text.Length, 500)]}");

    // Bodies of unknown length come in chunks; ours are one object each.
    public JsonNode Json => JsonNode.Parse(Text[Text.IndexOf('{', StringComparison.Ordinal)..(Text.LastIndexOf('}') + 1)])!;
}
