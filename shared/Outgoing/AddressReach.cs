using System.Net;
using System.Net.Sockets;

namespace TrainIdentity.Outgoing;

/// <summary>How far an address reaches, as far as it decides whether the service may connect to it.</summary>
public enum AddressReach
{
    /// <summary>The machine itself, its link, a platform's metadata, or nothing that can be connected to.</summary>
    Never,

    /// <summary>A private network, where private endpoints of storage and vault live.</summary>
    PrivateNetwork,

    Public,
}

/// <summary>Tells addresses apart by the registries of special-purpose addresses (RFC 6890 and its successors).</summary>
public static class AddressReaches
{
    // Above these ranges stand the few inside them that a cloud serves credentials or its own control plane on.
    private static readonly IPNetwork[] Private = Networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

    private static readonly IPNetwork[] Never = Networks(
        "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fd00:ec2::254/128", "fd20:ce::254/128");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static AddressReach Of(IPAddress address)
    {
        var plain = Embedded(address) ?? address;
        return Never.Any(network => network.Contains(plain)) ? AddressReach.Never
            : Private.Any(network => network.Contains(plain)) ? AddressReach.PrivateNetwork
            : plain.AddressFamily is AddressFamily.InterNetwork || GlobalUnicast.Contains(plain) ? AddressReach.Public
            : AddressReach.Never;
    }

    /// <summary>A gateway turns these into the IPv4 address they end in.</summary>
    private static IPAddress? Embedded(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily is AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes()[12..])
        : null;

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}
