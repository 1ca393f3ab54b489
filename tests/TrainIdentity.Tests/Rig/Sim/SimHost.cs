using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Functions;
using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One process of the service: its real composition, over the world's time, tables and Hub.</summary>
internal sealed class SimHost
{
    // Told apart by reference: two calls of one host may look alike.
    private readonly ConditionalWeakTable<TableCall, object> _tableCalls = [];
    private readonly ServiceProvider _all;

    public SimHost(World world, string name, TimeSpan skew)
    {
        var seed = HashCode(world.Seed, name);
        (Name, Clock) = (name, new HostClock(world.Clock, seed) { Skew = skew });
        Gate = new HostGate(world.Clock, Clock, name, seed);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTrainIdentity(world.Settings, world.Configuration);
        services.AddSingleton<TimeProvider>(Clock);

        // Asked in the background, at nobody's moment, its calls would be another sequence each time.
        services.AddSingleton(Usual.Preflight(Clock));
        var storageClock = new StorageClock(Clock);
        services.AddSingleton(storageClock);
        services.AddSingleton(new IdentityTables(
            world.Tables.Client(world.Settings.Storage.IdentitiesTable, TableGateAsync, storageClock),
            world.Tables.Client(world.Settings.Storage.IndexTable, TableGateAsync, storageClock),
            storageClock));
        services.AddSingleton(new HubClient(
            Http(world, storage: false), Http(world, storage: true), world.Settings.Hub, local: true, _ => ValueTask.FromResult(World.Token), Clock));
        _all = services.BuildServiceProvider();
    }

    public string Name { get; }

    public HostClock Clock { get; }

    public HostGate Gate { get; }

    public Intake Intake => Get<Intake>();

    public Erasure Erasure => Get<Erasure>();

    public TrainingNews News => Get<TrainingNews>();

    public Reconciler Reconciler => Get<Reconciler>();

    /// <summary>Anything else the service is made of.</summary>
    public T Get<T>()
        where T : notnull => _all.GetRequiredService<T>();

    public void Kill() => Gate.Kill();

    private async ValueTask TableGateAsync(TableCall call, TableMoment moment, CancellationToken stop)
    {
        var name = OperationNames.Of(call);
        if (moment is TableMoment.Before)
        {
            _tableCalls.Add(call, await Gate.BeforeAsync(name, stop));
            return;
        }
        await Gate.AfterAsync(name, _tableCalls.TryGetValue(call, out var nth) ? (int)nth : 0, stop);
    }

    private HttpClient Http(World world, bool storage) =>
        new(new GatedCalls(world.Hub.NewHandler(), Gate, world, storage)) { Timeout = Timeout.InfiniteTimeSpan };

    private static int HashCode(int seed, string name) => name.Aggregate(seed, (hash, c) => unchecked((hash * 31) + c));
}
