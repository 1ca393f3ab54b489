namespace TrainIdentity.Hub;

/// <summary>Where the token comes from.</summary>
/// <param name="Current">The token of this moment; asked for at every try, so that a rotation needs no restart.</param>
/// <param name="Renewed">
/// Asked when the Hub refuses the token: what its source says now. It must bear being asked by every call that fails.
/// </param>
public sealed record HubToken(Func<CancellationToken, ValueTask<string>> Current, Func<CancellationToken, ValueTask<string>> Renewed)
{
    public override string ToString() => "***";
}
