using TrainIdentity.Training;

namespace TrainIdentity.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Theory]
    [InlineData("registry.example/trainer:latest", false, false)]
    [InlineData("registry.example/trainer@sha256:0123", false, true)]
    [InlineData("local/trainer", true, true)]
    [InlineData("", false, true)]
    public void The_image_of_the_trainer_is_named_by_its_digest(string image, bool local, bool fine) =>
        Assert.Equal(fine, !new TrainingOptions { Image = image }.Faults(local).Any());
}
