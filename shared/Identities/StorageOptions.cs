namespace TrainIdentity.Identities;

public sealed class StorageOptions
{
    /// <summary>Azurite or an account key. Unset in Azure, where <see cref="TableEndpoint"/> and a managed identity serve.</summary>
    public string? ConnectionString { get; set; }

    public Uri? TableEndpoint { get; set; }

    public string? ManagedIdentityClientId { get; set; }

    public string IdentitiesTable { get; set; } = "TrainedIdentities";

    public string IndexTable { get; set; } = "TrainedIdentityIndex";

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrEmpty(ConnectionString) && TableEndpoint is null)
        {
            yield return "Storage__TableEndpoint or Storage__ConnectionString must say where the tables are.";
        }
    }
}
