namespace TrainIdentity.HubEmulator.Http;

public enum TokenRole
{
    /// <summary>Everything in the user's namespaces, jobs included.</summary>
    Full,

    /// <summary>Writes repos, but cannot create, delete, move or reconfigure them, nor touch jobs.</summary>
    RepoWriter,

    Reader,
}

/// <summary>A user as one token shows them.</summary>
internal sealed record Caller(string User, IReadOnlyList<string> Organizations, TokenRole Role, Actor Actor)
{
    public bool Owns(string space) => space == User || Organizations.Contains(space);

    public bool MayWriteIn(string space) => Role is not TokenRole.Reader && Owns(space);

    public bool MayManage(string space) => Role is TokenRole.Full && Owns(space);
}
