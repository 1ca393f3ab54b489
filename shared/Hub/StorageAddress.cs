namespace TrainIdentity.Hub;

/// <summary>An address of storage, as the Hub gave it. Plain http only on one's own machine.</summary>
internal static class StorageAddress
{
    public static Uri Checked(string href, string call, bool local) =>
        Uri.TryCreate(href, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (local && address.IsLoopback))
            ? address
            : throw new HubException(HubFault.BadResponse, call, "the storage address is not an https address");
}
