using System.Security.Cryptography;
using System.Text.Json;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>What a frontend needs around an upload: limits, names, thumbnails, going on after a reload.</summary>
[Collection(BrowserRig.Name)]
public sealed class ClientRouteTests(BrowserRig browser)
{
    [Fact]
    public async Task Anybody_may_ask_for_the_limits()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "route-limits");

        var seen = await tab.RunAsync("""
            token = null;
            const { photos, quota, profiles, consent } = await client.limits();
            return { min: photos.min, max: photos.max, drafts: quota.drafts, profile: profiles[0].name.length > 0, version: consent.version, asked: tokens.length };
            """);

        Assert.Equal($$"""{"min":3,"max":40,"drafts":3,"profile":true,"version":"{{Usual.Terms.Consent.Version}}","asked":0}""", JsonSerializer.Serialize(seen));
    }

    [Fact]
    public async Task A_name_is_changed_only_where_nobody_else_has_written()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "route-rename");
        tab.Tab.Announce("status of 412");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Mum', consent: true });
            const { etag } = await client.get(draft.id);
            const renamed = await client.rename(draft.id, 'Mom', etag);
            const late = await caught(client.rename(draft.id, 'Mama', etag));
            const again = await client.rename(draft.id, 'Ma', renamed.etag);
            return { first: renamed.identity.identityName, late: [late.code, late.retryable], last: again.identity.identityName, stored: (await client.get(draft.id)).etag === again.etag };
            """);

        Assert.Equal("""{"first":"Mom","late":["precondition_failed",false],"last":"Ma","stored":true}""", JsonSerializer.Serialize(seen));
    }

    [Fact]
    public async Task A_draft_is_taken_up_again_and_its_thumbnail_is_the_owners_alone()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "route-thumbnail");
        tab.Tab.Announce("status of 404");

        var seen = await tab.RunAsync("""
            const { id } = await client.open({ identityName: 'Face', consent: true });
            await client.draft(id).putAll(numbered(1, 3));
            const draft = client.draft(id);
            const held = (await draft.photos()).map(({ number, format, width }) => [number, format, width]);
            const canvas = new OffscreenCanvas(64, 64);
            canvas.getContext('2d').fillRect(8, 8, 40, 40);
            const none = await client.thumbnail(id);
            await draft.putThumbnail(await canvas.convertToBlob({ type: 'image/jpeg' }));
            await draft.train();
            for await (const { status } of client.watch(id, { everyMs: 100 })) globalThis.last = status;
            const shown = await client.thumbnail(id);
            const { width } = await createImageBitmap(shown);
            return { held, none, last, type: shown.type, width };
            """);

        Assert.Equal("""{"held":[[1,"png",64],[2,"png",64],[3,"png",64]],"none":null,"last":"ready","type":"image/jpeg","width":64}""", JsonSerializer.Serialize(seen));
    }

    [Fact]
    public async Task What_the_model_drew_and_a_link_to_its_weights_are_the_owners_alone()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "route-result");
        tab.Tab.Announce("status of 404", "status of 409");
        browser.Rig.Hub.Play = JobContainer.Run();
        try
        {
            var seen = await tab.RunAsync("""
                const { id } = await client.open({ identityName: 'Views', consent: true });
                await client.draft(id).putAll(numbered(1, 3));
                const early = await caught(client.weightsLink(id));
                await client.draft(id).train();
                for await (const identity of client.watch(id, { everyMs: 100 })) globalThis.last = identity;
                const drawn = [];
                for (const { view } of last.previews) drawn.push([view, (await client.preview(id, view)).type, (await createImageBitmap(await client.preview(id, view))).width > 0]);
                const none = await client.preview(id, 'back');
                const link = await client.weightsLink(id);
                token = argument;
                const others = [await caught(client.preview(id, 'front')), await caught(client.weightsLink(id))].map(({ code }) => code);
                return { early: early.code, drawn, none, others, link, who: `${last.trainingConfig.trigger} ${last.trainingConfig.class_word}` };
                """, browser.Rig.Token("route-result-other"));

            var link = seen.GetProperty("link");
            using var anybody = new HttpClient();
            var weights = await anybody.GetByteArrayAsync(link.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
            Assert.Equal("state_conflict", seen.GetProperty("early").GetString());
            Assert.Equal(
                """[["front","image/jpeg",true],["right_profile","image/jpeg",true],["left_profile","image/jpeg",true],["smile","image/jpeg",true]]""", seen.GetProperty("drawn").GetRawText());
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("none").ValueKind);
            Assert.Equal("""["identity_not_found","identity_not_found"]""", seen.GetProperty("others").GetRawText());
            Assert.Equal(link.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(weights)));
            Assert.Equal($"a photo of {seen.GetProperty("who").GetString()}, {{scene}}", link.GetProperty("promptForm").GetString());
        }
        finally
        {
            browser.Rig.Hub.Play = JobPlays.Succeed;
        }
    }

    [Theory]
    [InlineData(2, "too_few_images", "At least 3 images are required for training")]
    [InlineData(41, "too_many_images", "Maximum 40 images allowed")]
    public async Task A_wrong_number_of_photos_is_told_in_the_words_of_the_original_before_anything_is_sent(int count, string code, string message)
    {
        await using var tab = await ClientTab.OpenAsync(browser, $"route-count-{count}");

        var seen = await tab.RunAsync("return caught(client.train({ identityName: 'Count', images: numbered(1, argument).map(({ photo }) => photo), consent: true }));", count);

        Assert.Equal((code, message), (seen.GetProperty("code").GetString(), seen.GetProperty("message").GetString()));
        Assert.DoesNotContain(tab.Tab.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_module_may_be_loaded_from_the_service_itself()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "route-module", module: $"{browser.Rig.Stack.Service}app/train-identity.js");

        var seen = await tab.RunAsync("return (await client.list()).identities.length;");

        Assert.Equal(0, seen.GetInt32());
        Assert.Contains(tab.Tab.Requests, request => request == $"GET {browser.Rig.Stack.Service}app/client/wire.js");
    }
}
