using Azure;
using Azure.Identity;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>What a partner refused, in words for an operator, with what to do where we know it.</summary>
internal static class Trouble
{
    /// <returns>Null for what is nobody's refusal but a mistake of ours.</returns>
    public static string? InWords(Exception trouble) => trouble switch
    {
        HubException e => $"{e.Message} {e.Words}",
        SecretsUnavailableException { InnerException: { } inner } when InWords(inner) is { } words => $"The secret store: {words}",
        AuthenticationFailedException => "Azure does not know who you are: run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
        RequestFailedException { Status: 403, ErrorCode: "Forbidden" } =>
            "The vault refuses you: ask for the role Key Vault Secrets Officer on it (setup), or Key Vault Secrets User (everything else), and see whether its firewall lets you in.",
        RequestFailedException { Status: 409, ErrorCode: "Conflict" or "ObjectIsDeletedButRecoverable" } e =>
            $"{FirstLine(e)} A secret of that name was deleted: recover or purge it (`az keyvault secret recover`), then run this again.",
        RequestFailedException { Status: 403 } e => $"{FirstLine(e)} Ask for the role Storage Table Data Contributor on the storage account.",
        LaterRowException or BackupFileException or IOException or UnauthorizedAccessException => trouble.Message,
        _ when TableTrouble.Is(trouble) => FirstLine(trouble),
        _ => null,
    };

    // The SDK goes on with headers and the body.
    private static string FirstLine(Exception e) => e.GetBaseException().Message.Split('\n')[0].TrimEnd();
}
