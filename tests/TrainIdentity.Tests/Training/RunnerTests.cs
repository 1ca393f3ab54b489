using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

/// <summary>The runner that is sent along with a job, run by the emulated Hub as a container would, with a trainer that stands in.</summary>
public sealed class RunnerTests(Tables tables)
{
    private const string Timeout = "IDT_TIMEOUT_SECONDS";

    private static readonly Dictionary<string, string> Gifts = new() { ["IDT_PREVIEWS"] = "1", ["IDT_THUMBNAIL"] = "1" };

    /// <summary>So that a trainer which does not end is ended by the runner soon.</summary>
    private static readonly Dictionary<string, string> Hasty = new() { [Timeout] = "8" };

    // Linux refuses a longer variable, and with it the job.
    private const int MostEnvironmentChars = 128 << 10;

    [Fact]
    public void The_runner_fits_into_one_variable_and_is_all_there()
    {
        using var zip = new ZipArchive(new MemoryStream(Convert.FromBase64String(Runner.Base64)));
        var sources = Directory.GetFiles(Path.Combine(Checkout.Root, "shared", "Training", "runner"), "*.py");

        Assert.InRange(Runner.Base64.Length, 1, MostEnvironmentChars / 2);
        Assert.Equal(sources.Select(Path.GetFileName).Order(StringComparer.Ordinal), zip.Entries.Select(entry => entry.FullName));
        Assert.Contains(zip.Entries, entry => entry.FullName == "__main__.py");
    }

    [Fact]
    public async Task The_runner_keeps_to_its_own_tests()
    {
        var start = new ProcessStartInfo("python3", ["-m", "unittest"])
        {
            WorkingDirectory = Path.Combine(Checkout.Root, "tests", "runner"),
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;

        var said = await process.StandardError.ReadToEndAsync(ServiceRig.Stop);
        await process.WaitForExitAsync(ServiceRig.Stop);

        Assert.True(process.ExitCode == 0, said);
    }

    [Fact]
    public async Task A_training_goes_the_true_way_from_photos_to_weights()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run() });

        var identity = await TrainAsync(rig, "runs", "ready");

        var repo = (string)identity["modelId"]!;
        var job = Assert.Single(rig.Hub.Jobs, job => job.Repo == repo);
        Assert.Equal(["image_001.jpg", "image_002.jpg", "image_003.png"], rig.Hub.Files(repo)!.Keys.Where(path => path.StartsWith("images/", StringComparison.Ordinal)).Select(Path.GetFileName));
        Assert.NotNull(rig.Hub.ReadFile(repo, "pytorch_lora_weights.safetensors"));
        Assert.Equal(JobStage.Completed, job.Stage);
    }

    [Fact]
    public async Task Pictures_come_with_the_weights_and_are_whole()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run(environment: Gifts) });

        var identity = await TrainAsync(rig, "pictured", "ready");

        var repo = (string)identity["modelId"]!;
        var result = JsonNode.Parse(rig.Hub.ReadFile(repo, "training_result.json")!)!;
        Assert.Empty(result["warnings"]!.AsArray());
        Assert.Equal(["front", "right_profile", "left_profile", "smile"], result["previews"]!.AsArray().Select(preview => (string?)preview!["view"]));
        Assert.Equal(4, result["previews"]!.AsArray().Select(preview => (string?)preview!["sha256"]).Distinct().Count());
        foreach (var told in result["previews"]!.AsArray())
        {
            await AssertWholeAsync(rig, repo, told!, photos => photos.ReadAsync);
        }
        await AssertWholeAsync(rig, repo, result["thumbnail"]!, photos => photos.ReadThumbnailAsync);
        Assert.InRange((int)result["thumbnail"]!["width"]!, 64, 256);
    }

    [Theory]
    [InlineData("fails", 0)]
    [InlineData("oom", 0)]
    [InlineData("absent", 0)]
    [InlineData("half", 2)]
    [InlineData("hangs", 1)]
    public async Task Previews_that_go_wrong_keep_nobody_from_the_weights(string trouble, int made)
    {
        var environment = new Dictionary<string, string>(Gifts) { [Timeout] = "12" };
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run(seconds: 0.2, previews: trouble, environment: environment) });

        var identity = await TrainAsync(rig, $"plain-{trouble}", "ready");

        var result = JsonNode.Parse(rig.Hub.ReadFile((string)identity["modelId"]!, "training_result.json")!)!;
        Assert.Equal((made, 4 - made), (result["previews"]!.AsArray().Count, result["warnings"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("crashes")]
    [InlineData("lingers")]
    public async Task Weights_that_were_whole_before_the_trainer_went_wrong_are_ready(string behaviour)
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run(behaviour, seconds: 0.2, environment: Hasty) });

        await TrainAsync(rig, $"late-{behaviour}", "ready");
    }

    [Theory]
    [InlineData("oom", "out_of_memory")]
    [InlineData("killed", "out_of_memory")]
    [InlineData("gated", "gated_model")]
    [InlineData("hangs", "job_timeout")]
    [InlineData("nothing", "weights_missing")]
    [InlineData("lies", "weights_invalid")]
    [InlineData("truncated", "weights_invalid")]
    [InlineData("empty", "weights_invalid")]
    [InlineData("fails", "job_error")]
    public async Task What_went_wrong_in_the_training_is_told_in_words(string behaviour, string code)
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run(behaviour, seconds: 0.2, environment: Hasty) });

        var identity = await TrainAsync(rig, $"breaks-{behaviour}", "failed");

        Assert.Equal((code, TrainIdentity.Identities.Failures.Text(code)), ((string)identity["errorCode"]!, (string)identity["errorMessage"]!));
        Assert.Null(rig.Hub.ReadFile((string)identity["modelId"]!, "pytorch_lora_weights.safetensors"));
    }

    [Fact]
    public async Task A_job_that_vanishes_is_tried_once_more_and_then_a_failure()
    {
        await using var rig = await ServiceRig.StartAsync(
            tables, new Dictionary<string, string?> { ["Training__ResultGrace"] = "00:00:01" }, hub => hub with { Play = JobContainer.Run("vanishes", seconds: 0.2) });

        var identity = await TrainAsync(rig, "vanishes", "failed");

        Assert.Equal("job_error", (string?)identity["errorCode"]);
        Assert.Equal([JobStage.Error, JobStage.Error], rig.Hub.Jobs.Select(job => job.Stage));
        Assert.Null(rig.Hub.ReadFile((string)identity["modelId"]!, "training_result.json"));
    }

    [Fact]
    public async Task What_a_trainer_says_too_much_of_is_in_no_log()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run("chatty", seconds: 0.2) });

        var identity = await TrainAsync(rig, "chatty", "failed", "Ottilie");

        var job = Assert.Single(rig.Hub.Jobs);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(rig.Hub.Url, $"/api/jobs/{job.Repo.Split('/')[0]}/{job.Id}/logs"));
        request.Headers.Authorization = new("Bearer", rig.Stack.HubToken);
        using var reply = await http.SendAsync(request, ServiceRig.Stop);
        var log = await reply.Content.ReadAsStringAsync(ServiceRig.Stop);
        Assert.Contains("> RuntimeError: that is all", log, StringComparison.Ordinal);
        Assert.InRange(log.Length, 1, 200_000);
        Assert.All([rig.Stack.RunnerToken, job.Repo, job.Repo.Split('/')[1], "Ottilie"], secret => Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("job_error", (string?)identity["errorCode"]);
    }

    [Fact]
    public async Task A_training_that_is_deleted_leaves_nothing_behind()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run("hangs") });
        var identity = await TrainAsync(rig, "leaves", "training");
        var repo = (string)identity["modelId"]!;

        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{identity["id"]}", "leaves")).Status);

        await rig.GoneAsync(repo);
        Assert.All(rig.Hub.Jobs.Where(job => job.Repo == repo), job => Assert.Equal(JobStage.Canceled, job.Stage));
    }

    /// <summary>What is told of a picture is so, and the service's own reader finds nothing in it to take out.</summary>
    private static async Task AssertWholeAsync(ServiceRig rig, string repo, JsonNode told, Func<PhotoReader, Func<Stream, CancellationToken, ValueTask<PhotoOutcome>>> way)
    {
        var file = rig.Hub.Files(repo)![(string)told["path"]!];
        var bytes = rig.Hub.ReadFile(repo, (string)told["path"]!)!;
        Assert.Equal(((string?)told["sha256"], (int)told["bytes"]!), (file.Oid, bytes.Length));

        using var desk = new PhotoDesk();
        var outcome = await way(new PhotoReader(new PhotoOptions(), desk.Spool))(new MemoryStream(bytes), ServiceRig.Stop);
        Assert.True(outcome.Accepted, outcome.Refusal?.Detail);
        using var photo = outcome.Photo;
        Assert.Equal(((int)told["width"]!, (int)told["height"]!), (photo.Width, photo.Height));
        Assert.Equal(bytes, PhotoDesk.Content(photo));
    }

    private static async Task<JsonNode> TrainAsync(ServiceRig rig, string user, string status, string name = "Mom")
    {
        using var photos = Uploads.Multipart(name, Uploads.Three);
        var reply = await rig.UploadAsync(user, photos);
        Assert.Equal(200, reply.Status);
        return await rig.BecomesAsync((string)reply.Json["identityId"]!, user, status);
    }
}
