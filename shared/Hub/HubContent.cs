using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TrainIdentity.Hub;

internal static class HubContent
{
    public const string GitLfs = "application/vnd.git-lfs+json";

    /// <summary>A body of known length, made anew at each call.</summary>
    public static Func<HttpContent> Json<T>(T value, JsonTypeInfo<T> type, string mediaType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return () => Bytes(bytes, mediaType);
    }

    public static HttpContent Bytes(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }
}
