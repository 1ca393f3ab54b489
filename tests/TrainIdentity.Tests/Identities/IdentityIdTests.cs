using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Identities;

public sealed class IdentityIdTests
{
    [Fact]
    public void Row_keys_run_from_new_to_old_and_lead_back()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var ids = Enumerable.Range(0, 1000).Select(n => IdentityId.New(start.AddMilliseconds(n))).ToList();

        var rows = ids.Select(id => id.RowDigits).ToList();

        Assert.Equal(rows.OrderDescending(StringComparer.Ordinal), rows);
        Assert.Equal(ids, rows.Select(IdentityId.FromRowDigits));
    }

    [Theory]
    [InlineData("0198c0de-0000-7000-8000-000000000001", true)]
    [InlineData("0198C0DE-0000-7000-8000-000000000001", false)]
    [InlineData("0198c0de00007000800000000000000a", false)]
    [InlineData("{0198c0de-0000-7000-8000-000000000001}", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_the_one_public_form_is_an_id(string? text, bool valid) => Assert.Equal(valid, IdentityId.TryParse(text, out _));
}
