namespace TrainIdentity.Photos;

/// <summary>Reads one uploaded file to its end and answers with a clean photo or the reason against it.</summary>
public sealed class PhotoReader(PhotoOptions options, PhotoSpool spool)
{
    /// <summary>
    /// Stops reading at the first reason to refuse, so the source may not be at its end then.
    /// What the source throws passes through, and a full disk is a <see cref="SpoolException"/>; the space taken is given back in every case.
    /// </summary>
    public ValueTask<PhotoOutcome> ReadAsync(Stream source, CancellationToken stop) => ReadAsync(source, options.MaxBytes, PhotoRefusals.TypeNotAllowed, stop);

    /// <summary>The same for a small picture that stands for others; it is a JPEG.</summary>
    public ValueTask<PhotoOutcome> ReadThumbnailAsync(Stream source, CancellationToken stop) =>
        ReadAsync(source, options.MaxThumbnailBytes, kind => kind is PhotoKind.Jpeg ? null : PhotoRefusals.NoThumbnail, stop);

    private async ValueTask<PhotoOutcome> ReadAsync(Stream source, long maxBytes, Func<PhotoKind, PhotoRefusal?> refused, CancellationToken stop)
    {
        using var window = new SourceWindow(source, maxBytes);
        await window.EnsureAsync(PhotoKinds.LookBytes, stop);
        if (window.Available.IsEmpty) return new PhotoOutcome(PhotoRefusals.Empty);
        var kind = PhotoKinds.Of(window.Available);
        if (refused(kind) is { } reason) return new PhotoOutcome(reason);

        using var output = new SpoolWriter(spool);
        var found = new PhotoFindings();
        var refusal = kind is PhotoKind.Jpeg
            ? await new JpegWalk(window, output, found, options).RunAsync(stop)
            : await new PngWalk(window, output, found, options).RunAsync(stop);
        return refusal is null ? new PhotoOutcome(new Photo(found, output.Finish())) : new PhotoOutcome(refusal);
    }
}
