using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Auth;

/// <summary>Requests byte by byte, as clients of no library would send them, of which a good token would make an identity.</summary>
internal static partial class TokenWire
{
    private static readonly string Photos = new JsonObject
    {
        ["identityName"] = "Mom",
        ["imageFiles"] = new JsonArray([.. Enumerable.Range(0, 3).Select(n => new JsonObject
        {
            ["name"] = $"{n}.png",
            ["data"] = Convert.ToBase64String(PngBytes.Photo(PngBytes.Chunk("pHYs", 0, 0, 0, (byte)(n + 1), 0, 0, 0, 1, 1))),
        })]),
    }.ToJsonString();

    [GeneratedRegex("\"code\":\"([a-z_]+)\"")]
    private static partial Regex Code();

    public static Task<(int Status, string? Code)> UploadAsync(Uri service, IEnumerable<string> lines, string query = "", string? form = null) =>
        SendAsync(service, $"POST /api/train-identity{query}", [.. lines, form is null ? "Content-Type: application/json" : "Content-Type: application/x-www-form-urlencoded"], form ?? Photos);

    public static Task<(int Status, string? Code)> ListAsync(Uri service, IEnumerable<string> lines, string query = "") =>
        SendAsync(service, $"GET /api/identities{query}", lines, body: null);

    private static async Task<(int Status, string? Code)> SendAsync(Uri service, string request, IEnumerable<string> lines, string? body)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(service.Host, service.Port, ServiceRig.Stop);
        string[] all = [$"{request} HTTP/1.1", $"Host: {service.Authority}", "Connection: close", .. body is null ? [] : new[] { $"Content-Length: {body.Length}" }, .. lines];
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", all) + "\r\n\r\n" + body), ServiceRig.Stop);

        using var answer = new MemoryStream();
        await connection.GetStream().CopyToAsync(answer, ServiceRig.Stop);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        return (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), Code().Match(text) is { Success: true } code ? code.Groups[1].Value : null);
    }
}
