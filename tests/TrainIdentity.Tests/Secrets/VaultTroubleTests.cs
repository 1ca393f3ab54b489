using Azure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Secrets;

namespace TrainIdentity.Tests.Secrets;

/// <summary>Bad days of the vault, with the official client and the cache that stands between it and everybody else.</summary>
public sealed class VaultTroubleTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private LoopbackVault _vault = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await LoopbackVault.StartAsync();
        (_vault.Secrets["huggingface-token"], _vault.Secrets["huggingface-webhook-secret"]) = ("hf_first", "webhook-first");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_vault_that_refuses_takes_nothing_away_until_what_it_said_is_too_old(int status)
    {
        var cache = Cache();
        Assert.Equal("hf_first", (await cache.GetAsync(Stop)).HubToken);
        (_vault.FailWith, _vault.Secrets["huggingface-token"]) = (status, "hf_second");

        var renewed = await cache.RenewedAsync(Stop);
        _clock.Advance(TimeSpan.FromHours(2));
        var later = await cache.GetAsync(Stop);
        _clock.Advance(TimeSpan.FromHours(22));
        await Assert.ThrowsAsync<SecretsUnavailableException>(async () => await cache.GetAsync(Stop));
        _vault.FailWith = null;
        var back = await cache.GetAsync(Stop);

        Assert.Equal(("hf_first", "webhook-first"), (renewed.HubToken, renewed.WebhookSecret));
        Assert.Equal(("hf_first", null), (later.HubToken, later.WebhookSecret));
        Assert.Equal(("hf_second", "webhook-first"), (back.HubToken, back.WebhookSecret));
    }

    [Fact]
    public async Task A_vault_of_another_version_of_the_interface_is_an_accident_and_no_empty_snapshot()
    {
        _vault.ApiVersion = "1.0";

        await Assert.ThrowsAsync<SecretsUnavailableException>(async () => await Cache().GetAsync(Stop));
    }

    [Fact]
    public async Task While_the_vault_takes_its_time_whoever_knows_something_does_not_wait()
    {
        var cache = Cache();
        await cache.GetAsync(Stop);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _vault.Before = (_, _) => held.Task;
        _vault.Secrets["huggingface-token"] = "hf_second";
        _clock.Advance(TimeSpan.FromMinutes(31));

        var meanwhile = await cache.GetAsync(Stop);
        held.SetResult();

        Assert.Equal("hf_first", meanwhile.HubToken);
        while ((await cache.GetAsync(Stop)).HubToken != "hf_second")
        {
            await Task.Delay(10, Stop);
        }
    }

    [Fact]
    public async Task Whoever_knows_nothing_waits_no_longer_than_their_caller()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _vault.Before = (_, _) => held.Task;
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = Cache().GetAsync(caller.Token).AsTask();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.SetResult();
    }

    [Fact]
    public async Task A_disabled_secret_is_absent_and_takes_no_other_away()
    {
        _vault.Secrets["huggingface-webhook-secret-previous"] = "webhook-leaked";
        _vault.Disabled["huggingface-webhook-secret-previous"] = true;

        var secrets = await ReadAsync();

        Assert.Equal(new SecretSnapshot { HubToken = "hf_first", WebhookSecret = "webhook-first" }, secrets);
    }

    [Fact]
    public async Task The_previous_webhook_secret_ends_on_its_day_and_of_others_the_day_is_a_reminder()
    {
        var operators = new OperatorVault(Client(), _clock);
        await operators.StoreAsync(SecretName.PreviousWebhookSecret, "webhook-before", Stop);
        await operators.SettleAsync((await operators.FindAsync(SecretName.WebhookSecret, Stop))!, Stop);

        var today = await ReadAsync();
        _clock.Advance(TimeSpan.FromHours(25));
        var tomorrow = await ReadAsync();

        Assert.Equal(("webhook-before", null), (today.PreviousWebhookSecret, tomorrow.PreviousWebhookSecret));
        Assert.Equal(("hf_first", "webhook-first"), (tomorrow.HubToken, tomorrow.WebhookSecret));
    }

    [Fact]
    public async Task The_previous_webhook_secret_is_read_after_the_present_one()
    {
        var present = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _vault.After = (_, name) =>
        {
            if (name == SecretName.WebhookSecret.InVault)
            {
                // The whole of a rotation's first two steps, between two readings.
                (_vault.Secrets["huggingface-webhook-secret-previous"], _vault.Secrets["huggingface-webhook-secret"]) = ("webhook-first", "webhook-second");
                present.TrySetResult();
            }
            return Task.CompletedTask;
        };

        var secrets = await ReadAsync();

        Assert.True(present.Task.IsCompleted);
        Assert.Equal("webhook-first", secrets.PreviousWebhookSecret);
    }

    [Fact]
    public async Task A_secret_on_its_way_into_the_vault_is_stored_with_its_mark_or_not_at_all()
    {
        var operators = new OperatorVault(Client(), _clock);
        await operators.StoreUnannouncedAsync(SecretName.WebhookSecret, "webhook-second", Stop);
        var marked = (await operators.FindAsync(SecretName.WebhookSecret, Stop))!;
        await operators.SettleAsync(marked, Stop);

        Assert.Equal((true, "webhook-second", "***"), (_vault.Secrets["huggingface-webhook-secret"] == marked.Value, marked.Value, marked.ToString()));
        Assert.False((await operators.FindAsync(SecretName.WebhookSecret, Stop))!.IsUnannounced);
    }

    [Fact]
    public async Task What_the_vault_refuses_to_store_is_an_accident()
    {
        _vault.FailWith = 403;

        await Assert.ThrowsAsync<RequestFailedException>(() => new OperatorVault(Client(), _clock).StoreAsync(SecretName.KeySalt, "salt", Stop));

        Assert.False(_vault.Secrets.ContainsKey("idempotency-key-salt"));
    }

    private Azure.Security.KeyVault.Secrets.SecretClient Client() => Vault.Open(new VaultOptions { Uri = _vault.Uri, LocalCertificateSha256 = _vault.CertificateSha256 }, local: true);

    private Task<SecretSnapshot> ReadAsync() => Vault.ReadAsync(Client(), _clock, Stop);

    private SecretCache Cache()
    {
        var client = Client();
        return new SecretCache(stop => Vault.ReadAsync(client, _clock, stop), new SecretOptions(), _clock, NullLogger<SecretCache>.Instance);
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();
}
