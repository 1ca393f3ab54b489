using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Refusals in the words of the Hub and of its storage.</summary>
internal static class WireAnswers
{
    public static readonly Uri Foreign = new("https://foreign.invalid/stolen");

    private const string Page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(7);

    public static HttpResponseMessage For(WireFault fault, WireCall call, DateTimeOffset now) => fault switch
    {
        WireFault.BadGatewayPage502 => With(HttpStatusCode.BadGateway, Page, "text/html"),
        WireFault.ForeignRedirect307 => Redirect(),
        WireFault.RateLimit429 => Limited(call, headers => headers.TryAddWithoutValidation("RateLimit", "\"api\";r=0;t=11")),
        WireFault.RetryAfterSeconds429 => Limited(call, headers => headers.RetryAfter = new RetryConditionHeaderValue(RetryAfter)),
        WireFault.RetryAfterDate429 => Limited(call, headers => headers.RetryAfter = new RetryConditionHeaderValue(now + RetryAfter)),
        _ => Refusal(fault, call),
    };

    public static HttpResponseMessage Junk(int shape) => shape switch
    {
        0 => With(HttpStatusCode.OK, Page, "text/html"),
        1 => With(HttpStatusCode.OK, "", "application/json"),
        2 => With(HttpStatusCode.OK, "{\"objects\":[{\"oid\":\"", "application/json"),
        _ => With(HttpStatusCode.OK, """{"id":["x"],"name":7,"sha":{},"private":"yes","objects":{},"commitOid":false,"status":[]}""", "application/json"),
    };

    public static HttpResponseMessage Json(JsonNode body) => With(HttpStatusCode.OK, body.ToJsonString(), "application/json");

    private static HttpResponseMessage Refusal(WireFault fault, WireCall call)
    {
        var (status, words, code) = fault switch
        {
            WireFault.Unauthorized401Token => (401, "Invalid credentials in Authorization header", null),
            WireFault.Unauthorized401Repo => (401, "Invalid username or password.", null),
            WireFault.PaymentRequired402 => (402, "Payment required: add credits to continue", null),
            WireFault.Forbidden403 => (403, "Forbidden", null),
            WireFault.NotFound404 => (404, "Repository not found", call >= WireCall.JobList && call <= WireCall.JobCancel ? null : "RepoNotFound"),
            WireFault.RequestTimeout408 => (408, "Request timeout", null),
            WireFault.Busy409 => (409, "Cannot create repo: another conflicting operation is in progress", null),
            WireFault.Exists409 => (409, "You already created this model repo", null),
            WireFault.StaleParent412 => (412, "A commit has happened since. Please refresh and try again.", null),
            WireFault.TooLarge413 => (413, "Payload too large", null),
            WireFault.Unprocessable422 => (422, "Unprocessable entity", null),
            WireFault.Unavailable503 => (503, "Service temporarily unavailable", null),
            WireFault.GatewayTimeoutAfterEffect504 => (504, "Gateway timeout", null),
            _ => (500, "Internal Error - We're working hard to fix this as soon as possible!", (string?)null),
        };
        return Refusal(status, words, code, call);
    }

    private static HttpResponseMessage Refusal(int status, string words, string? code, WireCall call)
    {
        if (call is WireCall.Put)
        {
            return With((HttpStatusCode)status, string.Create(CultureInfo.InvariantCulture, $"<Error><Code>Status{status}</Code><Message>refused</Message></Error>"), "application/xml");
        }

        var answer = With((HttpStatusCode)status, new JsonObject { ["error"] = words }.ToJsonString(), "application/json");
        answer.Headers.TryAddWithoutValidation("X-Error-Message", words);
        if (code is not null)
        {
            answer.Headers.TryAddWithoutValidation("X-Error-Code", code);
        }
        return answer;
    }

    private static HttpResponseMessage Limited(WireCall call, Action<HttpResponseHeaders> advise)
    {
        var answer = Refusal(429, "We had to rate limit your requests. Please retry later.", null, call);
        advise(answer.Headers);
        return answer;
    }

    private static HttpResponseMessage Redirect()
    {
        var answer = With(HttpStatusCode.TemporaryRedirect, "", "text/plain");
        answer.Headers.Location = Foreign;
        return answer;
    }

    private static HttpResponseMessage With(HttpStatusCode status, string body, string type) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };
}
