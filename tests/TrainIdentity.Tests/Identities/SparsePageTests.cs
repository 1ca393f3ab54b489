using Azure;
using Azure.Data.Tables;
using NSubstitute;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>The Table service may answer with an empty page and a continuation; Azurite never does, so the client is stood in for here.</summary>
public sealed class SparsePageTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_list_goes_on_behind_an_empty_page()
    {
        var rows = new OwnerRows(Table(IdentityRow.Write(New(), Guid.NewGuid())), new IdentityIndex(Table(), TimeProvider.System), "mira", TimeProvider.System);

        var (page, more) = await rows.ListAsync(10, null, TestContext.Current.CancellationToken);

        Assert.Single(page);
        Assert.False(more);
    }

    [Fact]
    public async Task Due_work_is_found_behind_an_empty_page()
    {
        var item = new TableEntity("b_0", "t_20260301115900000_" + New().Id.RowDigits)
        {
            ["kind"] = "Record",
            ["owner_key"] = "mira",
            ["identity"] = New().Id.RowDigits,
            ["model_id"] = "local/x",
            ["due_at"] = Now.AddMinutes(-1),
            ["tries"] = 2,
        };

        var due = await new IdentityIndex(Table(item), TimeProvider.System).DueAsync(Now, 25, TestContext.Current.CancellationToken);

        // The stand-in gives the same rows in each of the sixteen buckets.
        Assert.Equal(16, due.Count);
        Assert.All(due, work => Assert.Equal(("local/x", 2), (work.Repo?.ToString(), work.Tries)));
    }

    private static TableClient Table(params TableEntity[] rows)
    {
        var table = Substitute.For<TableClient>();
        var pages = new[] { Page<TableEntity>.FromValues([], "more", Substitute.For<Response>()), Page<TableEntity>.FromValues(rows, null, Substitute.For<Response>()) };
        table.QueryAsync<TableEntity>(Arg.Any<string>(), Arg.Any<int?>(), Arg.Any<IEnumerable<string>>(), Arg.Any<CancellationToken>())
            .Returns(_ => AsyncPageable<TableEntity>.FromPages(pages));
        return table;
    }

    private static Identity New() => new()
    {
        Id = new IdentityId(Guid.Parse("0198c0de-0000-7000-8000-000000000001")),
        OwnerKey = "mira",
        UserId = "mira",
        Name = "Mom",
        Repo = new RepoId("local", "x"),
        Photos = [],
        Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
        Fingerprint = "f",
        KeyRow = "k_1",
        CreatedAt = Now,
        UpdatedAt = Now,
        ClientSeenAt = Now,
    };
}
