using System.Globalization;
using Azure;
using Azure.Data.Tables;
using TrainIdentity.Photos;

namespace TrainIdentity.Identities;

/// <summary>A photo of a draft, as its row says: it is in the repo's LFS store.</summary>
internal sealed record DraftPhoto(int Number, string Oid, long Bytes, int Width, int Height, PhotoFormat Format, Guid OpId, ETag Tag)
{
    public static DraftPhoto Read(TableEntity row) => new(
        int.Parse(RowFormat.Known(row).RowKey[^2..], CultureInfo.InvariantCulture), row.GetString("oid"), row.GetInt64("bytes")!.Value, row.GetInt32("width")!.Value,
        row.GetInt32("height")!.Value, Enum.Parse<PhotoFormat>(row.GetString("format")), row.GetGuid("op_id")!.Value, row.ETag);

    public ManifestPhoto InManifest(int place) =>
        new($"images/image_{place:000}.{(Format is PhotoFormat.Png ? "png" : "jpg")}", Oid, Bytes, Width, Height) { Number = Number };
}

/// <summary>
/// The photos of a draft and its thumbnail, a row each. A row is written in one transaction with its record, so that whoever closes the draft
/// on the record he read has exactly the photos that were there.
/// </summary>
internal sealed class DraftRows(OwnerRows rows, TableClient table, string partition)
{
    /// <summary>The number of the thumbnail's row, which no photo has.</summary>
    public const int Thumbnail = 0;

    /// <summary>The photos, in the order of their numbers.</summary>
    public Task<IReadOnlyList<DraftPhoto>> ListAsync(IdentityId id, CancellationToken stop) => ListAsync(id, Thumbnail + 1, stop);

    private async Task<IReadOnlyList<DraftPhoto>> ListAsync(IdentityId id, int from, CancellationToken stop)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Key(id, from)} and RowKey lt {$"p_{id.RowDigits}`"}");
        List<DraftPhoto> photos = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: stop))
        {
            photos.Add(DraftPhoto.Read(row));
        }
        return photos;
    }

    public async Task<DraftPhoto?> FindAsync(IdentityId id, int number, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, Key(id, number), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row } ? DraftPhoto.Read(row) : null;
    }

    /// <summary>Writes the photo's row over the one that was read, with the record and what the photo counts.</summary>
    /// <param name="opId">The same for every try of one wish.</param>
    /// <returns>Nothing written when the record or the photo was written meanwhile.</returns>
    public async Task<Reservation> PutAsync(Identity read, DraftPhoto? known, int number, Photo photo, Guid opId, QuotaOptions limits, DateTimeOffset now, CancellationToken stop)
    {
        var quota = (await rows.QuotaAsync(stop)).Brought(known?.Oid == photo.Sha256 ? 0 : photo.Length, now);
        if (quota.Exceeds(limits) is { } over)
        {
            return new Reservation(null, over);
        }

        var row = new TableEntity(partition, Key(read.Id, number))
        {
            ["op_id"] = opId,
            ["oid"] = photo.Sha256,
            ["bytes"] = photo.Length,
            ["width"] = photo.Width,
            ["height"] = photo.Height,
            ["format"] = photo.Format.ToString(),
        };
        var changed = number == Thumbnail
            ? read.ThumbnailChanged(new ManifestPhoto(RepoLayout.ThumbnailPath, photo.Sha256, photo.Length, photo.Width, photo.Height), now)
            : read.PhotoChanged(number, known is null ? 1 : 0, now);
        var next = Counted(read, changed, now);
        return new Reservation(await rows.SubmitAsync(next, opId,
            [
                new TableTransactionAction(TableTransactionActionType.UpdateReplace, IdentityRow.Write(next, opId), read.Tag),
                known is null
                    ? new TableTransactionAction(TableTransactionActionType.Add, row)
                    : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, known.Tag),
                quota.Write(partition),
            ], stop), null);
    }

    /// <returns>False when the record or the photo was written meanwhile.</returns>
    public async Task<bool> RemoveAsync(Identity read, DraftPhoto known, DateTimeOffset now, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        var next = Counted(read, read.PhotoChanged(known.Number, -1, now), now);
        return await rows.SubmitAsync(next, opId,
            [
                new TableTransactionAction(TableTransactionActionType.UpdateReplace, IdentityRow.Write(next, opId), read.Tag),
                Delete(read.Id, known),
            ], stop) is not null;
    }

    /// <summary>What goes with a move: what the Hub has lost, or all of them when nothing of the identity stays on the Hub.</summary>
    /// <param name="next">Null when the record itself goes.</param>
    public async Task<IEnumerable<TableTransactionAction>> DropAsync(Identity read, Identity? next, CancellationToken stop)
    {
        if (!read.Drafted || (next is { Stored: true, LostPhotos: [] } && !LosesThumbnail(read, next)))
        {
            return [];
        }

        var pictures = await ListAsync(read.Id, Thumbnail, stop);
        return pictures.Where(picture => next is not { Stored: true } || IsLost(picture, next)).Select(picture => Delete(read.Id, picture));
    }

    public static bool LosesThumbnail(Identity read, Identity next) => read.Thumbnail is not null && next.Thumbnail is null;

    private static bool IsLost(DraftPhoto picture, Identity next) => picture.Number == Thumbnail ? next.Thumbnail is null : next.LostPhotos.Contains(picture.Number);

    private static Identity Counted(Identity read, Identity changed, DateTimeOffset now) => changed with { Seq = read.Seq + 1, UpdatedAt = now };

    private TableTransactionAction Delete(IdentityId id, DraftPhoto photo) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, Key(id, photo.Number)), photo.Tag);

    private static string Prefix(IdentityId id) => $"p_{id.RowDigits}_";

    private static string Key(IdentityId id, int number) => Prefix(id) + number.ToString("00", CultureInfo.InvariantCulture);
}
