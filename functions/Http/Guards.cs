using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace TrainIdentity.Functions.Http;

/// <summary>Media types of a route that answers with something else than JSON, such as a picture.</summary>
internal sealed record AnswersWith(params string[] MediaTypes);

/// <summary>What is refused from the head of a request alone, alike for every route.</summary>
internal sealed class Guards(LimitOptions limits)
{
    private static readonly AnswersWith Json = new("application/json", "application/problem+json");

    // The server has decoded and resolved these by now; no address of ours holds them.
    private static readonly SearchValues<string> Winding = SearchValues.Create(["//", "/.", "%2e", "%2f", "%5c", "\\"], StringComparison.OrdinalIgnoreCase);

    public Task BeforeRoutingAsync(HttpContext context, RequestDelegate next) =>
        IsHeavy(context.Request.Headers) ? Problems.HeadersTooLarge.ExecuteAsync(context)
        : IsWinding(context) ? Problems.NotFound.ExecuteAsync(context)
        : next(context);

    public static Task AfterRoutingAsync(HttpContext context, RequestDelegate next)
    {
        // Answers such as 405 are endpoints too, but no routes.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }
        var answers = endpoint.Metadata.GetMetadata<AnswersWith>() ?? Json;
        return !Accepts(context.Request, answers) ? Problems.NotAcceptable(answers.MediaTypes[0]).ExecuteAsync(context)
            : IsEncoded(context.Request) ? Problems.MediaType.ExecuteAsync(context)
            : next(context);
    }

    private bool IsHeavy(IHeaderDictionary headers)
    {
        var (bytes, count) = (0L, 0);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + (value?.Length ?? 0) + 4;
                count++;
            }
        }
        return bytes > limits.HeaderBytes || count > limits.HeaderCount;
    }

    private static bool IsWinding(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        if (raw.IndexOf("://") is > 0 and var scheme && raw[..scheme].IndexOfAny('/', '?') < 0)
        {
            raw = raw[(scheme + 3)..];
        }
        var query = raw.IndexOf('?');
        return (query < 0 ? raw : raw[..query]).ContainsAny(Winding);
    }

    /// <summary>No Accept, or one that cannot be read, accepts anything.</summary>
    private static bool Accepts(HttpRequest request, AnswersWith answers)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0)
        {
            return true;
        }
        return answers.MediaTypes.Any(type => accepted.Any(range => range.Quality is null or > 0 && new MediaTypeHeaderValue(type).IsSubsetOf(Bare(range))));
    }

    /// <summary>A range without its parameters, which would otherwise have to be ours too.</summary>
    private static MediaTypeHeaderValue Bare(MediaTypeHeaderValue range) => new(range.MediaType);

    private static bool IsEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding.Any(encoding => encoding is { Length: > 0 } && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
}
