using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// A world in which a test tells what users do, what others do on the Hub, and how time passes. The reconciler ticks
/// whenever something is due, at most once a minute, and only while the test lets time pass.
/// </summary>
internal sealed class SweeperDay : IAsyncDisposable
{
    public const string User = "ada";
    public const string Others = "hf_others";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly HttpClient _others;

    private SweeperDay(World world)
    {
        World = world;
        Host = world.NewHost("first");
        Ticking = [Host];
        world.Hub.AddToken(Others, "local");
        _others = new HttpClient(world.Hub.NewHandler()) { BaseAddress = world.Hub.Url, Timeout = Timeout.InfiniteTimeSpan };
    }

    public World World { get; }

    public SimHost Host { get; }

    /// <summary>Whose reconcilers tick, all at once.</summary>
    public IReadOnlyList<SimHost> Ticking { get; set; }

    public Identity Record => World.Records.Single();

    public DateTimeOffset Now => World.Clock.GetUtcNow();

    /// <summary>Runs the story in a new world, then sees that the tables kept their rules.</summary>
    /// <param name="meddled">Rows were changed by hand, and keep no rules.</param>
    public static async Task TellAsync(
        Func<SweeperDay, Task> story, IReadOnlyDictionary<string, string?>? settings = null, Func<HubEmulatorOptions, HubEmulatorOptions>? hub = null,
        bool meddled = false, [CallerMemberName] string test = "")
    {
        await using var day = new SweeperDay(await World.StartAsync(Seed.Of(test), settings, hub));
        day.World.Run(() => story(day));
        if (!meddled)
        {
            Invariants.Moved(day.World);
            Invariants.Counters(day.World);
        }
    }

    public static IdentityName Name(string text) => IdentityName.Read(text, out var name) is null ? name! : throw new ArgumentException("Not a name.", nameof(text));

    public Task<IntakeOutcome> UploadAsync(
        string user = User, string name = "Ada", string? key = null, IReadOnlyList<Photo>? photos = null, SimHost? host = null, TimeSpan spent = default) =>
        (host ?? Host).Intake.TrainAsync(World.User(user), new Submission(Name(name), photos ?? SimPhotos.Set(0), key, null), spent, CancellationToken.None);

    /// <summary>An upload that must be accepted.</summary>
    public async Task<Identity> AcceptedAsync(string user = User, string name = "Ada", string? key = null)
    {
        var outcome = await UploadAsync(user, name, key);
        Assert.Null(outcome.Problem);
        return outcome.Identity!;
    }

    /// <summary>An upload whose training has succeeded, a minute after the last look at it: word of it would be followed up at once.</summary>
    public async Task<Identity> ReadyAsync(string user = User, string name = "Ada", string? key = null)
    {
        var id = (await AcceptedAsync(user, name, key)).Id;
        await UntilAsync(() => Of(id)?.State is IdentityState.Ready, TimeSpan.FromHours(1));
        await World.Clock.Delay(Minute);
        return Of(id)!;
    }

    public Task<bool> DeleteAsync(Identity identity, SimHost? host = null) =>
        (host ?? Host).Erasure.AcceptAsync(World.User(identity.OwnerKey), identity.Id, CancellationToken.None);

    /// <summary>What the webhook hands on.</summary>
    public Task NewsAsync(string? head = null, SimHost? host = null, RepoId? repo = null) =>
        (host ?? Host).News.TakeAsync(repo ?? Record.Repo, head, CancellationToken.None);

    /// <returns>Null when there is no such record any more.</returns>
    public Identity? Of(IdentityId id) => World.Records.FirstOrDefault(record => record.Id == id);

    public Task PassAsync(TimeSpan time) => WhileAsync(() => true, time);

    /// <summary>Lets time pass until it is so; that it never becomes so fails the test.</summary>
    public async Task UntilAsync(Func<bool> so, TimeSpan atMost, [CallerArgumentExpression(nameof(so))] string what = "")
    {
        await WhileAsync(() => !so(), atMost);
        Assert.True(so(), $"Never within {atMost}: {what}; there are {string.Join(", ", World.Records.Select(record => $"{record.State} {record.FailureCode}"))}");
    }

    public Task TickAsync() => Task.WhenAll(Ticking.Select(host => host.Reconciler.TickAsync(CancellationToken.None)));

    /// <summary>How often an alert of this kind was raised.</summary>
    public long Alerts(AlertKind kind) => World.Index.FirstOrDefault(row => row.PartitionKey == "g" && row.RowKey == $"a_{kind}")?.GetInt64("count") ?? 0;

    /// <summary>Effects on the Hub of this kind, made by anybody.</summary>
    public IReadOnlyList<JournalEntry> Effects(string kind) => [.. World.Hub.Journal.Entries.Where(entry => entry.Kind == kind)];

    /// <summary>Index rows whose key begins so, those of the service as a whole left out.</summary>
    public int Indexed(string prefix) => World.Index.Count(row => row.PartitionKey != "g" && row.RowKey.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Calls of this name that hosts have begun.</summary>
    public int Calls(string name) => World.Hosts.Sum(host => host.Gate.Passed.Count(boundary => boundary.Moment is Moment.Before && boundary.Name == name));

    /// <summary>Somebody else with rights in the namespace does something to a repo.</summary>
    public async Task OthersAsync(HttpMethod method, string path, string json, string token = Others)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _others.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}");
    }

    public Task OthersDeleteAsync(RepoId repo) =>
        OthersAsync(HttpMethod.Delete, "/api/repos/delete", $$"""{"type":"model","organization":"{{repo.Namespace}}","name":"{{repo.Name}}"}""");

    /// <summary>With the account's own token: others may not move a repo into an organisation of the account.</summary>
    public Task OthersMoveAsync(RepoId from, string to) =>
        OthersAsync(HttpMethod.Post, "/api/repos/move", $$"""{"type":"model","fromRepo":"{{from}}","toRepo":"{{to}}"}""", World.Token);

    public Task OthersPublishAsync(RepoId repo) => OthersAsync(HttpMethod.Put, $"/api/models/{repo}/settings", """{"visibility":"public"}""");

    public ValueTask DisposeAsync()
    {
        _others.Dispose();
        return World.DisposeAsync();
    }

    private async Task WhileAsync(Func<bool> goesOn, TimeSpan time)
    {
        var end = Now + time;
        while (goesOn() && Now < end)
        {
            var (soon, due) = (Now + Minute, World.NextDue ?? end);
            var next = due > soon ? due : soon;
            await World.Clock.Delay((next < end ? next : end) - Now);
            if (World.NextDue <= Now)
            {
                await TickAsync();
            }
        }
    }
}
