using System.Text.Json;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Faults;

internal static class FaultRoutes
{
    public static void MapFaultRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/_emulator/faults", (FaultBook faults) => TypedResults.Json(faults.Waiting, FaultJson.Default.IReadOnlyListFault));
        routes.MapPost("/_emulator/faults", AddAsync);
        routes.MapDelete("/_emulator/faults", (FaultBook faults) =>
        {
            faults.Clear();
            return TypedResults.NoContent();
        });
    }

    /// <remarks>A fault that is misspelt is refused, so that no test passes because nothing went wrong.</remarks>
    private static async Task<IResult> AddAsync(HttpContext http, FaultBook faults)
    {
        try
        {
            var fault = await JsonSerializer.DeserializeAsync(http.Request.Body, FaultJson.Default.Fault, http.RequestAborted);
            if (fault is null) return Refusals.Invalid("A fault is a JSON object.");
            faults.Add(fault);
            return TypedResults.Json(fault, FaultJson.Default.Fault);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return Refusals.Invalid(e.Message);
        }
    }
}
