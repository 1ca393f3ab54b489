using TrainIdentity.HubEmulator.Http;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Secrets;

namespace TrainIdentity.Tests.Service;

/// <summary><c>setup</c> and <c>setup --check</c>, each time as somebody whom nobody else on the Hub has met.</summary>
public sealed class SetUpTests(DefaultService service) : IClassFixture<DefaultService>
{
    private const string Service = "https://app.example";
    private readonly string _user = $"user{Guid.NewGuid():N}"[..16];

    private string Token => $"hf_of_{_user}";

    [Fact]
    public async Task With_a_vault_all_that_is_missing_is_stored_once_and_then_all_is_well()
    {
        await using var vault = await LoopbackVault.StartAsync();
        var run = Run(vault);

        var before = await run.RunAsync("setup", "--check", "--url", Service);
        Assert.Empty(vault.Secrets);
        var first = await run.RunAsync($"HUGGINGFACE_TOKEN={Token}\nHUGGINGFACE_TRAINER_TOKEN= hf_trainer_{_user} \n", ["setup", "--stdin", "--url", Service]);
        var stored = vault.Secrets.ToDictionary();
        var second = await run.RunAsync("setup");
        var check = await run.RunAsync("setup", "--check");

        Assert.Equal((1, 0, 0, 0), (before.Exit, first.Exit, second.Exit, check.Exit));
        Assert.Contains("To do: huggingface-token is not in the vault; run setup with HUGGINGFACE_TOKEN in its environment", before.Output, StringComparison.Ordinal);
        Assert.Equal((Token, $"hf_trainer_{_user}"), (stored["huggingface-token"], stored["huggingface-trainer-token"]));
        Assert.Equal((64, 64), (stored["huggingface-webhook-secret"].Length, stored["idempotency-key-salt"].Length));
        Assert.NotEqual(stored["huggingface-webhook-secret"], stored["idempotency-key-salt"]);
        Assert.Equal(stored, vault.Secrets.ToDictionary());
        Assert.EndsWith("All is well.\n", check.Output, StringComparison.Ordinal);
        foreach (var secret in stored.Values)
        {
            Assert.DoesNotContain(secret, before.Output + first.Output + second.Output + check.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_the_Hub_does_not_take_never_takes_the_place_of_one_that_it_does()
    {
        await using var vault = await LoopbackVault.StartAsync();
        var run = Run(vault).With("HUGGINGFACE_TOKEN", Token).With("HUGGINGFACE_TRAINER_TOKEN", $"hf_trainer_{_user}");
        await MadeAsync(run);

        var (exit, output) = await run.With("HUGGINGFACE_TOKEN", "hf_mistyped").RunAsync("setup");

        Assert.Equal((1, Token), (exit, vault.Secrets["huggingface-token"]));
        Assert.Contains("To do: the Hub does not take HUGGINGFACE_TOKEN", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_mistyped", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_finds_what_was_meddled_with_and_set_up_mends_it()
    {
        await using var vault = await LoopbackVault.StartAsync();
        var run = Run(vault).With("HUGGINGFACE_TOKEN", Token).With("HUGGINGFACE_TRAINER_TOKEN", $"hf_trainer_{_user}");
        await MadeAsync(run);
        using var owner = new HttpClient { BaseAddress = service.Rig.Hub.Url };
        owner.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        var id = System.Text.Json.Nodes.JsonNode.Parse(await owner.GetStringAsync("/api/settings/webhooks", ServiceRig.Stop))![0]!["id"]!;
        (await owner.PostAsync($"/api/settings/webhooks/{id}/disable", null, ServiceRig.Stop)).EnsureSuccessStatusCode();

        var found = await run.RunAsync("setup", "--check");
        var mended = await run.RunAsync("setup");
        var after = await run.RunAsync("setup", "--check");

        Assert.Equal((1, 0, 0), (found.Exit, mended.Exit, after.Exit));
        Assert.Contains("is disabled, perhaps after failed deliveries", found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_vault_it_looks_at_the_settings_and_checks_without_making_the_tables()
    {
        Known();
        var run = new OperatorRun(service.Rig).With("HUGGINGFACE_TOKEN", Token).With("IDEMPOTENCY_KEY_SALT", null);

        var check = await run.RunAsync("setup", "--check", "--url", Service);
        var rotate = await run.RunAsync("setup", "--rotate-webhook-secret", "--url", Service);

        Assert.Equal((1, 1), (check.Exit, rotate.Exit));
        Assert.Contains("To do: IDEMPOTENCY_KEY_SALT is not set; any long random word will do.", check.Output, StringComparison.Ordinal);
        Assert.Contains("To do: the tables are not there", check.Output, StringComparison.Ordinal);
        Assert.Contains("To do: no webhook calls https://app.example/api/training-status; run setup.", check.Output, StringComparison.Ordinal);
        Assert.Contains("set HUGGINGFACE_WEBHOOK_SECRET_PREVIOUS to the present secret", rotate.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_of_an_issuer_that_shares_one_is_asked_for_and_stored()
    {
        await using var vault = await LoopbackVault.StartAsync();
        var run = Run(vault).With("HUGGINGFACE_TOKEN", Token).With("HUGGINGFACE_TRAINER_TOKEN", $"hf_trainer_{_user}")
            .With("Auth__Issuers__0__Issuer", "https://project.supabase.example/auth/v1").With("Auth__Issuers__0__Audience", "authenticated")
            .With("Auth__Issuers__0__Kind", "SupabaseSecret").With("Auth__Issuers__0__Algorithm", "").With("Auth__Issuers__0__Tenants", "");

        var without = await run.RunAsync("setup", "--url", Service);
        var with = await run.RunAsync($"SUPABASE_JWT_SECRET={new string('s', 32)}\n", ["setup", "--stdin", "--url", Service]);

        Assert.Equal((1, 0), (without.Exit, with.Exit));
        Assert.Contains("To do: supabase-jwt-secret is not in the vault; run setup with SUPABASE_JWT_SECRET", without.Output, StringComparison.Ordinal);
        Assert.Equal(new string('s', 32), vault.Secrets["supabase-jwt-secret"]);
    }

    [Theory]
    [InlineData(403, "ask for the role Key Vault Secrets Officer")]
    [InlineData(400, "The vault refuses.")]
    public async Task A_vault_that_refuses_is_told_in_words(int status, string words)
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.FailWith = status;

        var (exit, output) = await Run(vault).RunAsync("setup", "--check");

        Assert.Equal(1, exit);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task MadeAsync(OperatorRun run)
    {
        var (exit, output) = await run.RunAsync("setup", "--url", Service);
        Assert.True(exit is 0, output);
    }

    private OperatorRun Run(LoopbackVault vault)
    {
        Known();
        return new OperatorRun(service.Rig).With(vault.Settings).With("Secrets__RenewEvery", "00:00:00.200");
    }

    private void Known()
    {
        service.Rig.Hub.AddToken(Token, _user);
        service.Rig.Hub.AddToken($"hf_trainer_{_user}", _user);
    }
}
