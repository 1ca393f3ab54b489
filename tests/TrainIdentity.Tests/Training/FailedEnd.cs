using System.Text.RegularExpressions;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Training;

/// <summary>What must hold of every training that came to nothing.</summary>
internal static partial class FailedEnd
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    [GeneratedRegex(@"^[A-Z].+\. .*(Please|please|You can) .+\.$")]
    private static partial Regex Advice();

    public static void Check(TrainingScene scene, string code)
    {
        var (record, counted) = (scene.Record, scene.Counted);
        Assert.Equal((IdentityState.Failed, code), (record.State, record.FailureCode));
        Told(code);
        Assert.Equal((false, 0, 1), (record.SlotHeld, counted.Active, counted.Stored));
        Assert.Equal(code is Failures.Canceled ? 1 : 0, counted.StartedToday);
        Assert.Equal(code is Failures.Canceled, counted.MicroUsdToday > 0);
        Assert.InRange(record.RetainUntil!.Value - record.UpdatedAt, Kept - TrainingScene.Second, Kept);
        Assert.All(record.Photos, photo => Assert.True(scene.World.Hub.HasObject(scene.Repo, photo.Oid)));
        Assert.Equal(new DateTimeOffset?[] { null, null }, [record.DeadlineAt, record.CancelAskedAt]);
    }

    /// <summary>What happened, and then what to do about it.</summary>
    public static void Told(string code) => Assert.Matches(Advice(), Failures.Text(code));
}
