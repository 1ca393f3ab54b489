using System.Net.Http.Headers;
using System.Net.Http.Json;
using TrainIdentity.LocalHost;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.LocalHost;

public sealed class ChaosTests
{
    private const int Seed = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_storm_of_kills_and_faults_breaks_no_promise()
    {
        var (exitCode, output) = await RunAsync(new ChaosOptions { Seed = Seed, Duration = TimeSpan.FromSeconds(15), Users = 3 });

        Assert.True(exitCode is 0, output);
        Assert.Equal($"no breach, seed {Seed}", LastLine(output));
        Assert.All(["identities wanted", "acknowledged", "kills", "faults struck", "repos made", "jobs started"], name => Assert.True(Count(output, name) > 0, output));
    }

    [Fact]
    public async Task A_public_repo_that_nobody_asked_for_is_a_breach_of_two_promises()
    {
        var planted = "";
        var (exitCode, output) = await RunAsync(new ChaosOptions
        {
            Seed = Seed,
            Duration = TimeSpan.FromSeconds(1),
            Users = 1,
            BeforeVerdict = async stack => planted = await PlantAsync(stack),
        });

        Assert.Equal(1, exitCode);
        Assert.Contains($"BREACH: {planted} has no record.", output, StringComparison.Ordinal);
        Assert.Contains($"BREACH: {planted} is public.", output, StringComparison.Ordinal);
        Assert.Equal($"2 breaches, seed {Seed}", LastLine(output));
    }

    [Fact]
    public async Task An_argument_that_is_none_says_how_it_goes()
    {
        using var program = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "TrainIdentity.LocalHost"), ["chaos", "--seed", "x"]) { RedirectStandardError = true })!;
        var error = await program.StandardError.ReadToEndAsync(Stop);
        await program.WaitForExitAsync(Stop);

        Assert.Equal((2, "--seed takes a number up to 2147483647, not x."), (program.ExitCode, error.Trim()));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ChaosOptions options)
    {
        await using var output = new StringWriter();
        var exitCode = await new ChaosRun(options with { AppFolder = ServiceRig.AppFolder, Output = output }).RunAsync(Stop);
        return (exitCode, output.ToString());
    }

    private static async Task<string> PlantAsync(LocalStack stack)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.HubToken);
        var made = await http.PostAsJsonAsync(new Uri(stack.Hub, "/api/repos/create"), new { name = "identity-nobody-1", type = "model", visibility = "public" }, Stop);
        made.EnsureSuccessStatusCode();
        return stack.Emulator.Repos.Single(repo => repo.EndsWith("/identity-nobody-1", StringComparison.Ordinal));
    }

    private static int Count(string output, string name) =>
        int.Parse(output.Split('\n').Single(line => line.TrimStart().StartsWith(name, StringComparison.Ordinal)).Split(' ')[^1]);

    private static string LastLine(string output) => output.TrimEnd().Split('\n')[^1].TrimEnd();
}
