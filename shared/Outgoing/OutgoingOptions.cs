namespace TrainIdentity.Outgoing;

/// <summary>Whom the service may call besides those its other settings name.</summary>
public sealed class OutgoingOptions
{
    /// <summary>Hosts of key sets that lie elsewhere than their issuer, such as <c>www.googleapis.com</c>.</summary>
    public List<string> IdentityHosts { get; set; } = [];

    /// <summary>Tables and vault are reached over private endpoints. Nothing else ever is.</summary>
    public bool PrivateEndpoints { get; set; }
}
