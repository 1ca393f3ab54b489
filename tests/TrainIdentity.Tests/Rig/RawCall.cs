using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TrainIdentity.Tests.Rig;

internal sealed record RawReply(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public string? Header(string name) =>
        Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList() is { Count: > 0 } values ? string.Join(", ", values) : null;
}

/// <summary>One HTTP/1.1 request as exactly these bytes, because clients send no wrong ones, and its answer.</summary>
internal static class RawCall
{
    public static async Task<RawReply> SendAsync(Uri to, ReadOnlyMemory<byte> request, string method, CancellationToken stop)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(to.Host, to.Port, stop);
        var stream = socket.GetStream();
        var sending = SendAsync(stream, request, stop);
        var reply = await ReadAsync(stream, hasBody: method != "HEAD", stop);

        // An answer may come before the request is all sent; the rest is nobody's business then.
        socket.Close();
        await sending;
        return reply;
    }

    private static async Task<RawReply> ReadAsync(Stream stream, bool hasBody, CancellationToken stop)
    {
        var (status, headers) = await HeadAsync(stream, stop);
        var reply = new RawReply(status, headers, "");

        // Nobody here sends more when asked to, so a 100 is the last that is heard.
        return !hasBody || status is < 200 or 204 or 304 ? reply : reply with { Body = Encoding.UTF8.GetString(await BodyAsync(stream, reply, stop)) };
    }

    private static async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        try
        {
            await stream.WriteAsync(request, stop);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
        }
    }

    private static async Task<(int Status, List<(string, string)> Headers)> HeadAsync(Stream stream, CancellationToken stop)
    {
        var first = await LineAsync(stream, stop);
        var headers = new List<(string, string)>();
        while (await LineAsync(stream, stop) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }
        return (int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    private static async Task<byte[]> BodyAsync(Stream stream, RawReply reply, CancellationToken stop)
    {
        if (reply.Header("Content-Length") is { } length)
        {
            return await BytesAsync(stream, int.Parse(length, CultureInfo.InvariantCulture), stop);
        }

        using var body = new MemoryStream();
        if (reply.Header("Transfer-Encoding") != "chunked")
        {
            await stream.CopyToAsync(body, stop);
            return body.ToArray();
        }
        while (int.Parse(await LineAsync(stream, stop), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            await body.WriteAsync(await BytesAsync(stream, size, stop), stop);
            await LineAsync(stream, stop);
        }
        await LineAsync(stream, stop);
        return body.ToArray();
    }

    private static async Task<byte[]> BytesAsync(Stream stream, int count, CancellationToken stop)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    private static async Task<string> LineAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, stop);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append((char)one[0]);
        }
    }
}
