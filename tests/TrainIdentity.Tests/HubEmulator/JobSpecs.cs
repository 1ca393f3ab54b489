using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.HubEmulator;

internal static class JobSpecs
{
    public const string Repo = "local/mira";

    /// <summary>A training of <see cref="Repo"/> with the runner's token.</summary>
    public static JsonObject New() => new()
    {
        ["dockerImage"] = "python:3.12",
        ["command"] = new JsonArray("python", "run.py"),
        ["arguments"] = new JsonArray(),
        ["environment"] = new JsonObject
        {
            ["IDT_REPO"] = Repo,
            ["IDT_REVISION"] = "0123abc",
            ["IDT_ATTEMPT"] = "2",
            ["IDT_PROFILE"] = "flux-512@3",
            ["IDT_STEPS"] = "1000",
            ["IDT_TRIGGER"] = "tkq7",
            ["IDT_CLASS"] = "woman",
        },
        ["secrets"] = new JsonObject { ["HF_TOKEN"] = HubUser.RunnerToken },
        ["flavor"] = "a100-large",
        ["timeoutSeconds"] = 5400,
        ["labels"] = new JsonObject { ["app"] = "train-identity", ["identity"] = "one", ["attempt"] = "2" },
    };
}
