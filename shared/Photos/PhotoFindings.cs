namespace TrainIdentity.Photos;

/// <summary>What a walk through the file finds out on its way.</summary>
internal sealed class PhotoFindings
{
    public PhotoFormat Format { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    public PhotoRemovals Removed { get; set; }
}
