using System.Text.Json;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>The client in a real browser, from a foreign origin, against the real service.</summary>
[Collection(BrowserRig.Name)]
public sealed class ClientTests(BrowserRig browser)
{
    [Fact]
    public async Task Photos_are_sent_one_by_one_and_become_a_ready_identity()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-one-by-one");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Mom', classWord: 'woman', consent: { version: (await client.limits()).consent.version, subject: 'permission' } });
            const one = await draft.put(1, png(1));
            const { stored, refused } = await draft.putAll(numbered(2, 5));
            await draft.removePhoto(5);
            const closed = await draft.train();
            const again = await client.draft(draft.id).train();
            const watched = [];
            for await (const identity of client.watch(draft.id, { everyMs: 100 })) watched.push(identity);
            return { id: draft.id, one, stored, refused, closed, again, last: watched.at(-1), changes: watched.length, first: watched[0].status };
            """);

        var repo = seen.GetProperty("last").GetProperty("modelId").GetString()!;
        Assert.Equal((1, "png", 64), (seen.GetProperty("one").GetProperty("number").GetInt32(), seen.GetProperty("one").GetProperty("format").GetString(), seen.GetProperty("one").GetProperty("width").GetInt32()));
        Assert.Equal([2, 3, 4, 5], seen.GetProperty("stored").EnumerateArray().Select(photo => photo.GetProperty("number").GetInt32()));
        Assert.Equal(0, seen.GetProperty("refused").GetArrayLength());
        Assert.Equal(seen.GetProperty("closed").GetProperty("id").GetString(), seen.GetProperty("again").GetProperty("id").GetString());
        Assert.Equal(("ready", 4), (seen.GetProperty("last").GetProperty("status").GetString(), seen.GetProperty("last").GetProperty("numTrainingImages").GetInt32()));
        Assert.True(browser.Rig.Hub.IsPrivate(repo));
        Assert.NotNull(browser.Rig.Hub.ReadFile(repo, "images/image_004.png"));
        Assert.DoesNotContain(tab.Tab.Requests, request => request.Contains("eyJ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_counts_the_bytes_that_have_really_left()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-progress");
        var wire = await tab.Tab.Context.NewCDPSessionAsync(tab.Page);
        _ = await wire.SendAsync("Network.enable");
        _ = await wire.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = 400_000 });
        var sample = Uploads.Sample("iphone4-gps.jpg");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Slow', consent: true });
            const accepted = await draft.put(1, new Blob([bytes(argument)]), { onProgress });
            return { accepted, events };
            """, Convert.ToBase64String(sample));

        var events = seen.GetProperty("events").EnumerateArray().ToList();
        var states = events.Select(one => one.GetProperty("state").GetString()).ToList();
        var sent = events.Select(one => one.GetProperty("sent").GetInt64()).ToList();
        Assert.All(events, one => Assert.Equal((1, sample.LongLength), (one.GetProperty("number").GetInt32(), one.GetProperty("bytes").GetInt64())));
        Assert.Equal(["sending", "checking", "stored"], states.Distinct());
        Assert.Equal((0, sample.LongLength), (sent[0], sent[states.IndexOf("checking")]));
        Assert.Equal(sent.Order(), sent);
        Assert.Contains(sent, bytes => bytes > 0 && bytes < sample.LongLength);
        Assert.Equal(seen.GetProperty("accepted").GetRawText(), events[^1].GetProperty("photo").GetRawText());
        Assert.Contains("gps", seen.GetProperty("accepted").GetProperty("removed").EnumerateArray().Select(what => what.GetString()));
    }

    [Fact]
    public async Task One_photo_that_will_not_do_leaves_the_others()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-refused");
        tab.Tab.Announce("status of 422", "status of 404");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Mixed', consent: true });
            const photos = [...numbered(1, 3), { number: 4, photo: new Blob(['no photo']) }, { number: 5, photo: new Blob([]) }, { number: 41, photo: png(41) }];
            const { stored, refused } = await draft.putAll(photos, { onProgress });
            return { stored: stored.length, refused: refused.map(({ number, error }) => [number, error.code, error.retryable]), ends: events.filter(({ state }) => state === 'refused').length };
            """);

        Assert.Equal(
            """{"stored":3,"refused":[[4,"image_type_not_allowed",false],[5,"image_empty",false],[41,"photo_not_found",false]],"ends":3}""", Compact(seen));
    }

    [Fact]
    public async Task The_call_of_the_original_is_one_function()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-original");

        var seen = await tab.RunAsync("""
            const data = [photos[1], `data:image/png;base64,${photos[2]}`, `data:image/png;name=a%20b;base64,${photos[3]}`];
            const images = [...data.map((data, n) => ({ name: `${n}.png`, data })), new File([png(4)], 'four.png')];
            return client.train({ identityName: 'Grandpa', images, consent: true, onProgress });
            """);

        var id = seen.GetProperty("identityId").GetString()!;
        var ready = await browser.Rig.BecomesAsync(id, "client-original", "ready");
        Assert.True(seen.GetProperty("success").GetBoolean());
        Assert.Equal("training", seen.GetProperty("status").GetString());
        Assert.Equal((string?)ready["modelId"], seen.GetProperty("repoId").GetString());
        Assert.EndsWith(seen.GetProperty("repoId").GetString()!, seen.GetProperty("modelUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, (int)ready["numTrainingImages"]!);
        Assert.Equal(id, seen.GetProperty("identity").GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_call_of_the_original_fails_whole_and_names_each_photo_that_will_not_do()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-whole");
        tab.Tab.Announce("status of 422", "status of 404");

        var seen = await tab.RunAsync("""
            const images = [png(1), new Blob(['no photo']), png(3), new Blob([])];
            const refused = await caught(client.train({ identityName: 'Whole', images, consent: true }));
            const undecoded = await caught(client.train({ identityName: 'Whole', images: [png(1), { data: '&&&' }], consent: true }));
            return { code: refused.code, pointers: refused.errors.map(({ pointer, code }) => [pointer, code]), undecoded: undecoded.code, left: (await client.list()).identities.length };
            """);

        Assert.Equal(
            """{"code":"image_type_not_allowed","pointers":[["/photos/2","image_type_not_allowed"],["/photos/4","image_empty"]],"undecoded":"base64_invalid","left":0}""", Compact(seen));
    }

    [Fact]
    public async Task Photos_that_the_service_lost_are_sent_again()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-lost");
        tab.Tab.Announce("status of 409");
        _ = await tab.RunAsync("""
            const fetched = globalThis.fetch;
            globalThis.atTrain = false;
            const lost = new Promise((go) => (globalThis.goOn = go));
            globalThis.fetch = async (url, options) => {
              if (url.endsWith('/train')) await ((atTrain = true), lost);
              return fetched(url, options);
            };
            globalThis.whole = client.train({ identityName: 'Lost', images: [png(1), png(2), png(3)], consent: true, onProgress });
            """);
        await tab.UntilAsync("atTrain");
        var held = (await browser.Rig.GetAsync("/api/me", "client-lost")).Json["identities"]![0]!;
        browser.Rig.Hub.LoseObject((string)held["identity"]!["modelId"]!, (string)held["photos"]![1]!["sha256"]!);

        var seen = await tab.RunAsync("""
            goOn();
            const { status, identity } = await whole;
            return [status, identity.numTrainingImages, ...[1, 2, 3].map((photo) => events.filter(({ number, state }) => number === photo && state === 'stored').length)];
            """);

        Assert.Equal("""["training",3,1,2,1]""", Compact(seen));
    }

    [Fact]
    public async Task Forty_photos_are_sent_a_few_at_once()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-forty", options: new { parallel = 3 });

        var seen = await tab.RunAsync("""
            const under = new Set();
            let most = 0;
            const draft = await client.open({ identityName: 'Forty', consent: true });
            const count = (event) => {
              onProgress(event);
              if (event.state === 'sending') under.add(event.number);
              if (event.state === 'stored') under.delete(event.number);
              most = Math.max(most, under.size);
            };
            const { stored } = await draft.putAll(numbered(1, 40), { onProgress: count });
            const identity = await draft.train();
            return { stored: stored.map(({ number }) => number), most, waiting: events.filter(({ state }) => state === 'waiting').length, photos: identity.numTrainingImages };
            """);

        Assert.Equal(Enumerable.Range(1, 40), seen.GetProperty("stored").EnumerateArray().Select(number => number.GetInt32()));
        Assert.Equal((3, 40, 40), (seen.GetProperty("most").GetInt32(), seen.GetProperty("waiting").GetInt32(), seen.GetProperty("photos").GetInt32()));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-etag");

        var seen = await tab.RunAsync("""
            const key = crypto.randomUUID();
            const draft = await client.open({ identityName: 'Tag', consent: true }, { idempotencyKey: key });
            const same = await client.open({ identityName: 'Tag', consent: true }, { idempotencyKey: key });
            const { identity, etag } = await client.get(draft.id);
            const unchanged = await client.get(draft.id, { etag });
            await draft.put(1, png(1));
            const changed = await client.get(draft.id, { etag });
            const page = await client.list({ limit: 1 });
            const me = await client.me();
            await draft.discard();
            return { same: same.id === draft.id, name: identity.identityName, unchanged, photos: changed.identity.numTrainingImages, listed: page.identities[0].id === draft.id, next: page.nextCursor, held: me.identities.length };
            """);

        Assert.Equal("""{"same":true,"name":"Tag","unchanged":null,"photos":1,"listed":true,"next":null,"held":1}""", Compact(seen));
    }

    private static string Compact(JsonElement seen) => JsonSerializer.Serialize(seen);
}
