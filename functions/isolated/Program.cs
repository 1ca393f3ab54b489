using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using TrainIdentity.Functions;
using TrainIdentity.Functions.Isolated;

RedactedOutput.Install();
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
if (!Settings.TryRead(builder.Configuration, out var settings, out var unreadable))
{
    Console.Error.WriteLine(unreadable);
    return 1;
}
if (settings.Faults(builder.Configuration).Concat(ServingFaults.Of(settings, builder.Configuration)).ToList() is { Count: > 0 } faults)
{
    faults.ForEach(Console.Error.WriteLine);
    return 1;
}
builder.Services.Configure<KestrelServerOptions>(kestrel => Pipeline.Limit(kestrel, settings.Limits));
builder.Services.AddRoutingCore();
builder.Services.AddTrainIdentity(settings, builder.Configuration);
builder.Services.AddTelemetryExport(settings, builder.Configuration);
builder.Services.AddSingleton<OwnRoutes>();
await builder.Build().RunAsync();
return 0;
