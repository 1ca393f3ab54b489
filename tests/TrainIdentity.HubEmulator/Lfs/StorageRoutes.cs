using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>The storage host: presigned addresses only, no token ever.</summary>
internal static class StorageRoutes
{
    public static void MapStorageRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/_lfs/{repo}/{oid}", PutObjectAsync).Named(RouteNames.Put);
        routes.MapPut("/_lfs/{repo}/{oid}/parts/{number:int}", PutPartAsync).Named(RouteNames.Put);
        routes.MapMethods("/_lfs/{repo}/{oid}", [HttpMethods.Get, HttpMethods.Head], Read).Named(RouteNames.Download);
    }

    private static async Task<IResult> PutObjectAsync(
        HttpContext http, PresignedUrls urls, UploadBook uploads, RepoBook repos, ObjectIntake intake, HubEmulatorOptions options)
    {
        if (RefusePut(http.Request, urls) is { } refusal) return refusal;
        if (uploads.Find(http.Request.Query["uploadId"]) is not { } upload) return StorageError.NoSuchUpload;
        if (repos.FindById(upload.RepoId) is not { } repo) return StorageError.NoSuchKey;

        var draft = repo.Objects.NewDraft();
        if (await WriteAsync(http, repo, draft, options) is not { } bytes) return StorageError.NoSuchKey;
        if (FaultStrike.Suffers(http, FaultKind.LoseObject)) File.Delete(draft);
        else intake.Take(repo, draft, upload.Oid, upload.Size, upload.By, bytes);
        return Stored(http, bytes);
    }

    private static async Task<IResult> PutPartAsync(int number, HttpContext http, PresignedUrls urls, UploadBook uploads, RepoBook repos, HubEmulatorOptions options)
    {
        if (RefusePut(http.Request, urls) is { } refusal) return refusal;
        if (uploads.Find(http.Request.Query["uploadId"]) is not { Completed: false } upload) return StorageError.NoSuchUpload;
        if (repos.FindById(upload.RepoId) is not { } repo) return StorageError.NoSuchKey;

        var draft = repo.Objects.NewDraft();
        if (await WriteAsync(http, repo, draft, options) is not { } bytes) return StorageError.NoSuchKey;
        if (FaultStrike.Suffers(http, FaultKind.LoseObject)) File.Delete(draft);
        else upload.Parts[number] = new(draft, bytes.Etag);
        return Stored(http, bytes);
    }

    private static IResult Read(string repo, string oid, HttpContext http, PresignedUrls urls, RepoBook repos)
    {
        if (Refuse(http.Request, urls) is { } refusal) return refusal;
        if (repos.FindById(repo) is not { } found || !found.Objects.Has(oid)) return StorageError.NoSuchKey;
        return TypedResults.PhysicalFile(found.Objects.PathOf(oid), "application/octet-stream", fileDownloadName: null,
            lastModified: null, new EntityTagHeaderValue($"\"{oid}\""), enableRangeProcessing: true);
    }

    private static StorageError? RefusePut(HttpRequest request, PresignedUrls urls)
    {
        if (request.Headers.ContainsKey(HeaderNames.Authorization)) return StorageError.TwoCredentials;
        return request.ContentLength is null or 0 ? StorageError.NoLength : Refuse(request, urls);
    }

    private static StorageError? Refuse(HttpRequest request, PresignedUrls urls)
    {
        if (request.Headers.ContainsKey(HeaderNames.Authorization)) return StorageError.TwoCredentials;
        if (request.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))) return StorageError.Unsigned;
        return urls.Check(request) switch
        {
            SignatureCheck.Valid => null,
            SignatureCheck.Expired => StorageError.Expired,
            _ => StorageError.Mismatch,
        };
    }

    /// <summary>Null when the repo went away meanwhile.</summary>
    private static async Task<StoredBytes?> WriteAsync(HttpContext http, Repo repo, string draft, HubEmulatorOptions options)
    {
        try
        {
            return await StoredBytes.WriteAsync(draft, http.Request.Body, options.Md5Tags, http.RequestAborted);
        }
        catch (IOException) when (repo.Deleted)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            if (File.Exists(draft)) File.Delete(draft);
            throw;
        }
    }

    private static Ok Stored(HttpContext http, StoredBytes bytes)
    {
        if (!FaultStrike.Suffers(http, FaultKind.DropEtag)) http.Response.Headers.ETag = bytes.Etag;
        return TypedResults.Ok();
    }
}
