using Microsoft.AspNetCore.Http.Features;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>
/// A revision and the path behind it, from the undecoded request target: routing has decoded some escapes by then,
/// which would make a doubly encoded revision look right.
/// </summary>
internal readonly record struct RawTarget(string Revision, string Path)
{
    /// <summary>Of <c>/api/{types}/{ns}/{name}/{verb}/{rev}/{path}</c>.</summary>
    public static RawTarget OfApi(HttpContext http) => At(http, 5);

    /// <summary>Of <c>/{types}/{ns}/{name}/{verb}/{rev}/{path}</c>, where models have no types segment.</summary>
    public static RawTarget OfPage(HttpContext http) => At(http, http.Request.RouteValues.ContainsKey("types") ? 4 : 3);

    /// <summary>The request target with its query, as it came.</summary>
    public static string TextOf(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static RawTarget At(HttpContext http, int segment)
    {
        var segments = TextOf(http).Split('?', 2)[0].Split('/')[(segment + 1)..];
        var length = segments is ["refs", _, _, ..] ? 3 : 1;
        return new(Decode(segments[..length]), Decode(segments[length..]).Trim('/'));
    }

    private static string Decode(string[] segments) => string.Join('/', segments.Select(Uri.UnescapeDataString));
}
