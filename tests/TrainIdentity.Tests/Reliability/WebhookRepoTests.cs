using Azure;
using TrainIdentity.Functions.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Word that a repo was deleted or shown: looked into, and acted on only when it is so.</summary>
[Collection(nameof(Alone))]
public sealed class WebhookRepoTests
{
    [Fact]
    public Task Word_that_a_repo_is_deleted_which_is_there_changes_nothing() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.Hang;
        await day.AcceptedAsync();

        await day.NewsAsync();
        await day.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((IdentityState.Training, null), (day.Record.State, day.Record.MissingSince));
        Assert.Equal(0, day.Alerts(AlertKind.RepoGone));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_repo_that_is_gone_counts_as_gone_at_the_second_look(bool ready) => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = ready ? JobPlays.Succeed : JobPlays.Hang;
        var identity = ready ? await day.ReadyAsync() : await day.AcceptedAsync();
        await day.OthersDeleteAsync(identity.Repo);

        await day.NewsAsync();
        Assert.Equal(identity.State, day.Record.State);
        Assert.NotNull(day.Record.MissingSince);
        await day.NewsAsync();
        Assert.Equal(identity.State, day.Record.State);
        await day.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal((IdentityState.Failed, Failures.RepoGone, null, false), (day.Record.State, day.Record.FailureCode, day.Record.RetainUntil, day.Record.SlotHeld));
        Assert.Equal(1, day.Alerts(AlertKind.RepoGone));
        Assert.Equal(ready ? 0 : 1, day.Effects(JournalKinds.JobCanceled).Count);
    });

    [Fact]
    public Task A_repo_that_others_made_public_is_private_again_and_somebody_is_told() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersPublishAsync(identity.Repo);

        await day.NewsAsync();

        Assert.True(day.World.Hub.IsPrivate(identity.Repo.ToString()));
        Assert.Equal((IdentityState.Ready, 1L), (day.Record.State, day.Alerts(AlertKind.PublicRepo)));
    });

    [Fact]
    public Task With_the_tables_away_the_sender_is_told_to_come_again() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.AcceptedAsync();
        day.Host.Gate.Fails = boundary => boundary.Name.StartsWith("table:", StringComparison.Ordinal) ? new RequestFailedException(503, "The server is busy.") : null;

        var trouble = await Assert.ThrowsAnyAsync<Exception>(() => day.NewsAsync(repo: identity.Repo));
        day.Host.Gate.Fails = null;

        Assert.Equal((503, "storage_unavailable", true), Problems.For(trouble) is { } problem ? (problem.Status, problem.Code, problem.Retryable) : default);
    });
}
