using System.Security.Cryptography;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>A file to push without HTTP.</summary>
/// <param name="Path">In the repo.</param>
/// <param name="Content">All of it.</param>
/// <param name="Large">Whether it goes through LFS.</param>
public sealed record PushedFile(string Path, byte[] Content, bool Large = false);

/// <summary>What became of a push: 200 with the id of its commit, or the Hub's refusal.</summary>
public sealed record PushOutcome(int Status, string? Sha, string? Error)
{
    public bool Succeeded => Status is 200;
}

/// <summary>One commit on main of a model repo, on top of whatever its head is, under the rules of the token.</summary>
internal sealed class Push(Accounts accounts, Gate gate, Committing committing, ObjectIntake intake)
{
    public PushOutcome Apply(string token, string repoId, string summary, IReadOnlyList<PushedFile> files)
    {
        if (accounts.Find(token) is not { } caller) return Told(Refusals.BadCredentials);
        if (RepoKey.Parse("model", repoId) is not { } key) return Told(Refusals.RepoNotFound);
        if (gate.Open(key, RepoNeed.Write, caller, out var repo) is { } closed) return Told(closed);
        try
        {
            var changes = files.Select(file => Store(repo!, file, caller)).ToList();
            var outcome = committing.Apply(repo!, "main", new(summary, "", null, changes), caller);
            return outcome.Refusal is { } refusal ? Told(refusal) : new(200, outcome.Sha, null);
        }
        catch (IOException) when (repo!.Deleted)
        {
            return Told(Refusals.RepoNotFound);
        }
    }

    private static PushOutcome Told(Refusal refusal) => new(refusal.Status, null, refusal.Error);

    private Change Store(Repo repo, PushedFile file, Caller by)
    {
        if (!file.Large) return new PutFile(file.Path, repo.Blobs.Write(file.Content));
        var oid = Convert.ToHexStringLower(SHA256.HashData(file.Content));
        var draft = repo.Objects.NewDraft();
        File.WriteAllBytes(draft, file.Content);
        intake.Take(repo, draft, oid, file.Content.Length, by.Actor, new StoredBytes(file.Content.Length, oid, Tag: ""));
        return new PutObject(file.Path, oid, file.Content.Length);
    }
}
