using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Cancel and retry as their owner asks for them; asking twice is asking once.</summary>
public sealed class ActionTests(Tables tables)
{
    private const string Owner = "owner";
    private const string Nobodys = "0198c0de-0000-7000-8000-000000000001";

    [Fact]
    public async Task A_training_is_cancelled_and_tried_again_each_asked_for_twice()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.Hang });
        var (id, repo) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three)));

        var canceled = await ActAsync(rig, id, "cancel");
        var canceledAgain = await ActAsync(rig, id, "cancel");
        var failed = await rig.BecomesAsync(id, Owner, "failed");
        rig.Hub.Play = JobPlays.Succeed;
        var retried = await ActAsync(rig, id, "retry");
        var ready = await rig.BecomesAsync(id, Owner, "ready");

        Assert.Equal((202, 202, 202), (canceled.Status, canceledAgain.Status, retried.Status));
        Assert.All([canceled, canceledAgain, retried], reply => Assert.Equal((id, repo), ((string)reply.Json["id"]!, (string)reply.Json["modelId"]!)));
        Assert.Equal("canceled", (string?)failed["errorCode"]);
        Assert.Equal(("training", null), ((string?)retried.Json["status"], (string?)retried.Json["errorCode"]));
        Assert.Null((string?)ready["errorCode"]);
        Assert.Single(Kinds(rig, repo), JournalKinds.JobCanceled);
        Assert.Equal(2, Kinds(rig, repo).Count(kind => kind == JournalKinds.JobStarted));
    }

    [Fact]
    public async Task A_retry_that_runs_already_is_accepted_without_another_job()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.FailWithResult() });
        var (id, repo) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three)));
        await rig.BecomesAsync(id, Owner, "failed");
        rig.Hub.Play = JobPlays.Hang;

        var first = await ActAsync(rig, id, "retry");
        var second = await ActAsync(rig, id, "retry");

        Assert.Equal((202, 202), (first.Status, second.Status));
        Assert.Equal("training", (string?)second.Json["status"]);
        Assert.Equal(2, Kinds(rig, repo).Count(kind => kind == JournalKinds.JobStarted));
    }

    [Fact]
    public async Task Photos_are_trained_three_times_at_most()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.FailWithResult() });
        var (id, _) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three)));

        List<int> answers = [];
        for (var n = 0; n < 3; n++)
        {
            await rig.BecomesAsync(id, Owner, "failed");
            answers.Add((await ActAsync(rig, id, "retry")).Status);
        }

        Assert.Equal([202, 202, 409], answers);
    }

    [Fact]
    public async Task In_a_state_that_does_not_allow_it_nothing_happens()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var (id, _) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three)));
        var early = await ActAsync(rig, id, "retry");
        var view = await rig.BecomesAsync(id, Owner, "ready");

        var cancel = await ActAsync(rig, id, "cancel");
        var retry = await ActAsync(rig, id, "retry");

        Assert.All([early, cancel, retry], reply => Assert.Equal((409, "state_conflict", false), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!)));
        var after = (await rig.GetAsync($"/api/identities/{id}", Owner)).Json;
        Assert.Equal(("ready", (string?)view["trainedAt"], null), ((string?)after["status"], (string?)after["trainedAt"], (string?)after["errorCode"]));
    }

    [Fact]
    public async Task For_anybody_else_and_of_nothing_there_is_nothing_to_act_on()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.Hang });
        var (id, repo) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three)));

        foreach (var action in (string[])["cancel", "retry"])
        {
            var theirs = await ActAsync(rig, id, action, "thief");
            var unknown = await ActAsync(rig, Nobodys, action);
            var nonsense = await ActAsync(rig, "x", action);
            var nameless = await ActAsync(rig, id, action, null);

            Assert.All([theirs, unknown, nonsense], reply => Assert.Equal((404, "identity_not_found"), (reply.Status, reply.Code)));
            Assert.Equal((401, "token_missing"), (nameless.Status, nameless.Code));
        }
        Assert.DoesNotContain(JournalKinds.JobCanceled, Kinds(rig, repo));
        Assert.Equal("training", (string?)(await rig.GetAsync($"/api/identities/{id}", Owner)).Json["status"]);
    }

    [Fact]
    public async Task What_is_deleted_can_neither_be_cancelled_nor_tried_again_and_its_key_is_spent()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        (string, string) key = ("Idempotency-Key", "spent-1");
        var (id, repo) = Made(await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three), key));
        await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", Owner);
        var during = await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three), key);
        await rig.GoneAsync(repo);

        var cancel = await ActAsync(rig, id, "cancel");
        var retry = await ActAsync(rig, id, "retry");
        var after = await rig.UploadAsync(Owner, Uploads.Json("Mine", Uploads.Three), key);
        var other = await rig.UploadAsync("somebody-else", Uploads.Json("Mine", Uploads.Three), key);

        Assert.All([cancel, retry], reply => Assert.Equal((404, "identity_not_found"), (reply.Status, reply.Code)));
        Assert.All([during, after], reply => Assert.Equal((410, "identity_deleted", false), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!)));
        Assert.Equal(200, other.Status);
    }

    private static Task<Reply> ActAsync(ServiceRig rig, string id, string action, string? user = Owner) => rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/{action}", user);

    private static (string Id, string Repo) Made(Reply reply)
    {
        Assert.Equal(200, reply.Status);
        return ((string)reply.Json["identityId"]!, (string)reply.Json["repoId"]!);
    }

    private static List<string> Kinds(ServiceRig rig, string repo) => [.. rig.Hub.Journal.Entries.Where(entry => entry.Repo == repo).Select(entry => entry.Kind)];
}
