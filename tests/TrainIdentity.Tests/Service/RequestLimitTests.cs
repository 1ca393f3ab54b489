using System.Globalization;
using System.Text;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>What is refused because of everything else that is asked, before a byte of the body is read.</summary>
public sealed class RequestLimitTests(Tables tables)
{
    [Fact]
    public async Task A_user_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Rate__Creations"] = "2", ["Rate__Reads"] = "1" });

        var nobody = await rig.SendAsync(HttpMethod.Post, "/api/train-identity", null, Uploads.Text("{"));
        int[] first = [(await rig.UploadAsync("hasty", Uploads.Text("{"))).Status, (await rig.UploadAsync("hasty", Uploads.Text("{"))).Status];
        var third = await rig.UploadAsync("hasty", Uploads.Text(TinyPhotos.Json("Third")));
        var retry = await rig.SendAsync(HttpMethod.Post, $"/api/identities/{Guid.CreateVersion7()}/retry", "hasty");
        var unread = await AskFirstAsync(rig, "hasty", "/functions/v1/train-identity", 1000);
        var other = await rig.UploadAsync("calm", Uploads.Text(TinyPhotos.Json("First")));
        int[] reads = [(await rig.GetAsync("/api/identities", "hasty")).Status, (await rig.GetAsync("/api/me", "hasty")).Status, (await rig.GetAsync("/api/identities", "calm")).Status];

        Assert.Equal((401, 400, 400, 200), (nobody.Status, first[0], first[1], other.Status));
        Assert.Equal((429, "rate_limited", true, 429), (third.Status, third.Code, (bool)third.Json["retryable"]!, retry.Status));
        Assert.InRange(int.Parse(third.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 30);
        Assert.Equal(429, unread.Status);
        Assert.Equal([200, 429, 200], reads);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);
    }

    [Fact]
    public async Task When_there_is_no_room_large_uploads_are_turned_away_unread_and_small_ones_pass()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["Limits__OneShotBytes"] = "2000000",
            ["Limits__BytesInFlight"] = "3000000",
            ["Limits__KeptForSmallBytes"] = "1000000",
            ["Limits__SmallBytes"] = "300000",
            ["Limits__LeastBytes"] = "100000",
            ["Limits__BodyGrace"] = "00:05:00",
        });
        var large = Encoding.UTF8.GetBytes(TinyPhotos.Json("Large").PadRight(1_900_000));

        RawReply turned;
        Reply small;
        using (var first = await OpenUpload.StartAsync(rig.Stack.Handler, rig.Token("first"), large.Length))
        {
            turned = await AskFirstAsync(rig, "second", "/api/train-identity", large.Length);
            small = await rig.UploadAsync("third", Uploads.Text(TinyPhotos.Json("Small")));
        }

        Assert.Equal((503, "5"), (turned.Status, turned.Header("Retry-After")));
        Assert.Contains("\"code\":\"busy\"", turned.Body, StringComparison.Ordinal);
        Assert.Equal(200, small.Status);
        while ((await rig.UploadAsync("second", Uploads.Text(Encoding.UTF8.GetString(large)))).Status is var status && status != 200)
        {
            // The service hears a little later that the first one left.
            Assert.Equal(503, status);
            await Task.Delay(20, ServiceRig.Stop);
        }
        Assert.Equal(2, rig.Hub.Repos.Count);
    }

    [Fact]
    public async Task A_spool_that_takes_no_more_is_said_so_and_nothing_is_made()
    {
        var spool = Directory.CreateTempSubdirectory("spool-");
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Spool__MemoryBytes"] = "0", ["Spool__Folder"] = spool.FullName });
        spool.Delete();

        var full = await rig.UploadAsync("u", Uploads.Text(TinyPhotos.Json("Mom")));
        var form = await rig.UploadAsync("u", TinyPhotos.Form("Mom"));
        var nothing = rig.Hub.Repos.Count;
        spool.Create();
        var again = await rig.UploadAsync("u", TinyPhotos.Form("Mom"));
        spool.Delete(recursive: true);

        Assert.Equal((503, "storage_full", "30", true), (full.Status, full.Code, full.Header("Retry-After"), (bool)full.Json["retryable"]!));
        Assert.Equal((503, "storage_full", 0, 200), (form.Status, form.Code, nothing, again.Status));
    }

    [Fact]
    public async Task Where_consent_is_required_none_is_refused_in_both_forms()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Consent__Required"] = "true" });

        var json = await rig.UploadAsync("u", Uploads.Text(TinyPhotos.Json("Mom")));
        var form = await rig.UploadAsync("u", TinyPhotos.Form("Mom"));

        Assert.Equal((422, "consent_required", 422, "consent_required"), (json.Status, json.Code, form.Status, form.Code));
        Assert.Empty(rig.Hub.Repos);
    }

    /// <summary>The head of an upload that sends its body only when asked to; a service that read it would say 100.</summary>
    private static Task<RawReply> AskFirstAsync(ServiceRig rig, string user, string path, long length) => RawCall.SendAsync(
        rig.Stack.Handler, OpenUpload.Head(rig.Stack.Handler, rig.Token(user), length, path), "POST", ServiceRig.Stop);
}
