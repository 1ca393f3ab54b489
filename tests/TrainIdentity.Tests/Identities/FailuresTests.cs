using TrainIdentity.Identities;
using TrainIdentity.Tests.Training;

namespace TrainIdentity.Tests.Identities;

public sealed class FailuresTests
{
    [Fact]
    public void Every_reason_has_words_of_its_own_that_end_with_what_to_do()
    {
        var codes = typeof(Failures).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.All(codes, FailedEnd.Told);
        Assert.Equal(codes.Count, codes.Select(Failures.Text).Distinct().Count());
    }

    [Theory]
    [InlineData(Failures.JobError, Failures.JobError)]
    [InlineData(Failures.JobTimeout, Failures.JobTimeout)]
    [InlineData(Failures.OutOfMemory, Failures.OutOfMemory)]
    [InlineData(Failures.GatedModel, Failures.GatedModel)]
    [InlineData(Failures.WeightsMissing, Failures.WeightsMissing)]
    [InlineData(Failures.WeightsInvalid, Failures.WeightsInvalid)]
    [InlineData(Failures.Canceled, Failures.JobError)]
    [InlineData(Failures.Abandoned, Failures.JobError)]
    [InlineData(Failures.RepoGone, Failures.JobError)]
    [InlineData("<b>", Failures.JobError)]
    [InlineData(null, Failures.JobError)]
    public void Only_what_a_trainer_can_know_is_taken_from_it(string? told, string kept) => Assert.Equal(kept, Failures.Known(told));
}
