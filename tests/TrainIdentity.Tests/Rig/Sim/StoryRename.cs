using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>A user who gives the identity another name; what is not answered is asked again, if the client is of that kind.</summary>
internal sealed class StoryRename(World world, StoryPlan plan, Func<Func<SimHost, Task<ActionOutcome>>, Task<(bool Answered, ActionOutcome? Outcome)>> ask)
{
    private const string First = "Mom";
    private const string Renamed = "Mother";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IdentityId, HashSet<string>> _names = [];

    public async Task RunAsync()
    {
        if (plan.RenameAfter is not { } after)
        {
            return;
        }
        await world.Clock.Delay(after + TimeSpan.FromTicks(1));
        for (var n = 0; n < 60; n++)
        {
            if (world.Records is [var record, ..] && (await RenamedAsync(record.Id) || !plan.Repeats))
            {
                return;
            }
            await world.Clock.Delay(Second);
        }
    }

    /// <summary>It is called what was answered; what was not answered may have happened.</summary>
    public void Check()
    {
        foreach (var record in world.Records)
        {
            Invariants.Require(_names.TryGetValue(record.Id, out var names) ? names.Contains(record.Name) : record.Name == First, $"{record} is called {record.Name}");
            Invariants.Require(record.NameInRepo == First, $"{record} is called {record.NameInRepo} in its repo");
        }
    }

    private async Task<bool> RenamedAsync(IdentityId id)
    {
        var name = IdentityName.Read(Renamed, out var read) is null ? read! : throw new InvalidOperationException("Not a name.");
        var (answered, outcome) = await ask(host => host.Get<IdentityActions>().RenameAsync(Story.User, id, name, _ => true, CancellationToken.None));
        _names[id] = answered && outcome is { Result: ActionResult.Accepted } ? [Renamed] : [First, Renamed];
        return answered;
    }
}
