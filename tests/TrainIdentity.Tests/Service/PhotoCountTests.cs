using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

public sealed class PhotoCountTests(DefaultService service) : IClassFixture<DefaultService>
{
    private readonly ServiceRig _rig = service.Rig;

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public async Task OK19_the_fewest_and_the_most_photos_are_taken(int count)
    {
        using var form = Uploads.Multipart("Mom");
        for (var n = 0; n < count; n++) form.Add(new ByteArrayContent(PngBytes.Photo(PngBytes.Chunk("gAMA", 0, 0, 1, (byte)n))), "images", "photo");

        var reply = await _rig.UploadAsync($"count{count}", form);

        Assert.Equal(200, reply.Status);
        var repo = (string)reply.Json["repoId"]!;
        var commit = Assert.Single(_rig.Hub.Journal.Entries, entry => entry is { Kind: JournalKinds.Commit, By: Actor.Service } && entry.Repo == repo);
        Assert.Equal(count, _rig.Hub.Files(repo, commit.Sha!)!.Keys.Count(path => path.StartsWith("images/", StringComparison.Ordinal)));
    }
}
