using System.Diagnostics.CodeAnalysis;

namespace TrainIdentity.Photos;

/// <summary>Either a photo, which the receiver disposes, or the reason why there is none.</summary>
public sealed class PhotoOutcome
{
    internal PhotoOutcome(Photo photo) => Photo = photo;

    internal PhotoOutcome(PhotoRefusal refusal) => Refusal = refusal;

    [MemberNotNullWhen(true, nameof(Photo))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Accepted => Photo is not null;

    public Photo? Photo { get; }

    public PhotoRefusal? Refusal { get; }
}
