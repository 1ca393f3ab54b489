namespace TrainIdentity.LocalHost;

/// <summary>One identity that somebody wants, however often it is asked for, and what the service said of it.</summary>
/// <param name="Name">Nobody else's, so that the names of its repos tell whose they are.</param>
/// <param name="Key">The idempotency key; null leaves it to the content.</param>
internal sealed record Wish(string User, string Name, string? Key, IReadOnlyList<byte[]> Photos)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _acknowledged = [];
    private readonly HashSet<string> _erasing = [];
    private readonly HashSet<string> _erased = [];
    private volatile bool _unwanted;
    private volatile bool _cancelled;

    /// <summary>How every repo of it begins.</summary>
    public string RepoPrefix => $"identity-{Name.ToLowerInvariant().Replace(' ', '-')}-";

    /// <summary>The ids in answers that said yes.</summary>
    public IReadOnlyList<string> Acknowledged => Copy(_acknowledged);

    /// <summary>The ids whose erasure was asked for, whatever came of it.</summary>
    public IReadOnlyList<string> Erasing => Copy(_erasing);

    /// <summary>The ids whose erasure was accepted.</summary>
    public IReadOnlyList<string> Erased => Copy(_erased);

    /// <summary>Set before its erasure is asked for; from then on it is sent no more.</summary>
    public bool Unwanted => _unwanted;

    /// <summary>Set before its end is asked for; an upload may then be told that it was cancelled.</summary>
    public bool Cancelled => _cancelled;

    public void AskCancel() => _cancelled = true;

    public void Acknowledge(string id) => Add(_acknowledged, id);

    public void AskErasure(string id)
    {
        _unwanted = true;
        Add(_erasing, id);
    }

    public void AcceptErasure(string id) => Add(_erased, id);

    private void Add(HashSet<string> to, string id)
    {
        lock (_gate) _ = to.Add(id);
    }

    private string[] Copy(HashSet<string> from)
    {
        lock (_gate) return [.. from];
    }
}
