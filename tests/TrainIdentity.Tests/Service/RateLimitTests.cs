using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>A Hub that asks us to wait longer than a request can: the work is parked and nothing is slept on.</summary>
public sealed class RateLimitTests(Tables tables)
{
    [Fact]
    public async Task Before_the_photos_are_safe_the_client_is_told_when_to_come_back()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("create", FaultKind.Status, Status: 429, Headers: new Dictionary<string, string> { ["RateLimit"] = "\"api\";r=0;t=280" }));

        var limited = await rig.UploadAsync("patient", Uploads.Json("Patient", Uploads.Three));
        var again = await rig.UploadAsync("patient", Uploads.Json("Patient", Uploads.Three));

        Assert.Equal((503, "hub_rate_limited", "281", true), (limited.Status, limited.Code, limited.Header("Retry-After"), (bool)limited.Json["retryable"]!));
        Assert.Equal(200, again.Status);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("jobs.start")]
    public async Task Once_they_are_safe_the_answer_is_yes_and_the_rest_waits(string route)
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault(route, FaultKind.Status, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = "3" }));

        var reply = await rig.UploadAsync("parked", Uploads.Json("Parked", Uploads.Three));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, "parked", "ready");

        Assert.Equal((200, "training"), (reply.Status, (string?)reply.Json["status"]));
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }
}
