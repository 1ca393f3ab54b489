using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

internal enum RepoNeed
{
    Read,
    Write,
    Manage,
}

/// <summary>Who may touch which repo: one invisible to the caller is missing, to the anonymous it is a matter of logging in.</summary>
internal sealed class Gate(Accounts accounts, RepoBook repos)
{
    /// <summary>What to answer instead, or null with the repo of the address and its caller (null when anonymous).</summary>
    public IResult? Enter(HttpContext http, RepoNeed need, [NotNull] out Repo? repo, out Caller? caller)
    {
        var refusal = Open(http, need, out var found, out caller);
        repo = found!;
        return refusal;
    }

    public Refusal? Open(RepoKey key, RepoNeed need, Caller? caller, out Repo? repo)
    {
        repo = repos.Find(key);
        if (repo is null || !MayRead(repo, caller)) return caller is null ? Refusals.Anonymous : Refusals.RepoNotFound;
        if (need is RepoNeed.Read) return null;
        if (caller is null) return Refusals.Anonymous;
        var allowed = need is RepoNeed.Write ? caller.MayWriteIn(key.Space) : caller.MayManage(key.Space);
        return allowed ? null : Refusals.Forbidden($"You don't have the rights to modify the {key.Type} {key.Id} with this token");
    }

    private IResult? Open(HttpContext http, RepoNeed need, out Repo? repo, out Caller? caller)
    {
        repo = null;
        if (accounts.Read(http.Request, out caller) is { } bad) return bad;
        var key = RepoKey.Of(http);
        if (repos.Find(key) is null && repos.MovedTo(key) is { } now && Open(now, need, caller, out _) is null)
        {
            return Redirect(http, key, now);
        }

        return Open(key, need, caller, out repo);
    }

    public static bool MayRead(Repo repo, Caller? caller) => !repo.Private || (caller is not null && caller.Owns(repo.Key.Space));

    /// <summary>Relative, to the same address under the new name, method and body kept.</summary>
    private static RedirectHttpResult Redirect(HttpContext http, RepoKey old, RepoKey now)
    {
        var target = RawTarget.TextOf(http);
        var at = target.IndexOf($"/{old.Id}", StringComparison.Ordinal);
        return TypedResults.Redirect($"{target[..at]}/{now.Id}{target[(at + old.Id.Length + 1)..]}", permanent: false, preserveMethod: true);
    }
}
