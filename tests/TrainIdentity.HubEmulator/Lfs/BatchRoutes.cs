using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Lfs;

internal static class BatchRoutes
{
    private const string Objects = "/{ns}/{name}.git/info/lfs/objects";
    private const string TypedObjects = $"/{{types:{RepoKey.PageTypes}}}{Objects}";

    public static void MapBatchRoutes(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in new[] { Objects, TypedObjects })
        {
            routes.MapPost($"{prefix}/batch", BatchAsync).Named(RouteNames.Batch);
            routes.MapPost($"{prefix}/verify", VerifyAsync).Named(RouteNames.Verify);
        }
    }

    private static async Task<IResult> BatchAsync(HttpContext http, Gate gate, UploadOffer offer, HubAddress address, PresignedUrls urls)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (RefuseBatch(body) is { } invalid) return invalid;

        var download = body.Text("operation") is "download";
        var need = download || body["ref"] is null ? RepoNeed.Read : RepoNeed.Write;
        if (gate.Enter(http, need, out var repo, out var caller) is { } refusal) return refusal;
        if (!download && caller is null) return Refusals.Anonymous;

        var transfers = body.Texts("transfers").ToList();
        var ask = new BatchAsk(repo, caller, transfers is [] ? ["basic"] : transfers, http);
        var objects = body.Objects("objects")
            .Select(item => download ? Offered(item, repo, address, urls) : offer.For(item, ask))
            .ToList();
        var multipart = objects.Exists(item => item["actions"]?["upload"]?["header"]?["chunk_size"] is not null);
        return new Answer(new JsonObject
        {
            ["transfer"] = multipart ? "multipart" : "basic",
            ["objects"] = new JsonArray([.. objects]),
        })
        { ContentType = Answer.Lfs };
    }

    private static Refusal? RefuseBatch(JsonObject body)
    {
        if (body.Text("operation") is not ("upload" or "download"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"upload\"|\"download\"", "operation"));
        }

        if (body["hash_algo"] is not null && body.Text("hash_algo") is not ("sha256" or "sha_256"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"sha256\"|\"sha_256\"", "hash_algo"));
        }

        return body["objects"] is JsonArray ? null : Refusals.Invalid(Zod.Expected("array", body["objects"], "objects"));
    }

    private static JsonObject Offered(JsonObject item, Repo repo, HubAddress address, PresignedUrls urls)
    {
        var oid = item.Text("oid") ?? "";
        var answer = new JsonObject { ["oid"] = oid, ["size"] = item.Number("size") ?? 0 };
        if (!repo.Objects.Has(oid))
        {
            answer["error"] = new JsonObject { ["code"] = 404, ["message"] = "Object does not exist" };
            return answer;
        }

        answer["authenticated"] = true;
        answer["actions"] = new JsonObject
        {
            ["download"] = new JsonObject { ["href"] = address.Storage + urls.Sign("GET", $"/_lfs/{repo.Id}/{oid}") },
        };
        return answer;
    }

    private static async Task<IResult> VerifyAsync(HttpContext http, Gate gate)
    {
        if (gate.Enter(http, RepoNeed.Write, out var repo, out _) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (body.Text("oid") is not { } oid || body.Number("size") is not { } size) return Refusals.Unprocessable("oid and size are required");
        if (FaultStrike.Suffers(http, FaultKind.LoseObject)) repo.Objects.Lose(oid);
        else if (!repo.Objects.Has(oid, size))
        {
            return repo.Objects.Has(oid) || repo.Objects.HasWrong(oid)
                ? Refusals.Unprocessable("The uploaded object does not match its oid or size")
                : Refusals.NotFound("Object");
        }

        return new Answer(new JsonObject { ["oid"] = oid, ["size"] = size }) { ContentType = Answer.Lfs };
    }
}
