using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>One story in a world of its own, and everything that must hold of it.</summary>
internal static class CrashRun
{
    /// <returns>The boundaries that the first host passed, and how many hosts died.</returns>
    public static async Task<(IReadOnlyList<Boundary> Passed, int Died)> RunAsync(StoryPlan plan)
    {
        await using var world = await World.StartAsync(plan.Seed);
        try
        {
            var story = new Story(world, plan);
            story.Tell();
            story.Check();
            Invariants.Moved(world);
            Invariants.Counters(world);
            Invariants.Ended(world, story.Acknowledged, story.Erased);
            Invariants.Index(world);
            new HubInvariants(world).Check();
            return (world.Hosts[0].Gate.Passed, story.Died);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{plan}\n{string.Join('\n', Told(world))}", e);
        }
    }

    /// <summary>What the record and the Hub went through, to see where it went wrong.</summary>
    private static IEnumerable<string> Told(World world) => world.Steps
        .Where(step => Invariants.IsRecord(step.Change))
        .Select(step => (step.At, Text: step.Change.After is { } row ? State(row, step.Change.Before) : "removed"))
        .Where(told => told.Text.Length > 0)
        .Concat(world.Hub.Journal.Entries.Select(entry => (entry.At, Text: $"    {entry.Kind} by {entry.By} {entry.Repo} {entry.Message}")))
        .OrderBy(told => told.At)
        .Select(told => $"{told.At:dd HH:mm:ss.fff} {told.Text}");

    private static string State(Azure.Data.Tables.TableEntity row, Azure.Data.Tables.TableEntity? before)
    {
        var record = IdentityRow.Read(row);
        return before is not null && IdentityRow.Read(before).State == record.State ? "" : $"{record.Id} {record.State} {record.FailureCode}".TrimEnd();
    }
}
