using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Auth;
using TrainIdentity.Functions;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Output;

/// <summary>What a collector of traces and metrics would be told while the service works.</summary>
public sealed class SpanTests(Tables tables)
{
    private const string User = "canary-span-uid-41bd";
    private const string Name = "Zaphodine";

    [Fact]
    public async Task Neither_spans_nor_measurements_name_a_person_or_an_address_that_does()
    {
        await using var hub = await EmulatedHub.StartAsync(new HubEmulatorOptions { Token = Canaries.HubToken, RunnerToken = Canaries.TrainerToken }, ServiceRig.Stop);
        using var services = Service(hub, await tables.ConnectionStringAsync());
        var told = new ConcurrentQueue<string>();
        using var spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => told.Enqueue($"{span.Source.Name} {span.OperationName} {span.DisplayName} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Baggage)}"),
        };
        ActivitySource.AddActivityListener(spans);
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => told.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => told.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();

        IdentityName.Read(Name, out var name);
        var outcome = await services.GetRequiredService<Intake>().TrainAsync(
            Caller.From("issuer", User, primary: true), new Submission(name!, SimPhotos.Set(0), null, null), TimeSpan.Zero, ServiceRig.Stop);

        Assert.Equal(IdentityState.Training, outcome.Identity!.State);
        Assert.Contains(told, text => text.StartsWith("trainidentity.", StringComparison.Ordinal));
        foreach (var canary in (string[])[User, Name, Canaries.HubToken, Canaries.TrainerToken, "X-Amz-", "PartitionKey"])
        {
            CanaryRun.AssertAbsent(canary, canary, told);
        }
    }

    private static ServiceProvider Service(EmulatedHub hub, string storage)
    {
        var own = Guid.NewGuid().ToString("N")[..12];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(Canaries.Settings)
        {
            ["Local"] = "true",
            ["Hub:Endpoint"] = hub.Url.AbsoluteUri,
            ["Storage:ConnectionString"] = storage,
            ["Storage:IdentitiesTable"] = $"Rows{own}",
            ["Storage:IndexTable"] = $"Index{own}",
            ["Training:Image"] = "local/trainer",
        }).Build();
        var settings = Settings.Read(configuration);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTrainIdentity(settings, configuration);
        return services.BuildServiceProvider();
    }
}
