using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Secrets;

namespace TrainIdentity.Tests.Service;

/// <summary>
/// Secrets change while the service works, with the vault's own client on both sides. The service reads the vault again on
/// evidence alone: its next regular reading is far away.
/// </summary>
public sealed class RotationTests(Tables tables) : IAsyncLifetime
{
    private const string Webhook = "huggingface-webhook-secret";
    private const string Previous = "huggingface-webhook-secret-previous";
    private LoopbackVault _vault = null!;
    private ServiceRig _rig = null!;
    private OperatorRun _run = null!;
    private string _repo = "";

    public async ValueTask InitializeAsync()
    {
        _vault = await LoopbackVault.StartAsync();
        var settings = new Dictionary<string, string?>(_vault.Settings) { ["Secrets__RenewEvery"] = "00:00:00.200", ["Secrets__RetryEvery"] = "00:00:00.200", ["Webhook__PerSecond"] = "100000" };
        (_vault.Secrets["huggingface-token"], _vault.Secrets["huggingface-trainer-token"]) = (Canaries.HubToken, Canaries.TrainerToken);
        _rig = await ServiceRig.StartAsync(tables, settings, hub: options => options with
        {
            Token = Canaries.HubToken,
            RunnerToken = Canaries.TrainerToken,
            Webhook = null,
            WebhookTimeout = TimeSpan.FromMinutes(1),
        });
        _run = new OperatorRun(_rig).With(settings).On(_rig.Settings);
        var (exit, output) = await _run.RunAsync("setup", "--url", _rig.Stack.Service.AbsoluteUri);
        Assert.True(exit is 0, output);
        var made = (await _rig.UploadAsync("rotation", Uploads.Json("Mom", Uploads.Three))).Json;
        _repo = (string)made["repoId"]!;
        await _rig.BecomesAsync((string)made["identityId"]!, "rotation", "ready");
    }

    [Fact]
    public async Task The_webhooks_secret_changes_and_no_delivery_is_refused()
    {
        var old = _vault.Secrets[Webhook];

        var rotation = _run.RunAsync("setup", "--rotate-webhook-secret");
        while (!rotation.IsCompleted)
        {
            await DeliveredAsync();
            await Task.Delay(100, ServiceRig.Stop);
        }
        var (exit, output) = await rotation;
        await DeliveredAsync();

        Assert.True(exit is 0, output);
        Assert.NotEqual(old, _vault.Secrets[Webhook]);
        Assert.Equal(old, _vault.Secrets[Previous]);
        Assert.Equal((null, true), (_vault.Said(Webhook)["tags"]?["unannounced"], _vault.Said(Previous)["exp"] is not null));
        Assert.DoesNotContain(_vault.Secrets[Webhook], output, StringComparison.Ordinal);
        AssertNoneRefused();
    }

    [Theory]
    [InlineData("PUT", Previous, false)]
    [InlineData("PUT", Previous, true)]
    [InlineData("PUT", Webhook, false)]
    [InlineData("PUT", Webhook, true)]
    [InlineData("PATCH", Previous, false)]
    [InlineData("PATCH", Previous, true)]
    [InlineData("PATCH", Webhook, false)]
    [InlineData("PATCH", Webhook, true)]
    public async Task Killed_anywhere_a_repeat_finishes_it_and_no_delivery_is_refused(string method, string name, bool afterwards)
    {
        var old = _vault.Secrets[Webhook];
        using (var process = _run.Start("setup", "--rotate-webhook-secret"))
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task KillAsync(string called, string secret)
            {
                if ((called, secret) == (method, name) && reached.TrySetResult())
                {
                    process.Kill();
                    await process.WaitForExitAsync();
                    if (!afterwards)
                    {
                        throw new OperationCanceledException("It never came.");
                    }
                }
            }

            if (afterwards)
            {
                _vault.After = KillAsync;
            }
            else
            {
                _vault.Before = KillAsync;
            }
            await Task.WhenAny(reached.Task, process.WaitForExitAsync(ServiceRig.Stop));
            Assert.True(reached.Task.IsCompleted, await process.StandardOutput.ReadToEndAsync(ServiceRig.Stop));
            await process.WaitForExitAsync(ServiceRig.Stop);
        }
        await DeliveredAsync();

        var (exit, output) = await _run.RunAsync("setup", "--rotate-webhook-secret");
        await DeliveredAsync();

        Assert.True(exit is 0, output);
        Assert.NotEqual(old, _vault.Secrets[Webhook]);
        Assert.Null(_vault.Said(Webhook)["tags"]?["unannounced"]);
        Assert.Equal(0, (await _run.RunAsync("setup", "--check")).Exit);
        AssertNoneRefused();
    }

    [Fact]
    public async Task The_Hubs_token_and_the_salt_change_and_no_request_fails()
    {
        _rig.Hub.AddToken("hf_second", "local");
        using var enough = new CancellationTokenSource();
        var uploads = Enumerable.Range(0, 2).Select(user => UploadUntilAsync($"token{user}", enough.Token)).ToList();
        await DeliveredAsync();

        (_vault.Secrets["huggingface-token"], _vault.Secrets["idempotency-key-salt"]) = ("hf_second", "another-salt-of-some-length");
        _rig.Hub.RevokeToken(Canaries.HubToken);
        Assert.Equal(200, (await _rig.UploadAsync("after", Uploads.Json("After", Uploads.Three))).Status);
        await enough.CancelAsync();
        await Task.WhenAll(uploads);

        await DeliveredAsync();
        Assert.Equal(200, (await _rig.GetAsync("/api/ready", null)).Status);
        AssertNoneRefused();
    }

    /// <summary>One upload after another, none of which may fail.</summary>
    private async Task UploadUntilAsync(string user, CancellationToken enough)
    {
        do
        {
            var reply = await _rig.UploadAsync(user, Uploads.Json("Mom", Uploads.Three), ("Idempotency-Key", Guid.NewGuid().ToString()));
            Assert.True(reply.Status is 200, reply.Text);
        }
        while (!enough.IsCancellationRequested);
    }

    /// <summary>Somebody pushes, the Hub tells, and the telling has ended one way or the other.</summary>
    private async Task DeliveredAsync()
    {
        var before = _rig.Hub.Deliveries.Count;
        Assert.True(_rig.Hub.Push(Canaries.TrainerToken, _repo, "Something", new PushedFile("something.txt", Guid.NewGuid().ToByteArray())).Succeeded);
        while (_rig.Hub.Deliveries.Count == before)
        {
            await Task.Delay(10, ServiceRig.Stop);
        }
    }

    private void AssertNoneRefused() => Assert.All(_rig.Hub.Deliveries, delivery => Assert.Equal(200, delivery.Status));

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _vault.DisposeAsync();
    }
}
