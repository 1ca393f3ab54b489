using System.Diagnostics;
using System.IO.Compression;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

/// <summary>The runner that is sent along with a job, run by the emulated Hub as a container would, with a trainer that stands in.</summary>
public sealed class RunnerTests(Tables tables)
{
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

    [Theory]
    [InlineData("oom", "out_of_memory")]
    [InlineData("nothing", "weights_missing")]
    [InlineData("lies", "weights_invalid")]
    [InlineData("fails", "job_error")]
    public async Task What_went_wrong_in_the_training_is_told_in_words(string behaviour, string code)
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: hub => hub with { Play = JobContainer.Run(behaviour, seconds: 0.2) });

        var identity = await TrainAsync(rig, $"breaks-{behaviour}", "failed");

        Assert.Equal((code, TrainIdentity.Identities.Failures.Text(code)), ((string)identity["errorCode"]!, (string)identity["errorMessage"]!));
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

    private static async Task<System.Text.Json.Nodes.JsonNode> TrainAsync(ServiceRig rig, string user, string status)
    {
        using var photos = Uploads.Multipart("Mom", Uploads.Three);
        var reply = await rig.UploadAsync(user, photos);
        Assert.Equal(200, reply.Status);
        return await rig.BecomesAsync((string)reply.Json["identityId"]!, user, status);
    }
}
