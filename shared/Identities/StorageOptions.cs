using Azure.Data.Tables;

namespace TrainIdentity.Identities;

public sealed class StorageOptions
{
    /// <summary>Azurite or an account key. Unset in Azure, where <see cref="TableEndpoint"/> and a managed identity serve.</summary>
    public string? ConnectionString { get; set; }

    public Uri? TableEndpoint { get; set; }

    public string? ManagedIdentityClientId { get; set; }

    public string IdentitiesTable { get; set; } = "TrainedIdentities";

    public string IndexTable { get; set; } = "TrainedIdentityIndex";

    /// <summary>Whoever reads the settings could read everything.</summary>
    public bool HasKey => ConnectionString is { } connection
        && (connection.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase) || connection.Contains("SharedAccessSignature=", StringComparison.OrdinalIgnoreCase));

    public IEnumerable<string> Faults(bool local) => new SettingBounds("Storage")
        .When(string.IsNullOrEmpty(ConnectionString) && TableEndpoint is null, "Storage__TableEndpoint or Storage__ConnectionString must say where the tables are.")
        .When(TableEndpoint is { } tables && !IsTrusted(tables, local), "Storage__TableEndpoint must use https.")
        .When(ConnectionString is { Length: > 0 } && Connected is null, "Storage__ConnectionString cannot be read.")
        .When(Connected is { } connected && !IsTrusted(connected, local), "Storage__ConnectionString must use https.")
        .When(!IsTable(IdentitiesTable), NoTable(nameof(IdentitiesTable)))
        .When(!IsTable(IndexTable), NoTable(nameof(IndexTable)))
        .When(IdentitiesTable.Equals(IndexTable, StringComparison.OrdinalIgnoreCase), "Storage__IdentitiesTable and Storage__IndexTable must be two tables.")
        .Faults;

    private Uri? Connected
    {
        get
        {
            try
            {
                return ConnectionString is { Length: > 0 } connection ? new TableServiceClient(connection).Uri : null;
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    private static bool IsTrusted(Uri uri, bool local) => uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || (local && uri.Scheme == Uri.UriSchemeHttp));

    private static bool IsTable(string name) => name.Length is >= 3 and <= 63 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    private static string NoTable(string name) => $"Storage__{name} must be 3 to 63 letters and digits, a letter first.";
}
