namespace TrainIdentity.Photos;

public sealed class SpoolOptions
{
    /// <summary>For all photos of the process together; what does not fit goes to a file.</summary>
    public long MemoryBytes { get; set; } = 16L << 20;

    /// <summary>A photo larger than this goes to a file even when memory is free, so that one photo cannot crowd out the rest.</summary>
    public long MemoryBytesPerPhoto { get; set; } = 256L << 10;

    /// <summary>The spool's own: every file in it is deleted at the start. Empty, one below the system's for temporary files.</summary>
    public string Folder { get; set; } = "";

    internal string FolderOrDefault => Folder.Length > 0 ? Folder : Path.Combine(Path.GetTempPath(), "train-identity-spool");

    public IEnumerable<string> Faults() => new SettingBounds("Spool")
        .Of(MemoryBytes, 0, 64L << 30)
        .Of(MemoryBytesPerPhoto, 0, 1 << 30)
        .When(Folder.Length > 0 && !Path.IsPathRooted(Folder), "Spool__Folder must be a whole path, for everything in it is deleted at the start.")
        .Faults;
}
