using System.Globalization;
using System.Reflection;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Functions;

/// <param name="Name">As the environment spells it.</param>
/// <param name="Default">As somebody would write it; empty for none.</param>
internal sealed record Setting(string Name, Type Type, string Default);

/// <summary>Every setting there is, from the types that settings are bound to.</summary>
internal static class SettingNames
{
    // The host's, not the operator's.
    private const string Host = nameof(Settings.HandlerPort);

    public static IReadOnlyList<Setting> All { get; } = [.. Of("", SettingsDesk.Read(new Dictionary<string, string?>()))];

    private static IEnumerable<Setting> Of(string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.SetMethod is { IsPublic: true } && one.Name != Host))
        {
            var (name, type, value) = (prefix + property.Name, property.PropertyType, property.GetValue(options));
            foreach (var setting in Of(name, Nullable.GetUnderlyingType(type) ?? type, value))
            {
                yield return setting;
            }
        }
    }

    private static IEnumerable<Setting> Of(string name, Type type, object? value) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? OfList($"{name}__0", type.GetGenericArguments()[0])
        : IsPlain(type) ? [new Setting(name, type, Text(value))]
        : Of($"{name}__", value!);

    /// <summary>An example of a list has no entry of its default.</summary>
    private static IEnumerable<Setting> OfList(string name, Type element) =>
        IsPlain(element) ? [new Setting(name, element, "")] : Of($"{name}__", Activator.CreateInstance(element)!);

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(TimeSpan) || type == typeof(Uri);

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        Uri uri => uri.OriginalString,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
