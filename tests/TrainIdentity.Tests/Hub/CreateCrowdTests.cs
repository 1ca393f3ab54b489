using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.Hub;

/// <summary>The Hub creates one repo at a time per account, and all users of the service share one.</summary>
public sealed class CreateCrowdTests
{
    private const int Users = 20;
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(90);
    private static readonly HubToken Token = new(_ => ValueTask.FromResult("hf_local"), _ => ValueTask.FromResult("hf_local"));

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Twenty_who_create_at_once_are_all_done_within_the_total_and_two_at_a_time()
    {
        var crowd = new Crowd();
        await using var desk = await HubDesk.OpenAsync(options => options with { CreateTime = TimeSpan.FromSeconds(2), Clock = _clock }, Token, _clock, crowd);
        var began = _clock.GetUtcNow();

        await PassAsync(Task.WhenAll(Enumerable.Range(1, Users).Select(n => desk.Client.Repos.CreatePrivateAsync(new RepoId("local", $"identity-{n}"), HubDesk.Stop))));

        Assert.Equal(Users, desk.Hub.Repos.Count);
        Assert.Equal(Users, desk.Hub.Journal.Entries.Count(entry => entry.Kind == JournalKinds.RepoCreated));
        Assert.True(_clock.GetUtcNow() - began <= Total);
        Assert.Equal(2, crowd.Most);
        Assert.Contains(desk.Hub.Calls.Latest, call => call is { Route: "create", Status: 409 });
    }

    [Fact]
    public async Task Who_waits_for_a_turn_longer_than_the_total_may_come_again_later()
    {
        await using var desk = await HubDesk.OpenAsync(options => options with { Clock = _clock }, Token, _clock);
        desk.Hub.Faults.Add(new Fault("create", FaultKind.Status, Times: 1000, Status: 503));

        var outcomes = Task.WhenAll(Enumerable.Range(1, Users).Select(n => Record.ExceptionAsync(
            () => desk.Client.Repos.CreatePrivateAsync(new RepoId("local", $"identity-{n}"), HubDesk.Stop)).AsTask()));
        var began = _clock.GetUtcNow();
        await PassAsync(outcomes);

        Assert.All(await outcomes, trouble => Assert.Equal(HubFault.Unavailable, Assert.IsType<HubException>(trouble).Fault));
        Assert.Contains(await outcomes, trouble => trouble is HubException { OutcomeUnknown: false, Status: null });
        Assert.True(_clock.GetUtcNow() - began <= Total + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_creation_that_is_given_up_makes_room_for_the_next()
    {
        await using var desk = await HubDesk.OpenAsync();
        desk.Hub.Faults.Add(new Fault("create", FaultKind.Hold, Times: 2));
        using var given = CancellationTokenSource.CreateLinkedTokenSource(HubDesk.Stop);
        var held = new[] { "a", "b" }.Select(name => desk.Client.Repos.CreatePrivateAsync(new RepoId("local", name), given.Token)).ToArray();
        await desk.Hub.Faults.WaitUntilHeldAsync(HubDesk.Stop);
        var next = desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);

        await given.CancelAsync();
        await next;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(held));
        Assert.Contains($"{desk.Repo}", desk.Hub.Repos);
    }

    /// <summary>Lets time pass in short steps, so that a call on the wire is not overtaken by its own limit.</summary>
    private async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, HubDesk.Stop);
        }
        await task;
    }

    private sealed class Crowd : DelegatingHandler
    {
        private readonly Lock _gate = new();
        private int _now;

        public int Most { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                Most = Math.Max(Most, ++_now);
            }
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                lock (_gate)
                {
                    _now--;
                }
            }
        }
    }
}
