using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Hub;

namespace TrainIdentity.Tests.Identities;

/// <summary>What a repo gives for a thumbnail or a preview is believed only if it is what was committed.</summary>
public sealed class PicturesTests
{
    [Fact]
    public async Task Only_what_was_committed_is_given()
    {
        await using var desk = await HubDesk.OpenAsync();
        var pictures = new Pictures(desk.Client);
        var committed = NameInRepo.Identity("Mom") with { Repo = desk.Repo, CommitOid = await desk.CommitAsync(), State = IdentityState.Ready };
        var (small, large) = (HubDesk.Photos[0], HubDesk.Photos[1]);

        var right = await pictures.ReadAsync(committed, Picture(small.Path, small.Oid), HubDesk.Stop);
        var gone = await pictures.ReadAsync(committed, Picture("thumbnail.jpg", small.Oid), HubDesk.Stop);
        var other = await Assert.ThrowsAsync<HubException>(() => pictures.ReadAsync(committed, Picture(small.Path, large.Oid), HubDesk.Stop));
        var longer = await Assert.ThrowsAsync<HubException>(() => pictures.ReadAsync(committed, Picture(large.Path, large.Oid), HubDesk.Stop));

        Assert.Equal(small.Bytes, right);
        Assert.Null(gone);
        Assert.Equal(HubFault.BadResponse, other.Fault);
        Assert.DoesNotContain(large.Oid, longer.Message, StringComparison.Ordinal);

        ManifestPhoto Picture(string path, string oid) => new(path, oid, small.Bytes.Length, 64, 64);
    }

    [Theory]
    [InlineData(IdentityState.Draft, false, false, false)]
    [InlineData(IdentityState.Uploaded, false, false, false)]
    [InlineData(IdentityState.Training, true, false, true)]
    [InlineData(IdentityState.Ready, true, false, true)]
    [InlineData(IdentityState.Compensating, true, false, false)]
    [InlineData(IdentityState.Failed, true, false, false)]
    [InlineData(IdentityState.Failed, true, true, true)]
    public void Its_address_is_told_while_it_is_in_the_repo(IdentityState state, bool committed, bool kept, bool told)
    {
        var identity = NameInRepo.Identity("Mom") with
        {
            State = state,
            CommitOid = committed ? new string('c', 40) : null,
            RetainUntil = kept ? DateTimeOffset.MaxValue : null,
            Thumbnail = new ManifestPhoto("thumbnail.jpg", new string('d', 64), 9, 64, 64),
        };

        Assert.Equal(told ? $"/api/identities/{identity.Id}/thumbnail" : null, PublicStatus.ThumbnailUrl(identity));
        Assert.Equal(told, IdentityRow.Write(identity, Guid.NewGuid()).ContainsKey("thumbnail_url"));
    }
}
