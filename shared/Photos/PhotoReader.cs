namespace TrainIdentity.Photos;

/// <summary>Reads one uploaded file to its end and answers with a clean photo or the reason against it.</summary>
public sealed class PhotoReader(PhotoOptions options, PhotoSpool spool)
{
    /// <summary>
    /// Stops reading at the first reason to refuse, so the source may not be at its end then.
    /// What the source throws passes through, and a full disk is a <see cref="SpoolException"/>; the space taken is given back in every case.
    /// </summary>
    public async ValueTask<PhotoOutcome> ReadAsync(Stream source, CancellationToken stop)
    {
        using var window = new SourceWindow(source, options.MaxBytes);
        await window.EnsureAsync(PhotoKinds.LookBytes, stop);
        if (window.Available.IsEmpty) return new PhotoOutcome(PhotoRefusals.Empty);

        using var output = new SpoolWriter(spool);
        var found = new PhotoFindings();
        var refusal = PhotoKinds.Of(window.Available) switch
        {
            PhotoKind.Jpeg => await new JpegWalk(window, output, found, options).RunAsync(stop),
            PhotoKind.Png => await new PngWalk(window, output, found, options).RunAsync(stop),
            var other => PhotoRefusals.TypeNotAllowed(other),
        };
        return refusal is null ? new PhotoOutcome(new Photo(found, output.Finish())) : new PhotoOutcome(refusal);
    }
}
