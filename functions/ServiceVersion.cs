using System.Reflection;

namespace TrainIdentity.Functions;

/// <summary>Which release this is: what it was built as.</summary>
internal static class ServiceVersion
{
    public static string Text { get; } = typeof(ServiceVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
