using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

internal enum CaseSend
{
    /// <summary>With the body's length.</summary>
    Length,

    Chunked,

    /// <summary>The head alone, with whatever length its headers announce.</summary>
    Head,
}

/// <summary>One entry of <c>Cases/requests.json</c>: what is sent, byte for byte, and what must come of it.</summary>
internal sealed partial record RequestCase
{
    public required string Id { get; init; }

    public required string What { get; init; }

    public string Method { get; init; } = "POST";

    public string Path { get; init; } = "/api/train-identity";

    /// <summary><c>good</c>, <c>bad</c> or <c>none</c>.</summary>
    public string Token { get; init; } = "good";

    public IReadOnlyList<string> Headers { get; init; } = [];

    public string Type { get; init; } = "application/json";

    public string? Body { get; init; }

    public CaseSend Send { get; init; }

    /// <summary>Accepted uploads of the same user before this request.</summary>
    public int UploadsBefore { get; init; }

    public required int Status { get; init; }

    public string? Code { get; init; }

    public string? Error { get; init; }

    /// <summary>Pointer and code of each of <c>errors</c>.</summary>
    public IReadOnlyList<string>? Errors { get; init; }

    public IReadOnlyDictionary<string, string?> Answers { get; init; } = new Dictionary<string, string?>();

    /// <summary>Paths of the photos in the commit that an accepted request makes.</summary>
    public IReadOnlyList<string>? Photos { get; init; }

    /// <summary>Answered by the web server below us: there is no body, and none of our headers.</summary>
    public bool Bare { get; init; }

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    public static IReadOnlyDictionary<string, RequestCase> All { get; } = JsonSerializer
        .Deserialize<List<RequestCase>>(File.ReadAllText(System.IO.Path.Combine(Checkout.Root, "tests/TrainIdentity.Tests/Cases/requests.json")), Strict)!
        .ToDictionary(one => one.Id);

    public byte[] Request(string authority, string? authorization, Func<string, string?> words)
    {
        var body = Body is null ? [] : Bytes(Body, words);
        var head = new StringBuilder($"{Method} {Text(Path, words)} HTTP/1.1\r\nHost: {authority}\r\n");
        if (authorization is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {authorization}\r\n");
        }
        if (Body is not null && Type.Length > 0)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {Text(Type, words)}\r\n");
        }
        foreach (var header in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{Text(header, words)}\r\n");
        }
        if (Send is CaseSend.Length && (Body is not null || Method is "POST" or "PUT" or "PATCH"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }
        if (Send is CaseSend.Chunked)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
            body = [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];
        }
        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. Send is CaseSend.Head ? [] : body];
    }

    public static string Text(string text, Func<string, string?> words) => Word().Replace(text, match => Encoding.UTF8.GetString(Meant(match.Groups[1].Value, words)));

    private static byte[] Bytes(string text, Func<string, string?> words)
    {
        using var bytes = new MemoryStream();
        var at = 0;
        foreach (Match match in Word().Matches(text))
        {
            bytes.Write(Encoding.UTF8.GetBytes(text[at..match.Index]));
            bytes.Write(Meant(match.Groups[1].Value, words));
            at = match.Index + match.Length;
        }
        bytes.Write(Encoding.UTF8.GetBytes(text[at..]));
        return bytes.ToArray();
    }

    private static byte[] Meant(string word, Func<string, string?> words)
    {
        var parts = word.Split(':', 3);
        int Number() => int.Parse(parts[1], CultureInfo.InvariantCulture);
        return parts[0] switch
        {
            "raw" => TinyPhotos.Png(Number()),
            "bytes" => Convert.FromHexString(parts[1]),
            "base64" => Encoding.ASCII.GetBytes(TinyPhotos.Base64(Number())),
            "base64url" => Encoding.ASCII.GetBytes(TinyPhotos.Base64(Number()).Replace('+', '-').Replace('/', '_')),
            "unpadded" => Encoding.ASCII.GetBytes(TinyPhotos.Base64(Number()).TrimEnd('=')),
            "lines" => Encoding.ASCII.GetBytes(string.Join("\\n", TinyPhotos.Base64(Number()).Chunk(76).Select(line => new string(line)))),
            "photos" => Encoding.ASCII.GetBytes(TinyPhotos.Entries(Number())),
            "parts" => [.. Enumerable.Range(0, Number()).SelectMany(Part)],
            "repeat" => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(parts[2], Number()))),
            _ => Encoding.UTF8.GetBytes(words(parts[0]) ?? throw new FormatException($"Nobody knows the word {word}.")),
        };
    }

    private static byte[] Part(int number) =>
        [.. Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"images\"; filename=\"{number}.png\"\r\n\r\n"), .. TinyPhotos.Png(number), .. "\r\n"u8];

    [GeneratedRegex(@"\{\{([^{}]+)\}\}")]
    private static partial Regex Word();
}
