using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using TrainIdentity;
using TrainIdentity.Functions;
using TrainIdentity.Functions.Http;

RedactedOutput.Install();
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

// The empty builder reads no files and watches none: settings are the environment's, as the Functions host hands them on.
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.AddEnvironmentVariables().AddCommandLine(args);
var operated = OperatorCommands.Known(args);
if (!Settings.TryRead(builder.Configuration, out var settings, out var unreadable))
{
    Console.Error.WriteLine(unreadable);
    return 1;
}
if (settings.Faults(builder.Configuration).Concat(operated ? [] : ServingFaults.Of(settings, builder.Configuration)).ToList() is { Count: > 0 } faults)
{
    faults.ForEach(Console.Error.WriteLine);
    return 1;
}

builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Azure", LogLevel.Warning);
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    Pipeline.Limit(kestrel, settings.Limits);
    if (settings.HandlerPort is { } port)
    {
        kestrel.Listen(IPAddress.Loopback, port);
    }
});
// After Kestrel has registered its own, since the last one counts.
builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlocks>();
if (settings.HandlerPort is null)
{
    // The Functions host leaks its own ASPNETCORE_URLS to us, so only the command line says where to listen.
    var commandLine = new ConfigurationBuilder().AddCommandLine(args).Build();
    builder.WebHost.UseUrls(commandLine["urls"] ?? "http://127.0.0.1:8080");
    builder.Services.AddHostedService<ReconcileLoop>();
}
builder.Services.AddRoutingCore();
builder.Services.AddTrainIdentity(settings, builder.Configuration, operated ? AzureCredentials.OfOperator : AzureCredentials.OfApp);
if (operated)
{
    builder.Services.AddOperatorCommands(settings, builder.Configuration);
}
else
{
    builder.Services.AddTelemetryExport(settings, builder.Configuration);
}

var app = builder.Build();
if (operated)
{
    return await app.Services.GetRequiredService<OperatorCommands>().RunAsync(args, CancellationToken.None);
}

Pipeline.Use(app);
if (settings.HandlerPort is not null)
{
    ReconcileTrigger.Map(app);
}
await app.RunAsync();
return 0;
