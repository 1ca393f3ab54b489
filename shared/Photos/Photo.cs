namespace TrainIdentity.Photos;

/// <summary>A cleaned photo; every fact is about the cleaned bytes.</summary>
public sealed class Photo : IDisposable
{
    private readonly SpooledBytes _bytes;

    internal Photo(PhotoFindings found, SpooledBytes bytes)
    {
        (Format, Width, Height, Removed) = (found.Format, found.Width, found.Height, found.Removed);
        _bytes = bytes;
    }

    public PhotoFormat Format { get; }

    /// <summary>As stored, before any turn that the orientation tag asks for.</summary>
    public int Width { get; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; }

    public PhotoRemovals Removed { get; }

    public long Length => _bytes.Length;

    /// <summary>64 lower-case hex digits.</summary>
    public string Sha256 => _bytes.Sha256;

    /// <summary>The first 512 bytes, or all of a smaller photo.</summary>
    public ReadOnlyMemory<byte> Head => _bytes.Head;

    /// <summary>An independent stream from the first byte; any number may be read at the same time.</summary>
    public Stream OpenRead() => new SpooledStream(_bytes);

    /// <summary>Gives the space back. Streams still open then throw <see cref="ObjectDisposedException"/> at their next read.</summary>
    public void Dispose() => _bytes.Dispose();
}
