using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>What remains of an idempotency key once what it stood for is erased.</summary>
public sealed class KeyTombstonesTests : IDisposable
{
    private const string Owner = "mira";
    private const string KeyRow = "k_1";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryTables _memory;
    private readonly IdentityTables _tables;

    public KeyTombstonesTests()
    {
        _memory = new MemoryTables(_clock).With("Owned", "Index");
        _tables = new IdentityTables(_memory.Client("Owned"), _memory.Client("Index"), new StorageClock(_clock));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_given_key_is_remembered_for_its_owner_alone()
    {
        var tombstones = Tombstones("salt");
        var before = await tombstones.IsBuriedAsync(Owner, KeyRow, Stop);
        await tombstones.BuryAsync(New(given: true), Stop);
        await tombstones.BuryAsync(New(given: true), Stop);

        Assert.False(before);
        Assert.True(await tombstones.IsBuriedAsync(Owner, KeyRow, Stop));
        Assert.False(await tombstones.IsBuriedAsync("noah", KeyRow, Stop));
        Assert.False(await tombstones.IsBuriedAsync(Owner, "k_2", Stop));
    }

    [Fact]
    public async Task Of_content_that_was_its_own_key_nothing_is_remembered()
    {
        await Tombstones("salt").BuryAsync(New(given: false), Stop);

        Assert.Empty(_memory.Rows("Index"));
    }

    [Fact]
    public async Task Without_a_salt_nothing_is_remembered()
    {
        var tombstones = Tombstones(null);
        await tombstones.BuryAsync(New(given: true), Stop);

        Assert.False(await tombstones.IsBuriedAsync(Owner, KeyRow, Stop));
        Assert.Empty(_memory.Rows("Index"));
    }

    [Fact]
    public async Task The_rows_name_nobody_and_mean_nothing_without_the_salt()
    {
        await Tombstones("salt").BuryAsync(New(given: true), Stop);
        var text = string.Join('\n', _memory.Rows("Index").SelectMany(row => row.Select(property => $"{property.Key}={property.Value}")));

        Assert.DoesNotContain(Owner, text, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyRow, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Mom", text, StringComparison.Ordinal);
        Assert.False(await Tombstones("another salt").IsBuriedAsync(Owner, KeyRow, Stop));
    }

    [Fact]
    public async Task After_thirty_days_an_item_asks_to_forget_it()
    {
        var tombstones = Tombstones("salt");
        await tombstones.BuryAsync(New(given: true), Stop);

        Assert.Empty(await _tables.Index.DueAsync(_clock.GetUtcNow().AddDays(29), 25, Stop));
        var item = Assert.Single(await _tables.Index.DueAsync(_clock.GetUtcNow().AddDays(30), 25, Stop));
        await _tables.Index.ForgetAsync(item, Stop);

        Assert.Equal(WorkKind.Forget, item.Kind);
        Assert.False(await tombstones.IsBuriedAsync(Owner, KeyRow, Stop));
    }

    public void Dispose() => _tables.Dispose();

    private KeyTombstones Tombstones(string? salt) => new(_tables.Index, _ => ValueTask.FromResult(salt));

    private Identity New(bool given) => new()
    {
        Id = IdentityId.New(_clock.GetUtcNow()),
        OwnerKey = Owner,
        UserId = Owner,
        Name = "Mom",
        Repo = new RepoId("local", "identity-mom-1"),
        Photos = [],
        Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
        Fingerprint = "f",
        KeyRow = KeyRow,
        KeyGiven = given,
        CreatedAt = _clock.GetUtcNow(),
    };
}
