using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Rig;

/// <summary>What the service really maps, read from the routes themselves.</summary>
internal static class MappedRoutes
{
    public static IReadOnlyList<(string Route, string Method)> All { get; } = Read();

    /// <summary>Those that callers see; the bare address is the Functions host's alone.</summary>
    public static IReadOnlyList<string> Public { get; } = [.. All.Select(one => one.Route).Where(route => route != "/").Distinct()];

    private static List<(string Route, string Method)> Read()
    {
        var folder = Directory.CreateTempSubdirectory("routes-");
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Configuration.AddInMemoryCollection([new("Spool:Folder", folder.FullName)]);
            builder.WebHost.UseKestrelCore();
            builder.Services.AddRoutingCore();
            builder.Services.AddTrainIdentity(Settings.Read(builder.Configuration), builder.Configuration);
            using var app = (IDisposable)builder.Build();
            Endpoints.Map((IEndpointRouteBuilder)app);
            return [.. from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                       from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                       select (endpoint.RoutePattern.RawText!, method)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
