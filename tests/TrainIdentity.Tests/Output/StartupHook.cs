using TrainIdentity.Tests.Output;

/// <summary>What the runtime calls before a process begins for which <c>DOTNET_STARTUP_HOOKS</c> names this assembly. Name and place are the runtime's.</summary>
#pragma warning disable CA1050 // The runtime looks for it outside of any namespace.
public static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize() => TelemetryTap.Open();
}
