using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>What the Hub's answers mean for those who want to train, and in which words an operator hears it.</summary>
public sealed class PreflightQuestionsTests : IAsyncLifetime
{
    private const string Flux = "black-forest-labs/FLUX.1-dev";
    private const string HubToken = "hf_local";
    private const string TrainerToken = "hf_runner";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(57));
    private readonly TrainingOptions _options = new() { Image = "trainer" };
    private readonly IdentityTables _tables;
    private EmulatedHub _hub = null!;
    private string _hubToken = HubToken;
    private string? _trainerToken = TrainerToken;

    public PreflightQuestionsTests()
    {
        var memory = new MemoryTables(_clock).With("Owned", "Index");
        _tables = new IdentityTables(memory.Client("Owned"), memory.Client("Index"), new StorageClock(_clock));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await EmulatedHub.StartAsync(new HubEmulatorOptions { InMemory = true, Token = HubToken, RunnerToken = TrainerToken }, Stop);

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        return _hub.DisposeAsync();
    }

    [Fact]
    public async Task With_all_in_place_everything_is_fine_and_priced()
    {
        _hub.Account.CanPay = true;

        var report = await AskAsync();

        Assert.True(report.IsFine);
        Assert.Equal(PreflightQuestions.Components.Order(), report.Checks.Select(check => check.Component).Distinct().Order());
        Assert.All(report.Checks, check => Assert.Equal(PreflightState.Fine, check.State));
        Assert.Equal(2.5m, decimal.Round(report.Prices["a100-large"], 3));
        Assert.Equal("Hardware a100-large costs 2.50 USD an hour.", report.Checks.Single(check => check.Component is PreflightQuestions.Hardware).Words);
    }

    [Fact]
    public async Task Terms_that_are_not_accepted_are_lacking_for_their_model()
    {
        _hub.Account.TermsAccepted = false;

        var check = await LackAsync(PreflightQuestions.BaseModel, "accept its terms at", Flux, "let the token read gated repos");

        Assert.Equal(Flux, check.Subject);
    }

    [Fact]
    public async Task Hardware_that_is_not_offered_is_lacking_for_its_profiles()
    {
        _options.Flavor = "abacus";

        var check = await LackAsync(PreflightQuestions.Hardware, "abacus is not on offer", "Training__Flavor", "a100-large");

        Assert.Equal("abacus", check.Subject);
    }

    [Theory]
    [InlineData("postpaid", true, PreflightState.Fine, "can pay")]
    [InlineData("prepaid", true, PreflightState.Fine, "can pay")]
    [InlineData("postpaid", false, PreflightState.Lacking, "add a payment method or credit in its billing settings")]
    [InlineData("prepaid", false, PreflightState.Untold, "look at its billing settings")]
    public async Task Credit_is_what_the_Hub_says_of_it(string mode, bool canPay, PreflightState state, string words)
    {
        (_hub.Account.BillingMode, _hub.Account.CanPay) = (mode, canPay);

        var check = await OneAsync(PreflightQuestions.Credit);

        Assert.Equal((state, true), (check.State, check.Words.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_job_refused_for_want_of_credit_makes_it_lacking_for_fifteen_minutes()
    {
        _hub.Account.CanPay = true;
        await _tables.Service.ChangeAsync(Preflight.CreditRow, row => row["refused_at"] = _clock.GetUtcNow(), Stop);

        _clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        await LackAsync(PreflightQuestions.Credit, "just refused a job", "buy some");
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(PreflightState.Fine, (await OneAsync(PreflightQuestions.Credit)).State);
    }

    [Theory]
    [InlineData(95_000_000_000, null, PreflightState.Fine)]
    [InlineData(95_000_000_001, null, PreflightState.Lacking)]
    [InlineData(95_000_000_001, 200_000_000_000, PreflightState.Fine)]
    public async Task Private_storage_must_have_room_for_the_trainings_under_way(long used, long? allowed, PreflightState state)
    {
        (_hub.Account.OtherPrivateBytes, _options.PrivateStorageBytes) = (used, allowed);

        var check = await OneAsync(PreflightQuestions.PrivateStorage);

        Assert.Equal(state, check.State);
        Assert.StartsWith("95.0 of ", check.Words, StringComparison.Ordinal);
        Assert.Equal(state is PreflightState.Lacking, check.Words.Contains("delete identities or repos, buy more, or set Training__PrivateStorageBytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Hub_token_that_may_too_little_says_what_it_lacks()
    {
        _hubToken = TrainerToken;

        await LackAsync(PreflightQuestions.HubToken, "cannot start jobs in local", "give it job.write there");
    }

    [Fact]
    public async Task A_trainer_token_that_may_only_read_says_so()
    {
        _hub.AddToken("hf_reads", "local", TokenRole.Reader);
        _trainerToken = "hf_reads";

        await LackAsync(PreflightQuestions.TrainerToken, "may only read");
    }

    [Fact]
    public async Task A_token_that_the_Hub_refuses_is_lacking()
    {
        _trainerToken = "hf_gone";
        await LackAsync(PreflightQuestions.TrainerToken, "refuses the token of HUGGINGFACE_TRAINER_TOKEN", "make a new one");

        _hubToken = "hf_gone";
        await LackAsync(PreflightQuestions.HubToken, "refuses the token of HUGGINGFACE_TOKEN", "make a new one");
    }

    [Fact]
    public async Task A_trainer_token_that_is_not_set_is_named()
    {
        _trainerToken = null;

        var check = await OneAsync(PreflightQuestions.TrainerToken);

        Assert.Equal((PreflightState.Unknown, "No token is set as HUGGINGFACE_TRAINER_TOKEN."), (check.State, check.Words));
    }

    [Theory]
    [InlineData("whoami", PreflightQuestions.HubToken)]
    [InlineData("auth-check", PreflightQuestions.BaseModel)]
    [InlineData("jobs.other", PreflightQuestions.Hardware)]
    [InlineData("storage", PreflightQuestions.PrivateStorage)]
    public async Task Trouble_of_the_Hub_leaves_one_component_unknown_and_blocks_nobody(string route, string component)
    {
        _hub.Faults.Add(new Fault(route, FaultKind.Status, Times: 1000, Status: 503));

        var report = await AskAsync();

        Assert.Equal(PreflightState.Unknown, report.Checks.Single(check => check.Component == component).State);
        Assert.Empty(report.Lacking(""));
        Assert.DoesNotContain(report.Checks, check => check.Words.Contains("hf_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_external_training_only_token_and_storage_matter()
    {
        (_options.Mode, _hub.Account.TermsAccepted, _trainerToken) = (TrainingMode.External, false, null);

        var report = await AskAsync();

        Assert.Equal([PreflightQuestions.HubToken, PreflightQuestions.PrivateStorage], report.Checks.Select(check => check.Component));
        Assert.True(report.IsFine);
    }

    private async Task<PreflightCheck> LackAsync(string component, params string[] words)
    {
        var check = await OneAsync(component);
        Assert.Equal(PreflightState.Lacking, check.State);
        Assert.All(words, part => Assert.Contains(part, check.Words, StringComparison.Ordinal));
        return check;
    }

    private async Task<PreflightCheck> OneAsync(string component) => (await AskAsync()).Checks.Single(check => check.Component == component);

    private Task<PreflightReport> AskAsync() => new PreflightQuestions(Client(_ => ValueTask.FromResult(_hubToken)), Client(Trainer), _tables, _options, new TrainingProfiles(_options)).AskAsync(Stop);

    private ValueTask<string> Trainer(CancellationToken stop) => ValueTask.FromResult(_trainerToken ?? throw new HubException(HubFault.Auth, "token", "no trainer token is configured"));

    /// <summary>Whose waits are over at once: what is asked again in vain is not waited for.</summary>
    private HubClient Client(Func<CancellationToken, ValueTask<string>> token) => new(
        new HttpClient(_hub.NewHandler()), new HttpClient(_hub.NewHandler()), new HubOptions { Endpoint = _hub.Url }, local: true, token, new HastyClock());

    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(9) ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
