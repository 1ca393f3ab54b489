namespace TrainIdentity.Hub;

/// <summary>An address of storage, as the Hub gave it: https on a host that is known to be the Hub's. Others only on one's own machine.</summary>
internal static class StorageAddress
{
    public static Uri Checked(string href, string call, HubOptions options, bool local)
    {
        if (!Uri.TryCreate(href, UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
        {
            throw new HubException(HubFault.BadResponse, call, "the storage address is none");
        }
        if (local && address.IsLoopback)
        {
            return address;
        }
        return address.Scheme == Uri.UriSchemeHttps && (options.IsStorage(address.IdnHost) || address.Authority == options.Endpoint.Authority)
            ? address
            : throw new HubException(HubFault.BadResponse, call, "the storage address is not https on a host of the Hub's");
    }
}
