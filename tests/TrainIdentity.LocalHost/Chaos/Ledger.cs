using System.Collections.Concurrent;

namespace TrainIdentity.LocalHost;

/// <summary>What was asked of the service and what it answered, as its callers saw it.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<Wish> _wishes = [];
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _breaches = [];

    public IReadOnlyList<Wish> Wishes => [.. _wishes];

    /// <summary>Answers that were wrong whatever happened before and after.</summary>
    public IReadOnlyList<string> Breaches => [.. _breaches];

    public int this[string name] => _counts.GetValueOrDefault(name);

    /// <summary>What was counted under names that begin so, by the rest of the name.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Under(string prefix) =>
    [
        .. _counts.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(one => KeyValuePair.Create(one.Key[prefix.Length..], one.Value)).OrderBy(one => one.Key, StringComparer.Ordinal),
    ];

    public void Add(Wish wish) => _wishes.Enqueue(wish);

    public void Count(string name) => _counts.AddOrUpdate(name, 1, static (_, count) => count + 1);

    public void Breach(string sentence) => _breaches.Enqueue(sentence);
}
