using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

public sealed class PhotoRetentionTests
{
    [Fact]
    public void What_people_agree_to_says_what_becomes_of_their_photos()
    {
        var policies = new[] { "keep", "afterTraining", "days:1", "days:30" }.Select(text => PhotoRetention.Parse(text)!).ToList();
        var texts = policies.Select(policy => new ConsentText(Usual.Terms.Profiles.All, policy)).ToList();

        Assert.Equal(policies.Count, texts.Select(text => text.Version).Distinct().Count());
        Assert.Equal(policies.Count, texts.Select(text => text.Sha256).Distinct().Count());
        Assert.All(policies.Zip(texts), pair => Assert.EndsWith(pair.First.Sentence, pair.Second.Text, StringComparison.Ordinal));
        Assert.Contains("30 days after", texts[3].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("days:0")]
    [InlineData("days:3651")]
    [InlineData("days:-1")]
    [InlineData("days:")]
    [InlineData("days: 1")]
    [InlineData("Keep")]
    [InlineData("")]
    public void Anything_else_is_no_policy(string text) => Assert.Null(PhotoRetention.Parse(text));
}
