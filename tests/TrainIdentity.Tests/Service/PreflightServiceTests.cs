using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Nobody is asked for photos while no training can succeed, and everybody is told what is the matter.</summary>
public sealed class PreflightServiceTests(Tables tables)
{
    private const string Owner = "owner";

    private static readonly Dictionary<string, Action<AccountState>> Lacks = new()
    {
        ["base_model"] = account => account.TermsAccepted = false,
        ["credit"] = account => (account.BillingMode, account.CanPay) = ("postpaid", false),
        ["private_storage"] = account => account.OtherPrivateBytes = 99_000_000_000,
    };

    [Theory]
    [InlineData("base_model", "accept its terms at")]
    [InlineData("credit", "add a payment method or credit in its billing settings")]
    [InlineData("private_storage", "99.0 of 100 GB of private storage are used: delete identities or repos")]
    public async Task What_is_lacking_makes_it_not_ready_refuses_photos_and_is_told_to_the_operator(string component, string words)
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var ready = await rig.UploadAsync("early", TinyPhotos.Form("Early"));
        Assert.Equal(200, ready.Status);
        Lacks[component](rig.Hub.Account);
        await RestartedAsync(rig);

        await MissingAsync(rig, component);
        var profile = (await rig.GetAsync("/api/limits", null)).Json["profiles"]![0]!;
        var (upload, draft) = (await rig.UploadAsync(Owner, TinyPhotos.Form("Mom")), await OpenAsync(rig));
        var (exit, output) = await StatusAsync(rig);

        Assert.All([upload, draft], refused => Assert.Equal((503, "training_paused", true, "60"), (refused.Status, refused.Code, (bool)refused.Json["retryable"]!, refused.Header("Retry-After"))));
        Assert.False((bool)profile["available"]!);
        Assert.Empty((await rig.GetAsync("/api/identities", Owner)).Json["identities"]!.AsArray());
        Assert.Equal(1, exit);
        Assert.Contains($"LACKING {component}: ", output, StringComparison.Ordinal);
        Assert.Contains(words, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_mended_what_was_refused_is_accepted()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.FailWithResult() });
        var draft = (string)(await OpenAsync(rig)).Json["id"]!;
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal(200, (await rig.SendAsync(HttpMethod.Put, $"/api/identities/{draft}/photos/{n}", Owner, new ByteArrayContent(TinyPhotos.Png(n)))).Status);
        }
        var failed = (string)(await rig.UploadAsync(Owner, TinyPhotos.Form("Dad"))).Json["identityId"]!;
        await rig.BecomesAsync(failed, Owner, "failed");
        rig.Hub.Account.TermsAccepted = false;
        await RestartedAsync(rig);
        await MissingAsync(rig, "base_model");

        var (train, retry) = (await ActAsync(rig, draft, "train"), await ActAsync(rig, failed, "retry"));
        rig.Hub.Account.TermsAccepted = true;
        rig.Hub.Play = JobPlays.Succeed;
        await RestartedAsync(rig);
        await ReadyAsync(rig);
        var accepted = new[] { await ActAsync(rig, draft, "train"), await ActAsync(rig, failed, "retry"), await rig.UploadAsync(Owner, TinyPhotos.Form("Sis")), await OpenAsync(rig) };

        Assert.All([train, retry], refused => Assert.Equal((503, "training_paused"), (refused.Status, refused.Code)));
        Assert.Equal([202, 202, 200, 201], accepted.Select(reply => reply.Status));
        await rig.BecomesAsync(draft, Owner, "ready");
        await rig.BecomesAsync(failed, Owner, "ready");
    }

    [Fact]
    public async Task What_the_operator_ignores_keeps_nobody_from_training()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Training__PreflightIgnored"] = "base_model private_storage" });
        (rig.Hub.Account.TermsAccepted, rig.Hub.Account.OtherPrivateBytes) = (false, 99_000_000_000);
        await RestartedAsync(rig);

        await ReadyAsync(rig);
        var reply = await rig.UploadAsync(Owner, TinyPhotos.Form("Mom"));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, Owner, "ready");

        Assert.True((bool)(await rig.GetAsync("/api/limits", null)).Json["profiles"]![0]!["available"]!);
    }

    [Fact]
    public async Task Trouble_of_the_Hub_is_no_reason_to_refuse_anybody()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("auth-check", FaultKind.Status, Times: 1000, Status: 503));
        rig.Hub.Faults.Add(new Fault("jobs.other", FaultKind.Status, Times: 1000, Status: 503));
        rig.Hub.Faults.Add(new Fault("storage", FaultKind.Status, Times: 1000, Status: 503));
        await RestartedAsync(rig);

        var reply = await rig.UploadAsync(Owner, TinyPhotos.Form("Mom"));

        Assert.Equal(200, reply.Status);
        await rig.BecomesAsync((string)reply.Json["identityId"]!, Owner, "ready");
    }

    [Fact]
    public async Task A_start_refused_for_want_of_credit_stops_further_uploads_at_once()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        await ReadyAsync(rig);
        rig.Hub.Faults.Add(new Fault("jobs.start", FaultKind.Status, Status: 402));

        var refused = await rig.UploadAsync(Owner, TinyPhotos.Form("Mom"));
        await MissingAsync(rig, "credit");
        var next = await rig.UploadAsync("other", TinyPhotos.Form("Dad"));
        var (exit, output) = await StatusAsync(rig);

        Assert.Equal((503, "hub_quota"), (refused.Status, refused.Code));
        Assert.Equal((503, "training_paused"), (next.Status, next.Code));
        Assert.Equal(1, exit);
        Assert.Contains("LACKING credit: The Hub has just refused a job for lack of credit", output, StringComparison.Ordinal);
    }

    private static Task<Reply> OpenAsync(ServiceRig rig) => rig.SendAsync(HttpMethod.Post, "/api/identities", Owner, Uploads.Text("""{"identityName":"Mom","consent":true}"""));

    private static Task<Reply> ActAsync(ServiceRig rig, string id, string what) => rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/{what}", Owner);

    /// <summary>A process that has asked nothing yet.</summary>
    private static async Task RestartedAsync(ServiceRig rig)
    {
        rig.Stack.FunctionsHost.KillHandler();
        while ((await rig.GetAsync("/api/health", null)).Status != 200)
        {
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    /// <summary>On a busy machine the first may be answered before the Hub has answered.</summary>
    private static Task MissingAsync(ServiceRig rig, string component) =>
        SeenAsync(rig, reply => reply.Status == 503 && (string?)reply.Json["components"]![component] == "missing" && (string?)reply.Json["status"] == "not ready");

    private static Task ReadyAsync(ServiceRig rig) => SeenAsync(rig, reply => reply.Status == 200 && (string?)reply.Json["components"]!["base_model"] == "ok");

    private static async Task SeenAsync(ServiceRig rig, Predicate<Reply> seen)
    {
        while (!seen(await rig.GetAsync("/api/ready", null)))
        {
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    private static Task<(int Exit, string Output)> StatusAsync(ServiceRig rig) =>
        new OperatorRun(rig).With("HUGGINGFACE_TRAINER_TOKEN", rig.Stack.RunnerToken).On(rig.Settings).RunAsync("status");
}
