using System.Security.Cryptography;
using System.Text.Json;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>Open to all, so it is made anew only when something in it has changed.</summary>
internal sealed class LimitsEndpoint(Settings settings, Terms terms, Preflight preflight)
{
    public const string Route = "/api/limits";

    private Answer _last = Answer.Of(settings, terms, PreflightReport.Nothing);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(
        Route, ["GET", "HEAD"], (HttpContext context, LimitsEndpoint limits) => limits.GetAsync(context));

    private async Task<IResult> GetAsync(HttpContext context)
    {
        var now = await preflight.LastAsync(context.RequestAborted);
        var answer = _last;
        if (answer.Report != now)
        {
            answer = _last = Answer.Of(settings, terms, now);
        }

        context.Response.Headers.ETag = answer.ETag;
        return EntityTags.IsKnown(context.Request, answer.ETag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(answer.Body, "application/json; charset=utf-8");
    }

    private sealed record Answer(PreflightReport Report, byte[] Body, string ETag)
    {
        public static Answer Of(Settings settings, Terms terms, PreflightReport report)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(LimitsView.Of(settings, terms, report), ApiJson.Default.LimitsView);
            return new(report, body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}\"");
        }
    }
}
