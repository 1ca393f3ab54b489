using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TrainIdentity.Hub;

/// <summary>Reads a refusal in any of the shapes the Hub uses.</summary>
internal static class HubErrors
{
    private const string BadToken = "Invalid credentials";

    /// <summary>Any other 401 may mean that something is not there, or not for us.</summary>
    public static bool IsBadToken(HubException e) =>
        e.Status is HttpStatusCode.Unauthorized && e.Words.Contains(BadToken, StringComparison.OrdinalIgnoreCase);

    public static HubException Read(HubCall call, HttpStatusCode status, HttpResponseHeaders headers, byte[] body, DateTimeOffset now)
    {
        var code = First(headers, "X-Error-Code");
        var words = Words(headers, body);
        return new HubException(Classify(status, code, words), call.Name, $"{(int)status} {words}")
        {
            Status = status,
            ErrorCode = code,
            RequestId = First(headers, "X-Request-Id"),
            RetryAfter = RetryAdvice.Read(status, headers, now),
            OutcomeUnknown = (int)status >= 500 || status is HttpStatusCode.RequestTimeout,
        };
    }

    /// <param name="code">The Hub's <c>X-Error-Code</c>.</param>
    public static HubFault Classify(HttpStatusCode status, string? code, string words) => (int)status switch
    {
        404 when code is "RepoNotFound" => HubFault.RepoMissing,
        401 => HubFault.Auth,
        402 => HubFault.Quota,
        400 or 403 when words.Contains("storage limit", StringComparison.OrdinalIgnoreCase) => HubFault.Quota,
        403 => HubFault.Auth,
        429 => HubFault.RateLimited,
        408 or >= 500 => HubFault.Unavailable,

        // All our users share one account, and the Hub creates one repo at a time per account.
        409 when words.Contains("conflicting operation", StringComparison.OrdinalIgnoreCase) => HubFault.Unavailable,
        _ => HubFault.Refused,
    };

    private static string Words(HttpResponseHeaders headers, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is JsonValueKind.Object)
            {
                return FromJson(json.RootElement) ?? First(headers, "X-Error-Message") ?? "";
            }
        }
        catch (JsonException)
        {
            // A proxy's HTML page says nothing useful; plain text may.
        }

        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))).Trim();
        return First(headers, "X-Error-Message") ?? (text.StartsWith('<') ? "" : text);
    }

    private static string? FromJson(JsonElement root)
    {
        foreach (var name in (ReadOnlySpan<string>)["error", "message"])
        {
            if (root.TryGetProperty(name, out var value))
            {
                return value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(item => item.ToString())),
                    _ => null,
                };
            }
        }

        return root.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array
            ? string.Join("; ", errors.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.Object && item.TryGetProperty("message", out var m) ? m.ToString() : ""))
            : null;
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
