using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.LocalHost;

public sealed class RunTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_line_tells_the_addresses_and_the_end_of_input_ends_everything()
    {
        using var app = new EchoApp();
        await using var program = new RunningProgram(app);

        var told = await program.AddressesAsync();
        var seen = await EchoAsync(told);
        program.EndInput();
        var end = await program.EndAsync();

        Assert.Equal(["service", "page", "handler", "hub", "issuer", "hubToken", "webhookSecret"], told.Select(one => one.Key));
        Assert.Equal((string?)told["hubToken"], (string?)seen["environment"]!["HUGGINGFACE_TOKEN"]);
        Assert.Equal((0, ""), (end.ExitCode, end.MoreOutput));
        Assert.All(["service", "handler", "hub", "issuer"], part => Assert.False(Listens((string)told[part]!), part));
    }

    [Theory]
    [InlineData("INT", 0)]
    [InlineData("TERM", 0)]
    [InlineData("KILL", 137)]
    public async Task A_signal_ends_the_children_too(string signal, int exitCode)
    {
        using var app = new EchoApp();
        await using var program = new RunningProgram(app);
        var told = await program.AddressesAsync();

        await program.SignalAsync(signal);
        var end = await program.EndAsync();

        Assert.Equal((exitCode, ""), (end.ExitCode, end.MoreOutput));
        await Eventually.IsTrueAsync(() => !Listens((string)told["handler"]!));
    }

    [Fact]
    public async Task A_killed_service_comes_back_at_its_address()
    {
        using var app = new EchoApp();
        await using var program = new RunningProgram(app);
        var told = await program.AddressesAsync();
        var before = await EchoAsync(told);

        System.Diagnostics.Process.GetProcessById((int)before["process"]!).Kill();
        var after = await EchoAsync(told);

        Assert.Equal(new Uri((string)told["handler"]!).Authority, after.Header("host"));
        Assert.NotEqual((int?)before["process"], (int?)after["process"]);
    }

    [Fact]
    public async Task The_environment_reaches_the_service_except_for_addresses()
    {
        using var app = new EchoApp();
        await using var program = new RunningProgram(
            app, ("Watch__First", "00:00:09"), ("HUGGINGFACE_TOKEN", "hf_mine"), ("Hub__Endpoint", "http://127.0.0.1:9"), ("Auth__Issuers__0__Audience", "me"));

        var told = await program.AddressesAsync();
        var environment = (await EchoAsync(told))["environment"]!;

        Assert.Equal(("00:00:09", "hf_mine"), ((string?)environment["Watch__First"], (string?)environment["HUGGINGFACE_TOKEN"]));
        Assert.Equal("hf_mine", (string?)told["hubToken"]);
        Assert.Equal((string?)told["hub"], (string?)environment["Hub__Endpoint"]);
        Assert.Equal("me", (string?)environment["Auth__Issuers__1__Audience"]);
    }

    [Fact]
    public async Task A_start_that_fails_is_exit_code_1_with_the_reason_last()
    {
        using var app = new EchoApp();
        await using var program = new RunningProgram(app, ("ECHO_EXIT", "3"));

        var end = await program.EndAsync();

        Assert.Equal((1, ""), (end.ExitCode, end.MoreOutput));
        Assert.Equal("The handler never answered in 3 starts (exit code 3): The echo handler was told to end.", end.LastError);
    }

    private static async Task<JsonObject> EchoAsync(JsonObject told) =>
        (await Http.GetFromJsonAsync<JsonObject>(new Uri($"{told["service"]}/api/echo/x"), Stop))!;

    private static bool Listens(string address)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", new Uri(address).Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
