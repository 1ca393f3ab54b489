using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Functions;

/// <summary>What every request passes on its way to its endpoint, whichever program serves it.</summary>
internal static class Pipeline
{
    public static void Limit(KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = new(limits.BodyBytesPerSecond, limits.BodyGrace);
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersWithin;

        // What is over these is answered by Kestrel, without a body; what is over ours, by us.
        kestrel.Limits.MaxRequestHeadersTotalSize = 4 * limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = 4 * limits.HeaderCount;
    }

    public static void Use(IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        app.Use(RequestSpan.InvokeAsync);
        app.Use(Answers.InvokeAsync);
        app.Use(ReconcileTrigger.GuardAsync);
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto });
        app.Use(services.GetRequiredService<Cors>().InvokeAsync);
        app.Use(services.GetRequiredService<Guards>().BeforeRoutingAsync);
        app.UseRouting();
        app.Use(Guards.AfterRoutingAsync);
        app.UseEndpoints(Endpoints.Map);
    }
}
