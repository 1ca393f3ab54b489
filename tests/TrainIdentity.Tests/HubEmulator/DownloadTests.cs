using System.Net;
using TrainIdentity.HubEmulator;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class DownloadTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task A_file_of_git_takes_one_relative_hop_on_the_same_host()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        await FillAsync(hub, user);

        using var first = await user.GetAsync($"/{Repo}/resolve/main/dir/a%20b.txt");
        using var second = await user.GetAsync(first.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, first.StatusCode);
        Assert.StartsWith("/api/resolve-cache/models/local/mira/", first.Headers.Location.OriginalString, StringComparison.Ordinal);
        Assert.Equal(hub.Head(Repo), first.Headers.GetValues("X-Repo-Commit").Single());
        Assert.Equal($"\"{hub.Files(Repo)!["dir/a b.txt"].BlobSha}\"", first.Headers.GetValues("X-Linked-Etag").Single());
        Assert.Equal("0123456789", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_lfs_file_is_signed_for_on_the_storage_host()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = await FillAsync(hub, user);

        using var head = await user.SendAsync(HttpMethod.Head, $"/{Repo}/resolve/main/a.jpg");
        using var withToken = new HttpRequestMessage(HttpMethod.Get, head.Headers.Location);
        withToken.Headers.Authorization = new("Bearer", HubUser.Token);
        using var refused = await user.StorageAsync(withToken);
        using var download = await user.StorageAsync(new(HttpMethod.Get, head.Headers.Location));

        Assert.Equal(HttpStatusCode.Redirect, head.StatusCode);
        Assert.Equal(hub.StorageUrl.Port, head.Headers.Location!.Port);
        Assert.Equal($"\"{HubUser.Oid(photo)}\"", head.Headers.GetValues("X-Linked-Etag").Single());
        Assert.Equal("1000", head.Headers.GetValues("X-Linked-Size").Single());
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(photo, await download.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_redirects_the_first_answer_has_the_content_and_honours_ranges()
    {
        await using var hub = await HubUser.StartAsync(options => options with { RedirectDownloads = false });
        using var user = new HubUser(hub);
        var photo = await FillAsync(hub, user);

        using var text = await user.GetAsync($"/{Repo}/resolve/main/dir/a%20b.txt");
        using var large = await user.GetAsync($"/{Repo}/resolve/main/a.jpg", ("Range", "bytes=100-199"));

        Assert.Equal("0123456789", await text.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.PartialContent, large.StatusCode);
        Assert.Equal($"\"{HubUser.Oid(photo)}\"", large.Headers.ETag!.Tag);
        Assert.Equal(photo[100..200], await large.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "234")]
    [InlineData("bytes=-3", 206, "789")]
    [InlineData("bytes=5-99", 206, "56789")]
    [InlineData("bytes=10-", 416, "")]
    public async Task A_range_is_honoured(string range, int status, string expected)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await FillAsync(hub, user);
        using var hop = await user.GetAsync($"/{Repo}/resolve/main/dir/a%20b.txt");

        using var response = await user.GetAsync(hop.Headers.Location!.OriginalString, ("Range", range));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(10, response.Content.Headers.ContentRange!.Length);
    }

    [Fact]
    public async Task Storage_serves_ranges_too()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = await FillAsync(hub, user);
        using var hop = await user.GetAsync($"/{Repo}/resolve/main/a.jpg");
        using var request = new HttpRequestMessage(HttpMethod.Get, hop.Headers.Location);
        request.Headers.Range = new(100, 199);

        using var response = await user.StorageAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(photo[100..200], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("dir/a%20b.txt")]
    public async Task What_the_client_has_is_not_sent(string path)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await FillAsync(hub, user);
        using var first = await user.GetAsync($"/{Repo}/resolve/main/{path}");

        using var second = await user.GetAsync($"/{Repo}/resolve/main/{path}", ("If-None-Match", first.Headers.GetValues("X-Linked-Etag").Single()));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Raw_gives_the_pointer_of_an_lfs_file()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = await FillAsync(hub, user);

        using var response = await user.GetAsync($"/{Repo}/raw/main/a.jpg");

        Assert.Equal(
            $"version https://git-lfs.github.com/spec/v1\noid sha256:{HubUser.Oid(photo)}\nsize 1000\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_missing_path_and_a_missing_revision_are_told_apart()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await FillAsync(hub, user);

        using var path = await user.SendAsync(HttpMethod.Head, $"/{Repo}/resolve/main/none.txt");
        using var revision = await user.SendAsync(HttpMethod.Head, $"/{Repo}/resolve/none/a.jpg");

        Assert.Equal("EntryNotFound", path.Headers.GetValues("X-Error-Code").Single());
        Assert.Equal(hub.Head(Repo), path.Headers.GetValues("X-Repo-Commit").Single());
        Assert.Equal("RevisionNotFound", revision.Headers.GetValues("X-Error-Code").Single());
        Assert.Equal("Invalid rev id: none", revision.Headers.GetValues("X-Error-Message").Single());
    }

    private static async Task<byte[]> FillAsync(EmulatedHub hub, HubUser user)
    {
        var photo = HubUser.Bytes(1000);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        _ = await user.CommitAsync(Repo, hub.Head(Repo), HubUser.Text("dir/a b.txt", "0123456789"), HubUser.Pointer("a.jpg", photo));
        return photo;
    }
}
