using System.Diagnostics;
using TrainIdentity.HubEmulator;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _temporary = Directory.CreateTempSubdirectory("hub-tests-").FullName;

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    [Fact]
    public async Task It_runs_alone_says_where_in_its_first_line_and_leaves_nothing_behind()
    {
        using var process = Start("--port", "0", "--token", "hf_mine", "--user", "mira");
        var stop = TestContext.Current.CancellationToken;

        var url = await process.StandardOutput.ReadLineAsync(stop);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", "hf_mine") } };
        var me = await http.GetStringAsync($"{url}/api/whoami-v2", stop);
        var whileUp = Directory.GetFileSystemEntries(_temporary).Length;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await process.WaitForExitAsync(stop);

        Assert.Matches(@"^http://127\.0\.0\.1:\d+$", url);
        Assert.Contains("\"name\":\"mira\"", me, StringComparison.Ordinal);
        Assert.Equal((1, 0), (whileUp, process.ExitCode));
        Assert.Empty(Directory.GetFileSystemEntries(_temporary));
    }

    [Fact]
    public async Task Faults_and_limits_are_set_at_the_start()
    {
        using var process = Start(
            "--token", "hf_mine", "--fault", """{"route":"whoami","fault":"status","status":503,"times":2}""", "--fault", """{"route":"whoami","fault":"quota"}""",
            "--rate-limits", """{"api":4,"windowSeconds":1000000}""", "--downloads", "direct", "--webhook-shuffle", "100",
            "--latency", "1", "--storage-rate", "1000000000", "--tags", "sha256", "--parts-over", "5000000000");
        var stop = TestContext.Current.CancellationToken;
        var url = await process.StandardOutput.ReadLineAsync(stop);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", "hf_mine") } };

        var statuses = new List<int>();
        for (var n = 0; n < 5; n++)
        {
            using var response = await http.GetAsync($"{url}/api/whoami-v2", stop);
            statuses.Add((int)response.StatusCode);
        }

        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await process.WaitForExitAsync(stop);
        Assert.Equal([503, 503, 403, 200, 429], statuses);
    }

    [Theory]
    [InlineData("--nonsense", "1")]
    [InlineData("--port", "many")]
    [InlineData("--port")]
    [InlineData("--webhook", "not a url")]
    [InlineData("--fault", """{"route":"comit","fault":"cut"}""")]
    [InlineData("--fault", "cut")]
    [InlineData("--rate-limits", """{"apis":1}""")]
    [InlineData("--downloads", "sideways")]
    public async Task What_it_does_not_understand_ends_it_with_one_line(params string[] words)
    {
        using var process = Start(words);

        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private Process Start(params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [typeof(EmulatedHub).Assembly.Location, .. words])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["TMPDIR"] = _temporary, ["DOTNET_EnableDiagnostics"] = "0" },
    })!;
}
