using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>The Hub's own form of an error: status, headers and a JSON body that say the same.</summary>
internal sealed record Refusal(int Status, string Error, string? Code = null) : IResult
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the thing already is, for conflicts.</summary>
    public string? Url { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Code is not null) response.Headers["X-Error-Code"] = Code;
        if (Error.All(c => c is >= ' ' and <= '~')) response.Headers["X-Error-Message"] = Error;
        foreach (var (name, value) in Headers) response.Headers[name] = value;

        var body = new JsonObject { ["error"] = Error };
        if (Url is not null) body["url"] = Url;
        return new Answer(body) { Status = Status }.ExecuteAsync(httpContext);
    }
}
