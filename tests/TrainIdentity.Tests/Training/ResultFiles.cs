using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.Training;

/// <summary>What a trainer leaves in the repo.</summary>
internal static class ResultFiles
{
    public const string Weights = "pytorch_lora_weights.safetensors";
    private const string Path = "training_result.json";

    public static IReadOnlyList<PushedFile> Succeeded(string job, int attempt, Weights weights) =>
    [
        new(Weights, weights.Bytes, Large: true),
        Json(new JsonObject
        {
            ["status"] = "succeeded",
            ["attempt"] = attempt,
            ["job_id"] = job,
            ["weights"] = new JsonObject { ["file"] = Weights, ["sha256"] = weights.Sha256, ["bytes"] = weights.Bytes.Length },
        }),
    ];

    /// <summary>With the pictures that a trainer draws afterwards.</summary>
    public static IReadOnlyList<PushedFile> Pictured(JobRun run, Weights weights, params IReadOnlyList<(string? View, string Path, byte[] Bytes)> pictures)
    {
        var files = Succeeded(run.JobId, Attempt(run), weights);
        var result = JsonNode.Parse(files[1].Content)!.AsObject();
        result["previews"] = new JsonArray([.. pictures.Where(picture => picture.View is not null).Select(Told)]);
        result["thumbnail"] = pictures.Where(picture => picture.View is null).Select(Told).SingleOrDefault();
        return [files[0], Json(result), .. pictures.Select(picture => new PushedFile(picture.Path, picture.Bytes, Large: true))];
    }

    public static IReadOnlyList<PushedFile> Failed(string job, int attempt, string? code) =>
        [Json(new JsonObject { ["status"] = "failed", ["attempt"] = attempt, ["job_id"] = job, ["code"] = code, ["message"] = "It went wrong." })];

    public static int Attempt(JobRun run) => int.Parse(run.Environment["IDT_ATTEMPT"], System.Globalization.CultureInfo.InvariantCulture);

    private static JsonNode Told((string? View, string Path, byte[] Bytes) picture) => new JsonObject
    {
        ["view"] = picture.View,
        ["path"] = picture.Path,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(picture.Bytes)),
        ["bytes"] = picture.Bytes.Length,
        ["width"] = 64,
        ["height"] = 64,
    };

    private static PushedFile Json(JsonObject content) => new(Path, JsonSerializer.SerializeToUtf8Bytes(content));
}
