using System.Net;
using TrainIdentity.Outgoing;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Outgoing;

/// <summary>Where a connection may lead, address by address.</summary>
public sealed class AddressReachTests
{
    private const string Table = "addresses.json";

    public static TheoryData<string> Addresses => CaseFile.Ids<AddressCase>(Table, one => one.Address);

    [Theory]
    [MemberData(nameof(Addresses))]
    public void An_address_reaches_as_far_as_the_registries_say(string address)
    {
        var expected = CaseFile.Read<AddressCase>(Table).Single(one => one.Address == address);

        Assert.Equal(expected.Reach, AddressReaches.Of(IPAddress.Parse(address)).ToString());
    }

    public sealed record AddressCase(string Address, string Reach, string About);
}
