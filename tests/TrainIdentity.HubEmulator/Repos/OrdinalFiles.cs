using System.Collections.Immutable;

namespace TrainIdentity.HubEmulator.Repos;

internal static class OrdinalFiles
{
    /// <summary>Values mapped, paths in ordinal order.</summary>
    public static ImmutableSortedDictionary<string, TTo> ToOrdinal<TFrom, TTo>(
        this IEnumerable<KeyValuePair<string, TFrom>> files, Func<TFrom, TTo> map) =>
        files.ToImmutableSortedDictionary(file => file.Key, file => map(file.Value), StringComparer.Ordinal);
}
