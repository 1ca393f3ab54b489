using Azure.Data.Tables;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>One request with bad photos of every kind: each is named by its place, and neither the Hub nor a table hears of any.</summary>
public sealed class PhotoRefusalTests(Tables tables) : IAsyncLifetime
{
    private static readonly string[] Bad =
    [
        "IMG-01 no bytes", "IMG-05 SVG with a script", "HEIC", "IMG-12 PHP behind the first marker", "IMG-15 a camera file cut in the middle",
        "IMG-20 pixel flood, 65535 x 65535", "IMG-29 JPEG, 12 bits", "IMG-35 PNG, wrong CRC in the header", "IMG-47 PNG, a bomb", "IMG-53 PNG, CgBI", "IMG-56 PNG, 31 x 31",
    ];

    private readonly string _own = Guid.NewGuid().ToString("N")[..12];
    private ServiceRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
    {
        ["Storage__IdentitiesTable"] = $"TrainedIdentities{_own}",
        ["Storage__IndexTable"] = $"TrainedIdentityIndex{_own}",
    });

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Every_bad_photo_is_named_by_its_place_and_nothing_happens()
    {
        var cases = PhotoCase.Read("refused.json");
        // Good ones in between, so that places are those of the request and not those of the list.
        byte[][] photos = [.. Bad.SelectMany((id, n) => new[] { cases[id].Bytes, PngBytes.Photo(PngBytes.Chunk("gAMA", 0, 0, 1, (byte)n)) })];

        foreach (var content in new[] { Uploads.Json("Mom", photos.Select(Convert.ToBase64String)), Form(photos) })
        {
            var reply = await _rig.UploadAsync("bad", content);

            var errors = reply.Json["errors"]!.AsArray();
            Assert.Equal((422, cases[Bad[0]].Code), (reply.Status, reply.Code));
            Assert.Equal(Bad.Select((id, n) => ($"/imageFiles/{2 * n}", cases[id].Code)), errors.Select(error => ((string)error!["pointer"]!, (string?)error["code"])));
            Assert.All(errors, error => Assert.NotEmpty((string)error!["detail"]!));
            await NothingHappenedAsync();
        }
    }

    [Fact]
    public async Task IMG59_copies_of_one_photo_that_differ_in_their_metadata_alone_are_one_photo()
    {
        byte[][] copies = [JpegBytes.Photo(), JpegBytes.Photo(ExifBytes.Segment(1)), [.. JpegBytes.Photo(), 1, 2, 3], PngBytes.Photo()];

        var reply = await _rig.UploadAsync("same", Form(copies));

        Assert.Equal((422, "not_enough_distinct_images"), (reply.Status, reply.Code));
        await NothingHappenedAsync();
    }

    private async Task NothingHappenedAsync()
    {
        Assert.DoesNotContain(_rig.Hub.Journal.Entries, entry => entry.Kind != JournalKinds.WebhookSent);
        var service = new TableServiceClient(await tables.ConnectionStringAsync());
        await foreach (var table in service.QueryAsync(cancellationToken: ServiceRig.Stop))
        {
            if (!table.Name.EndsWith(_own, StringComparison.OrdinalIgnoreCase)) continue;
            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: ServiceRig.Stop))
            {
                // The service's own housekeeping belongs to nobody.
                Assert.False(row.PartitionKey.StartsWith("u_", StringComparison.Ordinal) || row.RowKey.StartsWith("c_", StringComparison.Ordinal), $"{table.Name} holds {row.PartitionKey} {row.RowKey}");
            }
        }
    }

    private static MultipartFormDataContent Form(IEnumerable<byte[]> photos)
    {
        var form = Uploads.Multipart("Mom");
        foreach (var photo in photos) form.Add(new ByteArrayContent(photo), "images", "photo.jpg");
        return form;
    }
}
