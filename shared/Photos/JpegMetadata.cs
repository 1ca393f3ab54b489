namespace TrainIdentity.Photos;

/// <summary>
/// The application and comment segments of a JPEG. Four are written again from their meaning, where they stand:
/// JFIF, Adobe's color transform, the orientation and the color profile. Nothing else survives.
/// </summary>
internal sealed class JpegMetadata(SpoolWriter output, PhotoFindings found, PhotoOptions options)
{
    private const int JfifBytes = 14;
    private const int JfifThumbnailOffset = 12;
    private const int AdobeBytes = 12;

    private readonly IccProfile _profile = new(options.MaxIccProfileBytes);
    private readonly ExifOrientation _orientation = new(found);

    private static ReadOnlySpan<byte> ExifHeader => "Exif\0\0"u8;

    /// <param name="marker">APP0 to APP15, or COM.</param>
    /// <param name="payload">Without marker and length.</param>
    /// <param name="beforePixels">Decoders settle color and orientation before the first scan, so later segments say nothing to them.</param>
    public void Take(byte marker, ReadOnlySpan<byte> payload, bool beforePixels)
    {
        var written = beforePixels && marker switch
        {
            JpegMarker.App0 => TakeJfif(payload),
            JpegMarker.App1 => TakeExif(payload),
            JpegMarker.App2 => TakeProfile(payload),
            JpegMarker.App14 => TakeAdobe(payload),
            _ => false,
        };
        if (!written) found.Removed |= Name(marker, payload);
    }

    public void End()
    {
        if (_profile.IsIncomplete) found.Removed |= PhotoRemovals.ColorProfile;
    }

    private bool TakeJfif(ReadOnlySpan<byte> payload)
    {
        if (!payload.StartsWith("JFIF\0"u8) || payload.Length < JfifBytes) return false;
        if (payload.Length > JfifBytes) found.Removed |= PhotoRemovals.Thumbnail;
        output.WriteSegment(JpegMarker.App0, payload[..JfifThumbnailOffset], [0, 0]);
        return true;
    }

    private bool TakeAdobe(ReadOnlySpan<byte> payload)
    {
        if (!payload.StartsWith("Adobe"u8) || payload.Length < AdobeBytes) return false;
        if (payload.Length > AdobeBytes) found.Removed |= PhotoRemovals.Other;
        output.WriteSegment(JpegMarker.App14, payload[..AdobeBytes]);
        return true;
    }

    private bool TakeExif(ReadOnlySpan<byte> payload)
    {
        if (!payload.StartsWith(ExifHeader)) return false;
        if (_orientation.Take(payload[ExifHeader.Length..]) is { } tag) output.WriteSegment(JpegMarker.App1, ExifHeader, tag);
        return true;
    }

    private bool TakeProfile(ReadOnlySpan<byte> payload)
    {
        if (!_profile.Take(payload)) return false;
        if (_profile.IsComplete) _profile.WriteTo(output);
        return true;
    }

    private static PhotoRemovals Name(byte marker, ReadOnlySpan<byte> payload) => marker switch
    {
        JpegMarker.App0 => payload.StartsWith("JFXX\0"u8) ? PhotoRemovals.Thumbnail : PhotoRemovals.Other,
        JpegMarker.App1 when payload.StartsWith(ExifHeader) => PhotoRemovals.Exif,
        JpegMarker.App1 when payload.StartsWith("http://ns.adobe.com/x"u8) => PhotoRemovals.Xmp,
        JpegMarker.App2 when payload.StartsWith(IccProfile.Header) => PhotoRemovals.ColorProfile,
        JpegMarker.App13 => PhotoRemovals.Iptc,
        JpegMarker.Com => PhotoRemovals.Comment,
        _ => PhotoRemovals.Other,
    };
}
