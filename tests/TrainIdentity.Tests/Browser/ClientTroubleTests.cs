using System.Text.Json;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Browser;

/// <summary>What goes wrong between a browser and the service, and what the client makes of it.</summary>
[Collection(BrowserRig.Name)]
public sealed class ClientTroubleTests(BrowserRig browser)
{
    private const string Answered = "Failed to load resource: the server responded";
    private const string Unanswered = "Failed to load resource: net::ERR_";
    private const string Blocked = "blocked by CORS policy";

    [Fact]
    public async Task A_connection_lost_in_the_middle_uses_up_no_tries_and_the_upload_goes_on_when_it_is_back()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-offline", options: new { tries = 1 });
        tab.Tab.Announce(Unanswered);
        using var held = await HoldPutAsync(tab, """
            globalThis.draft = await client.open({ identityName: 'Tunnel', consent: true });
            globalThis.first = draft.put(1, png(1), { onProgress });
            """);

        await tab.Tab.Context.SetOfflineAsync(true);
        _ = await tab.RunAsync("globalThis.sent = draft.putAll(numbered(2, 8), { onProgress });");
        await tab.UntilAsync("events.filter(({ state }) => state === 'retrying').length > 4");
        held.Dispose();
        await tab.Tab.Context.SetOfflineAsync(false);
        var seen = await tab.RunAsync("return { first: (await first).number, stored: (await sent).stored.length, why: [...new Set(events.filter(({ error }) => error).map(({ error }) => error.code))] };");

        Assert.Equal("""{"first":1,"stored":7,"why":["network"]}""", Compact(seen));
    }

    [Fact]
    public async Task A_service_killed_in_the_middle_of_a_photo_gets_it_again()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-killed");
        tab.Tab.Announce(Answered, Unanswered, Blocked);
        using var held = await HoldPutAsync(tab, """
            globalThis.draft = await client.open({ identityName: 'Killed', consent: true });
            globalThis.sent = draft.putAll(numbered(1, 3), { onProgress });
            """);
        var starts = browser.Rig.Stack.FunctionsHost.Starts;

        browser.Rig.Stack.FunctionsHost.KillHandler();
        await tab.UntilAsync("events.some(({ state }) => state === 'retrying')");
        held.Dispose();
        var seen = await tab.RunAsync("""
            const { stored, refused } = await sent;
            return { stored: stored.length, refused: refused.length, status: (await draft.train()).status };
            """);

        Assert.True(browser.Rig.Stack.FunctionsHost.Starts > starts);
        Assert.Equal("""{"stored":3,"refused":0,"status":"training"}""", Compact(seen));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed_once_for_all_photos_that_wait_for_it()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-renew");
        tab.Tab.Announce("status of 401");

        var seen = await tab.RunAsync("""
            const good = token;
            const draft = await client.open({ identityName: 'Renewed', consent: true });
            tokens.length = 0;
            token = 'worn.out.token';
            const slowly = async (renew) => {
              tokens.push(renew);
              if (renew) token = await new Promise((go) => setTimeout(go, 500, good));
              return token;
            };
            const renewing = new client.constructor({ baseUrl: argument, token: slowly });
            const { stored } = await renewing.draft(draft.id).putAll(numbered(1, 6));
            const renewals = tokens.filter((renew) => renew).length;
            token = 'worn.out.token';
            const out = await caught(client.get(draft.id));
            token = null;
            const nobody = await caught(client.get(draft.id));
            return { stored: stored.length, renewals, out: [out.code, out.status, out.retryable], nobody: [nobody.code, nobody.status] };
            """, browser.Rig.Stack.Service.AbsoluteUri);

        Assert.Equal("""{"stored":6,"renewals":1,"out":["signed_out",401,false],"nobody":["signed_out",0]}""", Compact(seen));
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_just_now_is_asked_for_again_and_one_that_cannot_be_had_at_all_is_a_sign_out()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-token");

        var seen = await tab.RunAsync("""
            const { TrainIdentityError } = await import('/train-identity.js');
            const asking = (token) => new client.constructor({ baseUrl: argument, token });
            let asked = 0;
            const page = await asking(() => {
              if (++asked === 1) throw new TrainIdentityError('Nobody answers.', { code: 'network', retryable: true });
              return token;
            }).list();
            const { code, retryable } = await caught(asking(() => Promise.reject(new Error('no'))).list());
            return { identities: page.identities.length, asked, code, retryable };
            """, browser.Rig.Stack.Service.AbsoluteUri);

        Assert.Equal("""{"identities":0,"asked":2,"code":"signed_out","retryable":false}""", Compact(seen));
    }

    [Fact]
    public async Task What_is_aborted_stops_at_once_and_the_call_of_the_original_leaves_nothing()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-abort");
        tab.Tab.Announce(Unanswered);
        using var held = await HoldPutAsync(tab, """
            globalThis.stop = new AbortController();
            globalThis.whole = caught(client.train({ identityName: 'Stopped', images: numbered(1, 9).map(({ photo }) => photo), consent: true, onProgress, signal: stop.signal }));
            """);

        var seen = await tab.RunAsync("""
            const during = (await client.list()).identities.length;
            stop.abort();
            const { code, status, retryable } = await whole;
            const before = await caught(client.get('x', { signal: AbortSignal.abort() }));
            const started = new Set(events.filter(({ state }) => state === 'sending').map(({ number }) => number)).size;
            return { code, status, retryable, during, after: (await client.list()).identities.length, before: before.code, started };
            """);

        Assert.Equal("""{"code":"aborted","status":0,"retryable":false,"during":1,"after":0,"before":"aborted","started":4}""", Compact(seen));
    }

    [Fact]
    public async Task A_rate_is_waited_out_and_counts_as_no_failure()
    {
        await using var slow = await browser.StartServiceAsync(("Rate__Photos", "30"));
        await using var tab = await ClientTab.OpenAsync(browser, "client-rate", slow, options: new { tries = 1 });
        tab.Tab.Announce("status of 429");

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Patient', consent: true });
            const { stored } = await draft.putAll(numbered(1, 34), { onProgress });
            const waits = events.filter(({ state }) => state === 'retrying').map(({ error }) => error);
            return { stored: stored.length, waited: waits.length > 0, codes: [...new Set(waits.map(({ code }) => code))], told: waits.every(({ retryAfterMs }) => retryAfterMs === 2000) };
            """);

        Assert.Equal("""{"stored":34,"waited":true,"codes":["rate_limited"],"told":true}""", Compact(seen));
    }

    [Fact]
    public async Task Refusals_carry_the_code_of_the_service()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-codes");
        tab.Tab.Announce(Answered);

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Codes', consent: true });
            const few = await caught(draft.train());
            await draft.putAll(numbered(1, 3));
            await draft.train();
            const refusals = [
              few,
              await caught(client.open({ identityName: '', consent: true })),
              await caught(client.open({ identityName: 'No', consent: false })),
              await caught(client.get('nothing')),
              await caught(client.draft('00000000-0000-7000-8000-000000000000').put(1, png(1))),
              await caught(draft.put(4, png(4))),
              await caught(client.list({ limit: 0 })),
            ];
            return refusals.map(({ name, code, status, retryable, message, errors }) => [name, code, status, retryable, message.length > 0, errors.map(({ pointer }) => pointer).join()]);
            """);

        Assert.Equal(
            [
                """["TrainIdentityError","too_few_images",422,false,true,""]""",
                """["TrainIdentityError","name_required",422,false,true,"/identityName"]""",
                """["TrainIdentityError","consent_required",422,false,true,"/consent"]""",
                """["TrainIdentityError","identity_not_found",404,false,true,""]""",
                """["TrainIdentityError","identity_not_found",404,false,true,""]""",
                """["TrainIdentityError","state_conflict",409,false,true,""]""",
                """["TrainIdentityError","request_malformed",400,false,true,""]""",
            ],
            seen.EnumerateArray().Select(Compact));
    }

    [Fact]
    public async Task A_quota_is_told_at_once_instead_of_waited_for()
    {
        await using var small = await browser.StartServiceAsync(("Quota__Drafts", "1"));
        await using var tab = await ClientTab.OpenAsync(browser, "client-quota", small);
        tab.Tab.Announce("status of 429");

        var seen = await tab.RunAsync("""
            await client.open({ identityName: 'One', consent: true });
            const { code, status, retryable, retryAfterMs } = await caught(client.open({ identityName: 'Two', consent: true }));
            return { code, status, retryable, told: retryAfterMs > 0 };
            """);

        Assert.Equal("""{"code":"quota_exceeded","status":429,"retryable":true,"told":true}""", Compact(seen));
        Assert.Equal(2, tab.Tab.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_gone_from_the_disk_is_refused_whether_or_not_it_was_looked_at_before(bool lookedAt)
    {
        await using var tab = await ClientTab.OpenAsync(browser, $"client-vanished-{lookedAt}");
        var file = Path.Combine(Path.GetTempPath(), $"vanishing-{Guid.NewGuid():N}.png");
        await File.WriteAllBytesAsync(file, TinyPhotos.Png(1), ServiceRig.Stop);
        _ = await tab.RunAsync("document.body.append(Object.assign(document.createElement('input'), { type: 'file' }));");
        await tab.Page.SetInputFilesAsync("input", file);
        _ = await tab.RunAsync("return argument && document.querySelector('input').files[0].size;", lookedAt);
        File.Delete(file);

        var seen = await tab.RunAsync("""
            const draft = await client.open({ identityName: 'Vanished', consent: true });
            const [photo] = document.querySelector('input').files;
            const { stored, refused } = await draft.putAll([{ number: 1, photo }, { number: 2, photo: png(2) }], { onProgress });
            return { stored: stored.length, refused: refused.map(({ number, error }) => [number, error.code, error.retryable, error.status]) };
            """);

        Assert.Equal("""{"stored":1,"refused":[[1,"photo_unreadable",false,0]]}""", Compact(seen));
    }

    [Fact]
    public async Task An_answer_that_is_not_of_the_service_is_told_apart_and_only_trouble_is_tried_again()
    {
        await using var tab = await ClientTab.OpenAsync(browser, "client-strange");
        tab.Tab.Announce(Answered);
        var calls = 0;
        await tab.Page.RouteAsync("**/api/identities/*", route => Interlocked.Increment(ref calls) is 1
            ? route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "<h1>Bad gateway</h1>", Headers = Allowed() })
            : route.FulfillAsync(new() { Status = 200, ContentType = "text/html", Body = "<h1>Sign in to the Wi-Fi</h1>", Headers = Allowed() }));

        var seen = await tab.RunAsync("const { code, status, retryable } = await caught(client.get('any')); return { code, status, retryable };");

        Assert.Equal("""{"code":"bad_answer","status":200,"retryable":false}""", Compact(seen));
        Assert.Equal(2, calls);

        Dictionary<string, string> Allowed() => new() { ["Access-Control-Allow-Origin"] = browser.Frontend.Origin };
    }

    /// <summary>Runs a script that sends photos and returns while the service waits for the Hub to take any of them.</summary>
    private async Task<HeldPuts> HoldPutAsync(ClientTab tab, string script)
    {
        var held = new HeldPuts(browser.Rig.Hub.Faults);
        try
        {
            _ = await tab.RunAsync(script);
            await browser.Rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop).WaitAsync(TimeSpan.FromMinutes(1), ServiceRig.Stop);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static string Compact(JsonElement seen) => JsonSerializer.Serialize(seen);

    private sealed class HeldPuts : IDisposable
    {
        private readonly FaultBook _faults;

        public HeldPuts(FaultBook faults) => (_faults = faults).Add(new Fault("put", FaultKind.Hold, Times: 100));

        public void Dispose() => _faults.Clear();
    }
}
