using TrainIdentity.Hub;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Outgoing;

/// <summary>Where bytes may go that the Hub sends us away with.</summary>
public sealed class StorageAddressTests
{
    private const string Table = "storage-hosts.json";

    public static TheoryData<string> Hrefs => CaseFile.Ids<HrefCase>(Table, one => one.Href);

    [Theory]
    [MemberData(nameof(Hrefs))]
    public void Only_https_addresses_on_hosts_of_the_Hub_are_followed(string href)
    {
        var expected = CaseFile.Read<HrefCase>(Table).Single(one => one.Href == href);

        var refused = Record.Exception(() => StorageAddress.Checked(href, "put", new HubOptions(), local: false));

        Assert.Equal(expected.Allowed, refused is null);
        Assert.True(refused is null or HubException { Fault: HubFault.BadResponse });
    }

    [Fact]
    public void An_operator_may_add_hosts()
    {
        var options = new HubOptions { StorageHosts = { "bucket.example" } };

        Assert.Equal("bucket.example", StorageAddress.Checked("https://bucket.example/x", "put", options, local: false).Host);
        Assert.Throws<HubException>(() => StorageAddress.Checked("https://a.bucket.example/x", "put", options, local: false));
    }

    [Fact]
    public void Loopback_is_for_ones_own_machine()
    {
        Assert.True(StorageAddress.Checked("http://127.0.0.1:5/x", "put", new HubOptions(), local: true).IsLoopback);
        Assert.Throws<HubException>(() => StorageAddress.Checked("http://127.0.0.1:5/x", "put", new HubOptions(), local: false));
        Assert.Throws<HubException>(() => StorageAddress.Checked("http://cdn-lfs.hf.co/x", "put", new HubOptions(), local: true));
    }

    public sealed record HrefCase(string Href, bool Allowed, string About);
}
