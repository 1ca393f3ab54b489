using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>Calls per window, token and bucket; the anonymous share one. The defaults are those of a free account.</summary>
/// <param name="Api">Of the API and of Git LFS.</param>
/// <param name="Resolvers">Of addresses that contain <c>/resolve/</c>.</param>
/// <param name="Pages">Of everything else.</param>
/// <param name="WindowSeconds">Windows are fixed: they start at whole multiples of this.</param>
public sealed record RateLimits(int Api = 1000, int Resolvers = 5000, int Pages = 200, int WindowSeconds = RateLimits.UsualWindowSeconds)
{
    internal const int UsualWindowSeconds = 300;

    internal int QuotaOf(string bucket) => bucket switch
    {
        Buckets.Resolvers => Resolvers,
        Buckets.Pages => Pages,
        _ => Api,
    };
}

internal static class Buckets
{
    public const string Api = "api";
    public const string Resolvers = "resolvers";
    public const string Pages = "pages";

    public static string Of(string path) =>
        path.Contains("/resolve/", StringComparison.Ordinal) ? Resolvers
        : path.StartsWith("/api/", StringComparison.Ordinal) || path.Contains(".git/", StringComparison.Ordinal) ? Api
        : Pages;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RateLimits))]
internal sealed partial class RateLimitsJson : JsonSerializerContext;
