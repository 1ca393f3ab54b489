namespace TrainIdentity.Outgoing;

/// <summary>How partners are reached.</summary>
public sealed class OutgoingOptions
{
    /// <summary>Tables and vault are reached over private endpoints. Nothing else ever is.</summary>
    public bool PrivateEndpoints { get; set; }
}
