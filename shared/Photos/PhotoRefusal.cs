namespace TrainIdentity.Photos;

public enum PhotoRefusalCode
{
    Empty,
    TooLarge,
    TypeNotAllowed,
    Corrupt,
    Dimensions,
}

/// <param name="Code">Stable; callers decide by it.</param>
/// <param name="Detail">One or two sentences for the person who chose the photo: what it is, and what to do next.</param>
public sealed record PhotoRefusal(PhotoRefusalCode Code, string Detail);
