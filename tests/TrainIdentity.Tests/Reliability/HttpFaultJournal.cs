using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What the Hub itself says has happened; it decides, not what the service believes.</summary>
internal static class HttpFaultJournal
{
    public static IEnumerable<string> Breaches(EmulatedHub hub)
    {
        HashSet<string> repos = [];
        HashSet<string> jobs = [];
        Dictionary<string, int> commits = [];
        foreach (var entry in hub.Journal.Entries)
        {
            switch (entry.Kind)
            {
                case JournalKinds.RepoCreated:
                    repos.Add(entry.Repo);
                    break;
                case JournalKinds.RepoDeleted:
                    repos.Remove(entry.Repo);
                    break;
                case JournalKinds.JobStarted:
                    jobs.Add(entry.JobId!);
                    break;
                case JournalKinds.JobEnded or JournalKinds.JobCanceled:
                    jobs.Remove(entry.JobId!);
                    break;
                case JournalKinds.Commit when entry.By is Actor.Service && entry.Paths?.Any(path => path.StartsWith("images/", StringComparison.Ordinal)) is true:
                    commits[entry.Repo] = commits.GetValueOrDefault(entry.Repo) + 1;
                    break;
            }
            if (repos.Count > 1)
            {
                yield return $"two repos live at once: {string.Join(", ", repos)}";
                yield break;
            }
            if (jobs.Count > 1)
            {
                yield return "two jobs live at once";
                yield break;
            }
        }
        foreach (var (repo, count) in commits.Where(commit => commit.Value > 1))
        {
            yield return $"{repo} got {count} data commits";
        }
        foreach (var repo in hub.Repos.Where(repo => hub.IsPrivate(repo) is not true))
        {
            yield return $"{repo} is public";
        }
    }

    /// <summary>Jobs that may still cost something.</summary>
    public static int LiveJobs(EmulatedHub hub) =>
        hub.Journal.Entries.Count(entry => entry.Kind == JournalKinds.JobStarted)
        - hub.Journal.Entries.Where(entry => entry.Kind is JournalKinds.JobEnded or JournalKinds.JobCanceled).DistinctBy(entry => entry.JobId).Count();
}
