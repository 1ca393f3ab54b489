using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>Puts the parts of an upload together. The address is signed; no token is asked for.</summary>
internal static class CompletionRoutes
{
    public const string Path = "/api/complete_multipart";

    public static void MapCompletionRoutes(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, CompleteAsync).Named(RouteNames.Complete);

    private static async Task<IResult> CompleteAsync(
        HttpContext http, PresignedUrls urls, UploadBook uploads, RepoBook repos, ObjectIntake intake)
    {
        if (urls.Check(http.Request) is not SignatureCheck.Valid) return Refusals.BadSignature;
        if (uploads.Find(http.Request.Query["uploadId"]) is not { } upload) return Refusals.NotFound("Upload");
        if (repos.FindById(upload.RepoId) is not { } repo) return Refusals.RepoNotFound;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;

        await upload.Completing.WaitAsync(http.RequestAborted);
        try
        {
            if (upload.Completed) return Done();
            if (Refuse(body, upload) is { } refusal) return refusal;
            upload.Completed = true;
            if (FaultStrike.Suffers(http, FaultKind.LoseObject)) return Done();
            await AssembleAsync(repo, upload, intake);
            return Done();
        }
        finally
        {
            _ = upload.Completing.Release();
        }
    }

    private static Answer Done() => new(new JsonObject()) { ContentType = Answer.Lfs };

    private static Refusal? Refuse(JsonObject body, Upload upload)
    {
        if (body.Text("oid") != upload.Oid) return Refusals.Invalid("The oid is not the one of this upload");
        var parts = body.Objects("parts").ToList();
        if (parts.Count != upload.PartCount) return Refusals.Invalid($"Expected {upload.PartCount} parts, got {parts.Count}");
        for (var number = 1; number <= parts.Count; number++)
        {
            if (parts[number - 1].Number("partNumber") != number) return Refusals.Invalid("Parts must be numbered from 1 and ascending");
            if (!upload.Parts.TryGetValue(number, out var part)) return Refusals.Invalid($"Part {number} was not uploaded");
            if (parts[number - 1].Text("etag") != part.Etag) return Refusals.Invalid($"The ETag of part {number} does not match");
        }

        return null;
    }

    /// <remarks>Once begun it is finished, even if the client stops waiting.</remarks>
    private static async Task AssembleAsync(Repo repo, Upload upload, ObjectIntake intake)
    {
        var draft = repo.Objects.NewDraft();
        var bytes = await StoredBytes.WriteAsync(draft, PartsOf(upload), withMd5: false, CancellationToken.None);
        foreach (var part in upload.Parts.Values) File.Delete(part.Path);
        intake.Take(repo, draft, upload.Oid, upload.Size, upload.By, bytes);
    }

    private static async IAsyncEnumerable<Stream> PartsOf(Upload upload)
    {
        await Task.CompletedTask;
        for (var number = 1; number <= upload.PartCount; number++)
        {
            yield return new FileStream(upload.Parts[number].Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        }
    }
}
