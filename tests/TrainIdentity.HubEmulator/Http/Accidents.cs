using Microsoft.AspNetCore.Connections;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>Reports what went wrong inside the emulator, so that its own mistakes are not taken for the Hub's.</summary>
internal sealed class Accidents(HubEmulatorOptions options)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (!IsClients(http, e))
        {
            await options.Errors.WriteLineAsync($"Hub emulator: {http.Request.Method} {http.Request.Path} failed.\n{e}");
            if (http.Response.HasStarted) throw;
            var kept = HubHeaders.Keep(http.Response.Headers);
            http.Response.Clear();
            foreach (var (name, value) in kept) http.Response.Headers[name] = value;
            await new Refusal(500, $"The emulator failed: {e.Message}").ExecuteAsync(http);
        }
    }

    /// <summary>Whether the connection went away, of itself or by a fault.</summary>
    private static bool IsClients(HttpContext http, Exception e) =>
        http.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException or BadHttpRequestException;
}
