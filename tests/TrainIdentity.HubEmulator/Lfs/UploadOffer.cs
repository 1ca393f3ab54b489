using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>One batch call, as far as each of its objects needs it.</summary>
internal sealed record BatchAsk(Repo Repo, Caller? Caller, IReadOnlyList<string> Transfers, HttpContext Http);

/// <summary>What a batch answers about one object to upload.</summary>
internal sealed class UploadOffer(HubAddress address, PresignedUrls urls, UploadBook uploads, HubEmulatorOptions options)
{
    public JsonObject For(JsonObject item, BatchAsk ask)
    {
        var oid = item.Text("oid") ?? "";
        var size = item.Number("size") ?? -1;
        var answer = new JsonObject { ["oid"] = oid, ["size"] = size };
        if (!LfsPointer.IsOid(oid) || size < 0) return Error(answer, "Invalid oid or size");
        if (FaultStrike.Suffers(ask.Http, FaultKind.BatchObjectError)) return Error(answer, "The object cannot be stored");

        answer["authenticated"] = true;
        if (FaultStrike.Suffers(ask.Http, FaultKind.LoseObject)) ask.Repo.Objects.Lose(oid);
        else if (!ask.Repo.Objects.Has(oid, size)) answer["actions"] = Actions(oid, size, ask);
        return answer;
    }

    private static JsonObject Error(JsonObject answer, string message)
    {
        answer["error"] = new JsonObject { ["code"] = 422, ["message"] = message };
        return answer;
    }

    private JsonObject Actions(string oid, long size, BatchAsk ask)
    {
        var inParts = size > options.MultipartThresholdBytes && ask.Transfers.Contains("multipart");
        var upload = uploads.Open(new(ask.Repo.Id, oid, size, ask.Caller!.Actor, inParts ? options.ChunkBytes : 0));
        var expired = FaultStrike.Suffers(ask.Http, FaultKind.ExpireUrls);
        var actions = new JsonObject { ["upload"] = inParts ? InParts(upload, expired) : Whole(upload, expired) };
        if (options.SendVerify)
        {
            actions["verify"] = new JsonObject
            {
                ["href"] = $"{address.Hub}/{ask.Repo.Key.Prefix}{ask.Repo.Key.Id}.git/info/lfs/objects/verify",
            };
        }

        return actions;
    }

    private JsonObject Whole(Upload upload, bool expired) => new()
    {
        ["href"] = address.Storage + urls.Sign("PUT", $"/_lfs/{upload.RepoId}/{upload.Oid}", upload.Id, expired),
        ["expires_in"] = (long)options.UrlLifetime.TotalSeconds,
    };

    private JsonObject InParts(Upload upload, bool expired)
    {
        var header = new JsonObject { ["chunk_size"] = upload.ChunkBytes.ToString() };
        for (var number = 1; number <= upload.PartCount; number++)
        {
            header[number.ToString("00000")] =
                address.Storage + urls.Sign("PUT", $"/_lfs/{upload.RepoId}/{upload.Oid}/parts/{number}", upload.Id, expired);
        }

        return new()
        {
            ["href"] = address.Hub + urls.Sign("POST", CompletionRoutes.Path, upload.Id),
            ["header"] = header,
            ["expires_in"] = (long)options.UrlLifetime.TotalSeconds,
        };
    }
}
