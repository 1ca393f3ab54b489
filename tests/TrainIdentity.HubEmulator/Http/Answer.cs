using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>A JSON answer with its length stated.</summary>
internal sealed record Answer(JsonNode Body) : IResult
{
    public const string Lfs = "application/vnd.git-lfs+json; charset=utf-8";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public static string Text(JsonNode node) => node.ToJsonString(Plain);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Text(Body));
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.ContentLength = bytes.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
