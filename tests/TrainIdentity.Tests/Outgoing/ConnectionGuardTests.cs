using System.Net;
using System.Net.Sockets;
using TrainIdentity.Outgoing;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Outgoing;

/// <summary>What is connected to is what was looked at, each time anew.</summary>
public sealed class ConnectionGuardTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");
    private static readonly IPAddress OtherPublic = IPAddress.Parse("8.8.8.8");
    private static readonly IPAddress Private = IPAddress.Parse("10.0.0.5");

    private readonly List<IPAddress> _dialled = [];

    [Fact]
    public async Task A_name_whose_answer_changes_is_refused_when_it_leads_inside()
    {
        var answers = new Queue<IPAddress[]>([[Public], [IPAddress.Loopback], [Public]]);
        await using var server = new OneLineServer();
        using var http = Client(server, (_, _) => Task.FromResult(answers.Dequeue()));

        var first = await http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop);
        var second = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop));
        var third = await http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, third.StatusCode));
        Assert.IsType<ConnectionRefusedException>(second.InnerException);
        Assert.Equal([Public, Public], _dialled);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Among_several_answers_only_those_that_may_be_are_tried()
    {
        await using var server = new OneLineServer();
        using var http = Client(server, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, Private, Public, IPAddress.Parse("169.254.169.254")]));

        await http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop);

        Assert.Equal([Public], _dialled);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_the_first_does_not_answer()
    {
        await using var server = new OneLineServer();
        using var http = Client(server, (_, _) => Task.FromResult<IPAddress[]>([OtherPublic, Public]), dead: OtherPublic);

        var reply = await http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal([OtherPublic, Public], _dialled);
    }

    [Fact]
    public async Task A_host_that_is_no_partner_is_not_even_looked_up()
    {
        var asked = 0;
        await using var server = new OneLineServer();
        using var http = Client(server, (_, _) => { asked++; return Task.FromResult<IPAddress[]>([Public]); });

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://stranger.example/"), ServiceRig.Stop));

        Assert.IsType<ConnectionRefusedException>(refused.InnerException);
        Assert.Equal((0, 0), (asked, server.Connections));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://169.254.169.254/metadata/identity")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://10.0.0.5/")]
    public async Task An_address_instead_of_a_name_is_looked_at_too(string address)
    {
        await using var server = new OneLineServer();
        using var http = Client(server, Dns.GetHostAddressesAsync, allows: _ => true);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(address), ServiceRig.Stop));

        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task Private_endpoints_are_reached_where_they_are_asked_for_and_nothing_nearer()
    {
        await using var server = new OneLineServer();
        using var http = Client(server, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, Private]), nearest: AddressReach.PrivateNetwork);

        await http.GetAsync(new Uri("http://partner.example/"), ServiceRig.Stop);

        Assert.Equal([Private], _dialled);
    }

    private HttpClient Client(
        OneLineServer server, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<string, bool>? allows = null, IPAddress? dead = null, AddressReach nearest = AddressReach.Public)
    {
        var guard = new ConnectionGuard(allows ?? (host => host == "partner.example"), nearest)
        {
            Resolve = resolve,
            Dial = (address, _, stop) =>
            {
                _dialled.Add(address);
                return address.Equals(dead) ? throw new SocketException((int)SocketError.ConnectionRefused) : server.ConnectAsync(stop);
            },
        };
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = guard.ConnectAsync });
    }
}
