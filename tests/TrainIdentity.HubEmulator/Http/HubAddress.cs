namespace TrainIdentity.HubEmulator.Http;

/// <summary>Where the two listeners are; known once they listen.</summary>
internal sealed class HubAddress
{
    /// <summary>Without a trailing slash.</summary>
    public string Hub { get; set; } = "";

    /// <summary>Without a trailing slash.</summary>
    public string Storage { get; set; } = "";
}
