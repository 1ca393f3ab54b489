using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Downloads: LFS objects from storage, files of git after a hop on the same host, pointers as they are.</summary>
internal static class ResolveRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapResolveRoutes(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in new[] { "/{ns}/{name}", $"/{{types:{RepoKey.PageTypes}}}/{{ns}}/{{name}}" })
        {
            routes.MapMethods($"{prefix}/resolve/{{**path}}", Reading, Resolve).Named(RouteNames.Resolve);
            routes.MapMethods($"{prefix}/raw/{{**path}}", Reading, Raw).Named(RouteNames.Resolve);
        }

        routes.MapMethods($"/api/resolve-cache/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}/{{**path}}", Reading, Cached).Named(RouteNames.Resolve);
    }

    private static IResult Resolve(HttpContext http, Gate gate, HubAddress address, PresignedUrls urls, HubEmulatorOptions options)
    {
        if (Find(http, gate, RawTarget.OfPage(http), out var repo, out var commit, out var path) is { } refusal) return refusal;
        var file = commit.Files[path];
        var etag = $"\"{file.Oid ?? file.BlobSha}\"";
        Describe(http.Response, commit, file, etag, path);
        if (http.Request.Headers.IfNoneMatch.Contains(etag)) return TypedResults.StatusCode(304);
        if (!options.RedirectDownloads) return Direct(repo, file, etag);
        if (file.Oid is { } oid) return TypedResults.Redirect(address.Storage + urls.Sign("GET", $"/_lfs/{repo.Id}/{oid}"));

        http.Response.Headers.ETag = etag;
        var encoded = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return TypedResults.Redirect(
            $"/api/resolve-cache/{repo.Key.Type}s/{repo.Key.Id}/{commit.Sha}/{encoded}?etag={Uri.EscapeDataString(etag)}", permanent: false, preserveMethod: true);
    }

    private static PhysicalFileHttpResult Direct(Repo repo, RepoFile file, string etag) => TypedResults.PhysicalFile(
        file.Oid is { } oid ? repo.Objects.PathOf(oid) : repo.Blobs.PathOf(file.BlobSha),
        file.Oid is null ? "text/plain; charset=utf-8" : "application/octet-stream", null, null, new EntityTagHeaderValue(etag), true);

    private static IResult Cached(HttpContext http, Gate gate)
    {
        if (Find(http, gate, RawTarget.OfApi(http), out var repo, out var commit, out var path) is { } refusal) return refusal;
        return Content(http, repo, commit, path);
    }

    private static IResult Raw(HttpContext http, Gate gate)
    {
        if (Find(http, gate, RawTarget.OfPage(http), out var repo, out var commit, out var path) is { } refusal) return refusal;
        return Content(http, repo, commit, path);
    }

    /// <summary>What git holds: the file itself, or the pointer of an LFS object.</summary>
    private static IResult Content(HttpContext http, Repo repo, GitCommit commit, string path)
    {
        var file = commit.Files[path];
        var etag = $"\"{file.BlobSha}\"";
        Describe(http.Response, commit, file, etag, path);
        return file.Oid is { } oid
            ? TypedResults.Bytes(LfsPointer.For(oid, file.Size), "text/plain; charset=utf-8", null, true, null, new EntityTagHeaderValue(etag))
            : TypedResults.PhysicalFile(repo.Blobs.PathOf(file.BlobSha), "text/plain; charset=utf-8", null, null, new EntityTagHeaderValue(etag), true);
    }

    private static IResult? Find(HttpContext http, Gate gate, RawTarget target, out Repo repo, out GitCommit commit, out string path)
    {
        commit = null!;
        path = target.Path;
        if (gate.Enter(http, RepoNeed.Read, out repo!, out _) is { } closed) return closed;
        lock (repo.Gate)
        {
            if (repo.Find(target.Revision) is not { } found) return Refusals.RevisionNotFound(target.Revision);
            commit = found;
        }

        return commit.Files.ContainsKey(path) ? null : Refusals.EntryNotFound(commit.Sha);
    }

    private static void Describe(HttpResponse response, GitCommit commit, RepoFile file, string etag, string path)
    {
        var name = path.Split('/')[^1];
        response.Headers["X-Repo-Commit"] = commit.Sha;
        response.Headers["X-Linked-Etag"] = etag;
        response.Headers["X-Linked-Size"] = file.Size.ToString();
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = $"inline; filename*=UTF-8''{Uri.EscapeDataString(name)};";
    }
}
