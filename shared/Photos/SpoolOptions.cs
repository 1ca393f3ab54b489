namespace TrainIdentity.Photos;

public sealed class SpoolOptions
{
    /// <summary>For all photos of the process together; what does not fit goes to a file.</summary>
    public long MemoryBytes { get; set; } = 16L << 20;

    /// <summary>A photo larger than this goes to a file even when memory is free, so that one photo cannot crowd out the rest.</summary>
    public long MemoryBytesPerPhoto { get; set; } = 4L << 20;

    /// <summary>The spool's own: every file in it is deleted at the start.</summary>
    public string Folder { get; set; } = Path.Combine(Path.GetTempPath(), "train-identity-spool");
}
