using System.Security.Cryptography;
using System.Text.Json;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Functions;

/// <summary>Open to all, so it is made anew only when something in it has changed.</summary>
internal sealed class LimitsEndpoint(Settings settings, HardwarePrice price)
{
    public const string Route = "/api/limits";

    private Answer _last = Answer.Of(settings, null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(
        Route, ["GET", "HEAD"], (HttpContext context, LimitsEndpoint limits) => limits.GetAsync(context));

    private async Task<IResult> GetAsync(HttpContext context)
    {
        var now = await price.PerHourAsync(context.RequestAborted);
        var answer = _last;
        if (answer.Price != now)
        {
            answer = _last = Answer.Of(settings, now);
        }

        context.Response.Headers.ETag = answer.ETag;
        return EntityTags.IsKnown(context.Request, answer.ETag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(answer.Body, "application/json; charset=utf-8");
    }

    private sealed record Answer(decimal? Price, byte[] Body, string ETag)
    {
        public static Answer Of(Settings settings, decimal? price)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(LimitsView.Of(settings, price), ApiJson.Default.LimitsView);
            return new(price, body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}\"");
        }
    }
}
