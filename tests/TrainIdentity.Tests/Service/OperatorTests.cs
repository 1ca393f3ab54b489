using TrainIdentity.HubEmulator.Http;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The commands an operator runs by hand, as processes of their own.</summary>
public sealed class OperatorTests(DefaultService service) : OperatorFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class OperatorFacts(DefaultService service)
{
    private readonly ServiceRig _rig = service.Rig;

    [Fact]
    public async Task Set_up_twice_leaves_one_webhook_that_status_then_shows()
    {
        var first = await RunAsync(_rig.Stack.HubToken, "setup", "--url", "https://app.example");
        var second = await RunAsync(_rig.Stack.HubToken, "setup");
        var status = await RunAsync(_rig.Stack.HubToken, "status");

        Assert.Equal((0, 0, 0), (first.Exit, second.Exit, status.Exit));
        Assert.Equal(first.Output, second.Output);
        Assert.Contains("https://app.example/api/training-status", first.Output, StringComparison.Ordinal);
        Assert.Single(status.Output.Split('\n'), line => line.Contains("https://app.example/api/training-status", StringComparison.Ordinal));
        Assert.Contains("Hardware a100-large costs 2.50", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_rig.Stack.HubToken, first.Output + status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_does_not_suffice_is_told_what_it_lacks()
    {
        _rig.Hub.AddToken("hf_reader", "local", TokenRole.Reader);

        var reader = await RunAsync("hf_reader", "status");
        var unknown = await RunAsync("hf_unknown", "status");

        Assert.Equal((1, 1), (reader.Exit, unknown.Exit));
        Assert.Contains("cannot create repos in local", reader.Output, StringComparison.Ordinal);
        Assert.Contains("Auth 401", unknown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_a_job_is_followed_to_its_end()
    {
        var made = (await _rig.UploadAsync("operator", Uploads.Json("Logged", Uploads.Three))).Json;
        var job = _rig.Hub.Jobs.Single(one => one.Repo == (string)made["repoId"]!);

        var (exit, output) = await RunAsync(_rig.Stack.HubToken, "logs", job.Id);

        Assert.Equal(0, exit);
        Assert.Contains("\"step\":1000,\"total\":1000", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("setup")]
    [InlineData("setup", "--url", "nowhere")]
    [InlineData("setup", "--url", "http://app.example")]
    [InlineData("setup", "--check", "--rotate-webhook-secret")]
    [InlineData("setup", "--ceck")]
    public async Task Set_up_says_what_it_needs(params string[] args)
    {
        _rig.Hub.AddToken("hf_newcomer", "newcomer");

        var (exit, output) = await RunAsync("hf_newcomer", args);

        Assert.Equal(2, exit);
        Assert.Contains("--url https://", output, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output)> RunAsync(string token, params string[] args) => new OperatorRun(_rig).With("HUGGINGFACE_TOKEN", token).RunAsync(args);
}
