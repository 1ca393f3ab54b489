using System.Text;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

public sealed class NameFuzzTests
{
    /// <summary>Bytes read as UTF-16, so that halves of characters come up, too.</summary>
    [Fact]
    public void No_text_gets_through_that_could_act() => Fuzz.Run(
        "names", [.. NameCase.All.Select(one => Encoding.Unicode.GetBytes(one.Name))], seed: 6, count: 20_000, bytes =>
        {
            if (IdentityName.Read(Encoding.Unicode.GetString(bytes), out var name) is null)
            {
                Assert.True(RepoId.IsLegal($"identity-{name!.Slug}-1761500000000"), name.Slug);
                NameInRepo.AssertInert(name.Value);
            }
        }, [.. "\u200d\u200c\u202e\u2028\r\n---\n```".Select(c => Encoding.Unicode.GetBytes([c]))]);
}
