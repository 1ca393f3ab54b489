using Azure;
using TrainIdentity.Secrets;

namespace TrainIdentity.Tests.Secrets;

public sealed class VaultTests
{
    [Fact]
    public async Task The_snapshot_holds_what_the_vault_has_and_null_for_the_rest()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = "hf_token\n";
        vault.Secrets["huggingface-webhook-secret"] = "s3cret";
        vault.Secrets["supabase-jwt-secret"] = "jwt";
        vault.Secrets["idempotency-key-salt"] = "salt";

        var secrets = await Vault.ReadAsync(Vault.Open(Options(vault), local: true), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(new SecretSnapshot { HubToken = "hf_token", WebhookSecret = "s3cret", SupabaseJwtSecret = "jwt", KeySalt = "salt" }, secrets);
    }

    [Fact]
    public async Task A_refusing_vault_is_an_accident_and_never_an_empty_snapshot()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.FailWith = 403;

        var client = Vault.Open(Options(vault), local: true);

        await Assert.ThrowsAsync<RequestFailedException>(() => Vault.ReadAsync(client, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_vault_with_another_certificate_is_not_spoken_to()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = "hf_token";
        var options = Options(vault);
        options.LocalCertificateSha256 = new string('0', 64);

        await Assert.ThrowsAnyAsync<Exception>(() => Vault.ReadAsync(Vault.Open(options, local: true), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(0, vault.Reads);
    }

    private static VaultOptions Options(LoopbackVault vault) => new() { Uri = vault.Uri, LocalCertificateSha256 = vault.CertificateSha256 };
}
