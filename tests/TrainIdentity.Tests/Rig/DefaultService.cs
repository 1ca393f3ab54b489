namespace TrainIdentity.Tests.Rig;

/// <summary>One service with its usual settings for all tests of a class; they keep apart by using users of their own.</summary>
public class DefaultService(Tables tables) : IAsyncLifetime
{
    public ServiceRig Rig { get; private set; } = null!;

    public Tables Tables => tables;

    public async ValueTask InitializeAsync() => Rig = await ServiceRig.StartAsync(tables);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Rig.DisposeAsync();
    }
}
