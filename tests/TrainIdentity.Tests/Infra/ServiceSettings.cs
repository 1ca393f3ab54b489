using System.Collections;
using System.Reflection;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Infra;

/// <summary>One setting of the service, by the name that it has in the environment; <c>N</c> stands for a number.</summary>
internal sealed record ServiceSetting(string Name, object? Default)
{
    /// <summary>Nothing can be done with what it is when nobody says it.</summary>
    public bool IsEmptyByDefault => Default is null or "" or ICollection { Count: 0 };
}

/// <summary>All settings that <see cref="Settings.Read"/> binds, from the types that it binds them to.</summary>
internal static class ServiceSettings
{
    public static readonly IReadOnlyList<ServiceSetting> All = [.. typeof(Settings).GetProperties()

        // Given by the Functions host.
        .Where(section => section.Name != nameof(Settings.HandlerPort))
        .SelectMany(section => section.PropertyType.IsClass && section.PropertyType != typeof(string)
            ? Below(section.Name, Activator.CreateInstance(section.PropertyType)!)
            : [new ServiceSetting(section.Name, "has one")])];

    public static string WithoutNumbers(string name) => string.Join("__", name.Split("__").Select(part => part.All(char.IsAsciiDigit) ? "N" : part));

    private static IEnumerable<ServiceSetting> Below(string prefix, object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => Of($"{prefix}__{property.Name}", property.PropertyType, property.GetValue(options)));

    private static IEnumerable<ServiceSetting> Of(string name, Type type, object? value)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(List<>))
        {
            return [new ServiceSetting(name, value)];
        }
        var item = type.GetGenericArguments()[0];
        return item == typeof(string) ? [new ServiceSetting($"{name}__N", value)] : Below($"{name}__N", Activator.CreateInstance(item)!);
    }
}
