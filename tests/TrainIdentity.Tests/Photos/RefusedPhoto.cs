using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

internal sealed record RefusedPhoto(string Name, byte[] Bytes, PhotoRefusalCode Code);
