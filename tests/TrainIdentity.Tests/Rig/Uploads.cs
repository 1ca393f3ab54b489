using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Rig;

/// <summary>Requests as frontends send them, from the sample photos.</summary>
internal static class Uploads
{
    public static readonly string[] Three = ["portrait-orientation6.jpg", "iphone4-gps.jpg", "meadow.png"];

    public static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "photos", name));

    /// <summary>The original's body.</summary>
    public static HttpContent Json(string? name, IEnumerable<string> data, string? userId = null, JsonNode? consent = null)
    {
        var body = new JsonObject { ["imageFiles"] = new JsonArray([.. data.Select((text, n) => new JsonObject { ["name"] = $"{n}.jpg", ["data"] = text })]) };
        if (name is not null)
        {
            body["identityName"] = name;
        }
        if (userId is not null)
        {
            body["userId"] = userId;
        }
        if (consent is not null)
        {
            body["consent"] = consent;
        }
        return Text(body.ToJsonString());
    }

    public static HttpContent Json(string? name, params string[] samples) => Json(name, samples.Select(sample => Convert.ToBase64String(Sample(sample))));

    public static HttpContent Text(string json) => new StringContent(json, Encoding.UTF8, "application/json");

    public static MultipartFormDataContent Multipart(string? name, params string[] samples)
    {
        var form = new MultipartFormDataContent();
        if (name is not null)
        {
            form.Add(new StringContent(name), "identityName");
        }
        foreach (var sample in samples)
        {
            var file = new ByteArrayContent(Sample(sample));
            file.Headers.ContentType = new MediaTypeHeaderValue("image/whatever");
            form.Add(file, "images", $"../../{sample}.html");
        }
        return form;
    }
}
