using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TrainIdentity.Functions.Http;

/// <summary>Compares the tags of a conditional request with that of what is there now (RFC 9110, 13.1).</summary>
internal static class EntityTags
{
    /// <summary>The caller has this version already; a weak tag of it will do.</summary>
    public static bool IsKnown(HttpRequest request, string etag) => Any(request.Headers.IfNoneMatch, etag, strong: false);

    /// <summary>The change is for this version; a weak tag never means one.</summary>
    public static bool IsMeant(StringValues ifMatch, string etag) => Any(ifMatch, etag, strong: true);

    private static bool Any(StringValues given, string etag, bool strong)
    {
        if (!EntityTagHeaderValue.TryParseList(given, out var tags))
        {
            return false;
        }

        var current = new EntityTagHeaderValue(etag);
        return tags is [var only] && only.Equals(EntityTagHeaderValue.Any) || tags.Any(tag => tag.Compare(current, strong));
    }
}
