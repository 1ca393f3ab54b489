using System.Net;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class UploadTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task A_text_and_twenty_mebibytes_in_parts_come_back_as_they_went()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var weights = HubUser.Bytes(20 << 20);
        _ = await user.CreateAsync("mira");

        await user.StoreAsync(Repo, weights);
        _ = await user.CommitAsync(Repo, hub.Head(Repo), HubUser.Text("README.md", "# Mira\n"), HubUser.Pointer("mira.safetensors", weights));
        using var hop = await user.GetAsync($"/{Repo}/resolve/main/mira.safetensors");
        using var download = await user.StorageAsync(new(HttpMethod.Get, hop.Headers.Location));

        Assert.Equal(HttpStatusCode.Redirect, hop.StatusCode);
        Assert.Equal(weights, await download.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("# Mira\n"u8.ToArray(), hub.ReadFile(Repo, "README.md"));
    }

    [Fact]
    public async Task What_is_stored_is_not_asked_for_again_and_journaled_once()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(5000);
        _ = await user.CreateAsync("mira");

        var both = await Task.WhenAll(user.BatchAsync(Repo, photo), user.BatchAsync(Repo, photo));
        var puts = await Task.WhenAll(both.Select(answer => user.PutAsync((string)answer[0]["actions"]!["upload"]!["href"]!, photo)));
        var after = (await user.BatchAsync(Repo, photo))[0];

        Assert.All(puts, put => Assert.Equal(HttpStatusCode.OK, put.StatusCode));
        Assert.False(after.ContainsKey("actions"));
        var stored = Assert.Single(hub.Journal.Entries, entry => entry.Kind is JournalKinds.ObjectStored);
        Assert.Equal(HubUser.Oid(photo), stored.Oid);
    }

    [Fact]
    public async Task Each_repo_has_its_own_store()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(5000);
        _ = await user.CreateAsync("mira");
        _ = await user.CreateAsync("nora");
        await user.StoreAsync(Repo, photo);

        var other = (await user.BatchAsync("local/nora", photo))[0];

        Assert.NotNull(other["actions"]);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha_256")]
    [InlineData(null)]
    public async Task Either_name_of_the_hash_will_do(string? name)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        var answer = await user.JsonAsync(user.PostAsync($"/{Repo}.git/info/lfs/objects/batch", new JsonObject
        {
            ["operation"] = "upload",
            ["transfers"] = new JsonArray("basic", "multipart", "xet"),
            ["hash_algo"] = name,
            ["objects"] = new JsonArray(new JsonObject { ["oid"] = HubUser.Oid([1]), ["size"] = 1 }),
        }));

        Assert.Equal("basic", (string)answer["transfer"]!);
    }

    [Fact]
    public async Task Storage_refuses_a_token_and_a_body_of_unknown_length()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(100);
        var href = await HrefAsync(user, photo);
        using var withToken = new HttpRequestMessage(HttpMethod.Put, href) { Content = new ByteArrayContent(photo) };
        withToken.Headers.Authorization = new("Bearer", HubUser.Token);
        using var chunked = new HttpRequestMessage(HttpMethod.Put, href) { Content = new ByteArrayContent(photo) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.ContentLength = null;

        using var first = await user.StorageAsync(withToken);
        using var second = await user.StorageAsync(chunked);
        using var empty = await user.PutAsync(href, []);

        Assert.Equal(HttpStatusCode.BadRequest, first.StatusCode);
        Assert.Contains("<Code>InvalidArgument</Code>", await TextAsync(first), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotImplemented, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotImplemented, empty.StatusCode);
        Assert.Contains("<Code>NotImplemented</Code>", await TextAsync(second), StringComparison.Ordinal);
        Assert.False(hub.HasObject(Repo, HubUser.Oid(photo)));
        Assert.Single(hub.Calls.Latest, call => call is { Route: "put", Authorized: true });
    }

    [Fact]
    public async Task Storage_is_on_another_port_and_answers_the_md5()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = "hello"u8.ToArray();
        var href = await HrefAsync(user, photo);

        using var put = await user.PutAsync(href, photo);

        Assert.NotEqual(hub.Url.Port, new Uri(href).Port);
        Assert.Equal("\"5d41402abc4b2a76b9719d911017c592\"", put.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_signature_holds_for_one_address_and_a_limited_time()
    {
        await using var hub = await HubUser.StartAsync(options => options with { UrlLifetime = TimeSpan.FromSeconds(-2) });
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(100);
        var href = await HrefAsync(user, photo);

        using var late = await user.PutAsync(href, photo);
        using var elsewhere = await user.PutAsync(href.Replace(HubUser.Oid(photo), HubUser.Oid([1]), StringComparison.Ordinal), photo);

        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains("Request has expired", await TextAsync(late), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Contains("SignatureDoesNotMatch", await TextAsync(elsewhere), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_bytes_are_taken_by_storage_and_fail_at_verify_and_commit()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(100);
        var href = await HrefAsync(user, photo);

        using var before = await user.VerifyAsync(Repo, photo);
        using var put = await user.PutAsync(href, HubUser.Bytes(100, seed: 2));
        using var verify = await user.VerifyAsync(Repo, photo);
        using var commit = await user.TryCommitAsync(Repo, null, HubUser.Pointer("a.jpg", photo));

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, verify.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, commit.StatusCode);
        Assert.DoesNotContain(hub.Journal.Entries, entry => entry.Kind is JournalKinds.ObjectStored);
    }

    [Fact]
    public async Task Completion_wants_every_part_with_its_etag_and_may_be_repeated()
    {
        await using var hub = await HubUser.StartAsync(options => options with { MultipartThresholdBytes = 1000, ChunkBytes = 400 });
        using var user = new HubUser(hub);
        var weights = HubUser.Bytes(1001);
        _ = await user.CreateAsync("mira");
        var upload = (await user.BatchAsync(Repo, weights))[0]["actions"]!["upload"]!;
        var parts = await user.PutPartsAsync(upload, weights, 400);
        var wrong = parts.DeepClone().AsArray();
        wrong[1]!["etag"] = "\"0\"";

        using var missing = await user.CompleteAsync(upload, HubUser.Oid(weights), [.. parts.Take(2).Select(part => part!.DeepClone())]);
        using var altered = await user.CompleteAsync(upload, HubUser.Oid(weights), wrong);
        using var first = await user.CompleteAsync(upload, HubUser.Oid(weights), parts.DeepClone().AsArray());
        using var second = await user.CompleteAsync(upload, HubUser.Oid(weights), parts.DeepClone().AsArray());

        Assert.Equal(3, parts.Count);
        Assert.All([missing, altered], response => Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode));
        Assert.All([first, second], response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Single(hub.Journal.Entries, entry => entry.Kind is JournalKinds.ObjectStored);
    }

    private static async Task<string> HrefAsync(HubUser user, byte[] bytes)
    {
        _ = await user.CreateAsync("mira");
        return (string)(await user.BatchAsync(Repo, bytes))[0]["actions"]!["upload"]!["href"]!;
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
