using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Answers that say what is not so.</summary>
internal static class WireLies
{
    private const string OtherCommit = "dead0000dead0000dead0000dead0000dead0000";
    private const string OtherObject = "dead0000dead0000dead0000dead0000dead0000dead0000dead0000dead0000";
    private const string OtherJob = "dead0000dead0000dead0000";

    /// <summary>Calls whose success claims an effect and says nothing else: the lie is that it happened.</summary>
    public static bool IsOmission(WireCall call) => call is WireCall.Put or WireCall.Verify or WireCall.JobCancel or WireCall.Delete;

    /// <param name="truth">What the Hub really answered, to be changed.</param>
    public static JsonNode About(WireCall call, JsonNode truth, int shape)
    {
        switch (call)
        {
            case WireCall.WhoAmI:
                truth["name"] = "../somebody";
                break;
            case WireCall.Create:
                truth["name"] = "local/another";
                truth["url"] = WireAnswers.Foreign.AbsoluteUri;
                break;
            case WireCall.Info:
                truth["id"] = "local/another";
                break;
            case WireCall.Tree:
                truth.AsArray().Add(new JsonObject { ["type"] = "file", ["oid"] = OtherCommit, ["size"] = 1, ["path"] = "images/image_999.jpg" });
                break;
            case WireCall.Batch when shape % 2 == 0:
                truth["objects"]!.AsArray().Add(new JsonObject { ["oid"] = OtherObject, ["size"] = 1 });
                break;
            case WireCall.Batch:
                truth["objects"]![0]!["oid"] = OtherObject;
                break;
            case WireCall.Commit:
                truth["commitOid"] = OtherCommit;
                break;
            case WireCall.JobList:
                truth.AsArray().Add(Job());
                break;
            case WireCall.JobStart:
                return Job();
            case WireCall.JobGet:
                truth["id"] = OtherJob;
                truth["status"] = new JsonObject { ["stage"] = "ERROR", ["message"] = null };
                break;
        }
        return truth;
    }

    /// <summary>A job of somebody else, with none of our labels.</summary>
    private static JsonObject Job() => new()
    {
        ["id"] = OtherJob,
        ["createdAt"] = "2020-01-01T00:00:00.000Z",
        ["labels"] = new JsonObject { ["app"] = "another" },
        ["status"] = new JsonObject { ["stage"] = "RUNNING", ["message"] = null },
    };
}
