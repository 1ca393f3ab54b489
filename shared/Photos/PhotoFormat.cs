namespace TrainIdentity.Photos;

public enum PhotoFormat
{
    Jpeg,
    Png,
}
