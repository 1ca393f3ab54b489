using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

/// <summary>What is recorded is what is trained with, and what the repo says.</summary>
[Collection(nameof(Alone))]
public sealed class TrainingPlanTests
{
    private const string Own = """[{"name":"own","from":"flux-512-auto","version":4,"steps_per_photo":250,"rank":8,"learning_rate":0.0002,"flavor":"l40sx1"}]""";

    /// <summary>What a trainer need not know: words for people, prices, and what the steps were reckoned from.</summary>
    private static readonly string[] NotForTheJob =
    [
        nameof(TrainingPlan.ModelType), nameof(TrainingPlan.License), nameof(TrainingPlan.LicenseLink), nameof(TrainingPlan.Gated), nameof(TrainingPlan.StepsPerPhoto), nameof(TrainingPlan.LeastSteps),
        nameof(TrainingPlan.MostSteps), nameof(TrainingPlan.ListUsdPerHour), nameof(TrainingPlan.UsualMinutes),
    ];

    public static TheoryData<string> Values => [.. typeof(TrainingPlan).GetProperties().Where(value => value.CanWrite).Select(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Name))];

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_value_that_is_recorded_reaches_the_job(string value)
    {
        var changed = JsonNode.Parse(Usual.Plan.ToJson())!.AsObject();
        changed[value] = Other(changed[value] ?? 0);
        var plan = TrainingPlan.FromJson(changed.ToJsonString());

        Assert.NotEqual(Usual.Plan, plan);
        Assert.Equal(NotForTheJob.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Contains(value), Told(Usual.Plan) == Told(plan));
    }

    [Fact]
    public void The_job_is_told_in_these_words()
    {
        var environment = Spec(Usual.Plan with { Trigger = "bcdf1", ClassWord = "elderly man" }).Environment.Where(pair => pair.Key is not "IDT_RUNNER_B64").ToDictionary();

        Assert.Equal(new Dictionary<string, string>
        {
            ["IDT_REPO"] = "acme/identity-mom-1",
            ["IDT_REVISION"] = new('a', 40),
            ["IDT_DATA"] = "/data",
            ["IDT_IDENTITY"] = "id",
            ["IDT_ATTEMPT"] = "2",
            ["IDT_PROFILE"] = "flux-512@1",
            ["IDT_STEPS"] = "1000",
            ["IDT_LEARNING_RATE"] = "0.0004",
            ["IDT_RESOLUTION"] = "512",
            ["IDT_RANK"] = "16",
            ["IDT_ALPHA"] = "16",
            ["IDT_GUIDANCE"] = "1",
            ["IDT_OPTIMIZER"] = "adamw-8bit",
            ["IDT_BATCH"] = "1",
            ["IDT_ACCUMULATION"] = "1",
            ["IDT_SCHEDULER"] = "constant",
            ["IDT_WARMUP"] = "0",
            ["IDT_SEQUENCE"] = "128",
            ["IDT_SEED"] = "42",
            ["IDT_PREVIEWS"] = "1",
            ["IDT_THUMBNAIL"] = "1",
            ["IDT_TRIGGER"] = "bcdf1",
            ["IDT_CLASS"] = "elderly man",
            ["IDT_BASE_MODEL"] = "black-forest-labs/FLUX.1-dev",
            ["IDT_BASE_REVISION"] = "3de623fc3c33e44ffbe2bad470d0f45bccf2eb21",
            ["IDT_TIMEOUT_SECONDS"] = "5400",
            ["HF_ENDPOINT"] = "https://hub.example",
            ["HF_HUB_DISABLE_TELEMETRY"] = "1",
        }, environment);
    }

    [Theory]
    [InlineData(3, 750)]
    [InlineData(8, 2000)]
    public async Task A_draft_is_trained_with_the_steps_of_its_photos_and_says_so_everywhere(int photos, int steps)
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null }, new Dictionary<string, string?> { ["Training:Profiles"] = Own });

        scene.World.Run(() => scene.DraftAsync(photos, "own"));

        var (plan, told) = (scene.Record.Plan, scene.Job.Environment);
        Assert.Equal(("own", 4, steps, 8, 2e-4), (plan.Profile, plan.ProfileVersion, plan.Steps, plan.Rank, plan.LearningRate));
        Assert.Equal(("own@4", $"{steps}", "8", "0.0002", "0"), (told["IDT_PROFILE"], told["IDT_STEPS"], told["IDT_RANK"], told["IDT_LEARNING_RATE"], told["IDT_THUMBNAIL"]));
        var config = JsonNode.Parse(scene.World.Hub.ReadFile(scene.Repo, "training_config.json")!)!;
        Assert.Equal(("own@4", plan.BaseModel, plan.Trigger, "person"), ((string?)config["profile"], (string?)config["base_model"], (string?)config["trigger"], (string?)config["class_word"]));
        Assert.Equal((steps, 2e-4, 512), ((int)config["training_params"]!["steps"]!, (double)config["training_params"]!["learning_rate"]!, (int)config["training_params"]!["resolution"]!));
        var card = Encoding.UTF8.GetString(scene.World.Hub.ReadFile(scene.Repo, "README.md")!);
        Assert.All(
            [
                $"- **Steps**: {steps}\n", "- **Rank**: 8\n", "- **Learning Rate**: 0.0002\n", "- **Profile**: own, version 4\n", "- **Resolution**: 512\n", $"- **Number of Images**: {photos}\n",
                $"{plan.BaseModel}, revision {plan.BaseRevision}\n", $"`{plan.Trigger} person`", $"{plan.License}, a gated model", PhotoRetention.Keep.Sentence,
            ],
            words => Assert.Contains(words, card, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_retry_trains_with_the_plan_that_was_recorded_whatever_has_become_of_its_profile()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed), new Dictionary<string, string?> { ["Training:Profiles"] = Own, ["Training:DefaultProfile"] = "own" });

        scene.Tell(async () =>
        {
            var (plan, first) = (scene.Record.Plan, scene.Job.Environment);
            await scene.JobOverAsync();
            await scene.LookAsync(scene.JobEnded + TimeSpan.FromMinutes(10));
            scene.World.Set("Training:Profiles", "");
            scene.World.Set("Training:DefaultProfile", "flux-1024");
            scene.Host = scene.World.NewHost("later");
            await scene.Host.Get<IdentityActions>().RetryAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);

            Assert.Equal((IdentityState.Training, plan), (scene.Record.State, scene.Record.Plan));
            Assert.Equal(("2", "own@4"), (scene.Job.Environment["IDT_ATTEMPT"], scene.Job.Environment["IDT_PROFILE"]));
            Assert.Equal(first.Where(pair => pair.Key is not "IDT_ATTEMPT").OrderBy(pair => pair.Key), scene.Job.Environment.Where(pair => pair.Key is not "IDT_ATTEMPT").OrderBy(pair => pair.Key));
        });
    }

    private static string Told(TrainingPlan plan)
    {
        var spec = Spec(plan);
        return $"{string.Join('\n', spec.Environment)}\n{spec.Flavor}\n{spec.Timeout}\n{string.Join('\n', spec.Labels)}";
    }

    private static HubJobSpec Spec(TrainingPlan plan) => new TrainingJob(new TrainingOptions { Image = "trainer" }, "test", new Uri("https://hub.example"))
        .Spec(new TrainingRun("id", 2, new RepoId("acme", "identity-mom-1"), new string('a', 40), plan, HasThumbnail: false), "hf_trainer");

    private static JsonNode Other(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) + 7,
        JsonValueKind.True => false,
        JsonValueKind.False => true,
        _ => $"{value}x",
    };
}
