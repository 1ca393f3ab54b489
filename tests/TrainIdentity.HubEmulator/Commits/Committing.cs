using System.Collections.Immutable;
using System.Text;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Repos;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>A commit made, or why not.</summary>
internal sealed record CommitOutcome(Refusal? Refusal, string? Sha = null, int? Pull = null);

/// <summary>Applies a commit whole or not at all, one at a time per repo.</summary>
internal sealed class Committing(RepoBook repos, RepoEvents events, HubJournal journal, TimeProvider clock)
{
    public CommitOutcome Apply(Repo repo, string revision, CommitAsk ask, Caller by, bool asPull = false)
    {
        lock (repo.Gate)
        {
            if (repo.Deleted) return new(Refusals.RepoNotFound);
            var reference = repo.FullRef(revision);
            if (!repo.Refs.TryGetValue(reference, out var headSha)) return new(Refusals.RevisionNotFound(revision));
            var head = repo.Commits[headSha];
            if (ask.Parent is { } parent && !head.Sha.StartsWith(parent, StringComparison.Ordinal)) return new(Refusals.Moved);

            var edit = new TreeEdit(repo, head, reference);
            if (edit.Refuse(ask.Changes) is { } refusal) return new(refusal);
            var commit = GitCommit.Create(head, by.User, clock.GetUtcNow(), (ask.Summary, ask.Description), Tracked(repo, edit.Files));
            return Publish(repo, reference, head, commit, by, asPull);
        }
    }

    private CommitOutcome Publish(Repo repo, string reference, GitCommit head, GitCommit commit, Caller by, bool asPull)
    {
        int? pull = asPull ? ++repo.Discussions : null;
        var target = pull is null ? reference : $"refs/pr/{pull}";
        repo.Record(target, commit);
        repos.Save(repo);
        journal.Append(new()
        {
            Kind = JournalKinds.Commit,
            By = by.Actor,
            Repo = repo.Key.Id,
            Sha = commit.Sha,
            Message = commit.Title,
            Paths = commit.ChangedSince(head),
        });
        if (pull is { } number) events.PullOpened(repo, number, commit.Title, commit.Message, by.User);
        events.Pushed(repo, target, pull is null ? head.Sha : null, commit.Sha);
        return new(null, commit.Sha, pull);
    }

    /// <summary>LFS files that no pattern covers get a line of their own.</summary>
    private static ImmutableSortedDictionary<string, RepoFile> Tracked(Repo repo, ImmutableSortedDictionary<string, RepoFile> files)
    {
        var text = files.TryGetValue(GitAttributes.Path, out var file) && file.Oid is null
            ? Encoding.UTF8.GetString(repo.Blobs.Read(file.BlobSha))
            : "";
        var patterns = GitPatterns.LfsOf(text);
        var loose = files.Where(entry => entry.Value.Oid is not null && !patterns.Match(entry.Key)).Select(entry => entry.Key).ToList();
        return loose is []
            ? files
            : files.SetItem(GitAttributes.Path, repo.Blobs.Write(Encoding.UTF8.GetBytes(GitAttributes.Track(text, loose))));
    }
}
