using System.Globalization;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>What a user who has had enough for now is told, and that being told costs nothing.</summary>
public sealed class QuotaTests(Tables tables)
{
    [Fact]
    public async Task A_third_training_under_way_is_one_too_many_and_leaves_no_trace()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Quota__Active"] = "2", ["Quota__PerDay"] = "5" }, hub: options => options with { Play = JobPlays.Hang });
        await rig.UploadAsync("eager", Uploads.Json("One", Uploads.Three));
        await rig.UploadAsync("eager", Uploads.Json("Two", Uploads.Three));
        var before = (await rig.GetAsync("/api/me", "eager")).Json["quota"]!.ToJsonString();

        var third = await rig.UploadAsync("eager", Uploads.Json("Three", Uploads.Three));
        var replayed = await rig.UploadAsync("eager", Uploads.Json("Two", Uploads.Three));
        var other = await rig.UploadAsync("calm", Uploads.Json("One", Uploads.Three));

        Assert.Equal((429, "quota_exceeded", "30", true, false), (third.Status, third.Code, third.Header("Retry-After"), (bool)third.Json["retryable"]!, (bool)third.Json["success"]!));
        Assert.Equal("application/problem+json", third.ContentHeaders.ContentType?.MediaType);
        Assert.Equal((200, "true", 200), (replayed.Status, replayed.Header("Idempotency-Replayed"), other.Status));
        Assert.Equal(before, (await rig.GetAsync("/api/me", "eager")).Json["quota"]!.ToJsonString());
        Assert.Equal(3, rig.Hub.Journal.Entries.Count(entry => entry.Kind == JournalKinds.RepoCreated));
    }

    [Fact]
    public async Task A_sixth_training_of_a_day_waits_for_tomorrow()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Quota__PerDay"] = "5" });
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(200, (await rig.UploadAsync("busy", Uploads.Json($"Name {n}", Uploads.Three))).Status);
        }

        var sixth = await rig.UploadAsync("busy", Uploads.Json("Sixth", Uploads.Three));

        Assert.Equal((429, "quota_exceeded"), (sixth.Status, sixth.Code));
        Assert.InRange(int.Parse(sixth.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 24 * 60 * 60);
        Assert.Equal(5, (int)(await rig.GetAsync("/api/me", "busy")).Json["quota"]!["startedToday"]!);
    }

    [Fact]
    public async Task A_photo_that_is_sent_again_counts_nothing_on_a_day_that_is_full()
    {
        var (photo, other) = (Uploads.Sample(Uploads.Three[0]), Uploads.Sample(Uploads.Three[1]));
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Quota__BytesPerDay"] = $"{photo.Length}" });
        var opened = await rig.SendAsync(HttpMethod.Post, "/api/identities", "again", Uploads.Text("{\"identityName\":\"Mom\",\"consent\":true}"));
        Task<Reply> PutAsync(int number, byte[] bytes) => rig.SendAsync(HttpMethod.Put, $"/api/identities/{opened.Json["id"]}/photos/{number}", "again", new ByteArrayContent(bytes));

        Reply[] replies = [await PutAsync(1, photo), await PutAsync(1, photo), await PutAsync(2, photo), await PutAsync(1, other)];

        Assert.Equal([200, 200, 429, 429], replies.Select(reply => reply.Status));
    }

    [Fact]
    public async Task While_trainings_are_paused_nothing_new_is_taken_on()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Training__Paused"] = "true" });

        var reply = await rig.UploadAsync("early", Uploads.Json("Early", Uploads.Three));
        var me = (await rig.GetAsync("/api/me", "early")).Json;

        Assert.Equal((503, "training_paused", "300", true), (reply.Status, reply.Code, reply.Header("Retry-After"), (bool)reply.Json["retryable"]!));
        Assert.Empty(rig.Hub.Repos);
        Assert.Equal((0, 0, 0), (me["identities"]!.AsArray().Count, (int)me["quota"]!["active"]!, (int)me["quota"]!["startedToday"]!));
    }
}
