using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>The file by which a runner tells how the training went, from what the job's environment says.</summary>
internal static class TrainingResult
{
    public const string FileName = "training_result.json";
    public const double FinalLoss = 0.31;

    public static int Attempt(JobRun run) => Number(run, "IDT_ATTEMPT", 1);

    public static int Steps(JobRun run) => Number(run, "IDT_STEPS", 1000);

    public static PushedFile Succeeded(JobRun run, Weights weights)
    {
        var (trigger, word) = (Said(run, "IDT_TRIGGER"), Said(run, "IDT_CLASS"));
        return File(new()
        {
            ["schema"] = 1,
            ["status"] = "succeeded",
            ["attempt"] = Attempt(run),
            ["job_id"] = run.JobId,
            ["profile"] = Said(run, "IDT_PROFILE"),
            ["trainer"] = "hub-emulator",
            ["base_model"] = Said(run, "IDT_BASE_MODEL"),
            ["base_revision"] = Said(run, "IDT_BASE_REVISION"),
            ["input_commit"] = Said(run, "IDT_REVISION"),
            ["trigger"] = trigger,
            ["instance_prompt"] = $"a photo of {trigger} {word}".TrimEnd(),
            ["steps"] = Steps(run),
            ["final_loss"] = FinalLoss,
            ["weights"] = new JsonObject
            {
                ["file"] = Weights.FileName,
                ["sha256"] = weights.Sha256,
                ["bytes"] = weights.Bytes.Length,
                ["tensors"] = weights.TensorCount,
            },
            ["likeness"] = new JsonObject { ["score"] = null, ["method"] = null },
            ["started_at"] = HubTime.Format(run.StartedAt ?? run.Clock.GetUtcNow()),
            ["finished_at"] = HubTime.Format(run.Clock.GetUtcNow()),
            ["warnings"] = new JsonArray(),
        });
    }

    public static PushedFile Failed(JobRun run, string code, string message) => File(new()
    {
        ["schema"] = 1,
        ["status"] = "failed",
        ["attempt"] = Attempt(run),
        ["job_id"] = run.JobId,
        ["code"] = code,
        ["message"] = message,
        ["finished_at"] = HubTime.Format(run.Clock.GetUtcNow()),
    });

    private static PushedFile File(JsonObject result) => new(FileName, Encoding.UTF8.GetBytes(Answer.Text(result)));

    private static string Said(JobRun run, string name) => run.Environment.GetValueOrDefault(name, "");

    private static int Number(JobRun run, string name, int otherwise) => int.TryParse(Said(run, name), out var number) ? number : otherwise;
}
