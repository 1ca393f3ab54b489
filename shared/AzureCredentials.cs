using Azure.Core;
using Azure.Identity;

namespace TrainIdentity;

/// <summary>As whom Azure is called.</summary>
public static class AzureCredentials
{
    /// <summary>The app by its managed identity and by nothing else: a sign-in that happens to lie about is nobody's wish.</summary>
    /// <param name="clientId">Of a user-assigned identity; empty for the app's own.</param>
    public static TokenCredential OfApp(string? clientId) => new ManagedIdentityCredential(
        clientId is { Length: > 0 } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned);

    /// <summary>
    /// An operator by the environment (<c>AZURE_CLIENT_ID</c> and so on) or the Azure CLI; in the app's own console by its managed
    /// identity, which Azure announces in <c>IDENTITY_ENDPOINT</c>. The SDK's default credential would first look for one by the network.
    /// </summary>
    public static TokenCredential OfOperator(string? clientId) => Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT") is { Length: > 0 }
        ? OfApp(clientId)
        : new ChainedTokenCredential(new EnvironmentCredential(), new AzureCliCredential());
}
