using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>The rows against Azurite: what is written is read back, ambiguous writes are recognised, races have one winner.</summary>
public sealed class RowsTests(Tables tables) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly QuotaOptions Plenty = new() { Active = 1000, PerDay = 1000, Stored = 1000 };

    private readonly TableProbe _probe = new();
    private readonly Caller _caller = Caller.From("https://issuer.example", "mira", primary: true);
    private IdentityTables _tables = null!;
    private OwnerRows _rows = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var own = Guid.NewGuid().ToString("N")[..12];
        var options = new StorageOptions { ConnectionString = await tables.ConnectionStringAsync(), IdentitiesTable = $"Rows{own}", IndexTable = $"Index{own}" };
        _tables = new IdentityTables(options, new StorageClock(TimeProvider.System), _probe);
        await _tables.EnsureAsync(Stop);
        _rows = _tables.For(_caller);
    }

    [Fact]
    public async Task Every_field_survives_its_row()
    {
        var reserved = await ReserveAsync(New());
        var full = reserved with
        {
            State = IdentityState.Training,
            Attempt = 3,
            Drafted = true,
            DraftPhotos = 2,
            LostPhotos = [2, 5],
            NameInRepo = "Mum",
            Thumbnail = new ManifestPhoto("thumbnail.jpg", new string('f', 64), 7, 64, 64),
            JobAttempt = 2,
            HubRepoId = "abc",
            RepoUrl = "https://huggingface.co/local/x",
            BaseCommit = new string('a', 40),
            CommitOid = new string('b', 40),
            Job = new JobSeen("job-1", JobStage.Running, Start, Start.AddMinutes(1), null),
            LaunchIntentAt = Start.AddSeconds(1),
            LaunchMissedAt = Start.AddSeconds(2),
            Weights = new VerifiedWeights("w.safetensors", new string('c', 64), 123, new string('d', 40)),
            TrainedAt = Start.AddHours(1),
            Previews = [new ManifestPhoto("previews/front.jpg", new string('9', 64), 8, 512, 512)],
            Retention = new PhotoRetention(30),
            PhotosRemovedAt = Start.AddHours(2),
            CountedAt = Start.AddSeconds(3),
            EstimatedMicroUsd = 1_458_334,
            UsdPerHour = 2.5m,
            SpentMicroUsd = 1_000_000,
            LinksGiven = 4,
            LinkGivenAt = Start.AddHours(3),
            FailureCode = Failures.JobError,
            RetainUntil = Start.AddDays(7),
            Consent = new Consent("1", "hash", "self", Start),
            Lease = new Lease("me", Start.AddMinutes(2), 7),
            DueAt = Start.AddMinutes(3),
            DeadlineAt = Start.AddHours(3),
        };

        var written = await _rows.ReplaceAsync(reserved, full, Stop);
        var read = await _rows.GetAsync(reserved.Id, Stop);

        Assert.Equal(reserved.Seq + 1, read!.Seq);
        Assert.Equal(Comparable(full with { Seq = read.Seq, UpdatedAt = read.UpdatedAt }), Comparable(read));
        Assert.Equal(written!.Tag, read.Tag);
        Assert.Equal(full.Photos, read.Photos);
        Assert.Equal(full.LostPhotos, read.LostPhotos);
        Assert.Equal(full.Previews, read.Previews);
    }

    [Fact]
    public void A_row_from_before_renaming_has_one_name()
    {
        var row = IdentityRow.Write(New(), Guid.NewGuid());
        row.Remove("name_in_repo");

        var renamed = IdentityRow.Read(row).Renamed(IdentityName.Read("Mother", out var name) is null ? name! : throw new InvalidOperationException("Not a name."));

        Assert.Equal(("Mother", "Mom"), (renamed.Name, renamed.NameInRepo));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_known_for_our_own()
    {
        _probe.LoseNextAnswer();
        Assert.True(await _tables.Index.ClaimAsync(New(), Start, Stop));

        _probe.LoseNextAnswer();
        var reserved = (await _rows.ReserveAsync(New(), Start.AddDays(1), null, Plenty, Stop)).Written;

        _probe.LoseNextAnswer();
        var replaced = await _rows.ReplaceAsync(reserved!, reserved! with { HubRepoId = "x" }, Stop);

        Assert.Equal(3, _probe.Lost);
        Assert.Equal("x", replaced?.HubRepoId);
        Assert.Equal(replaced!.Tag, (await _rows.GetAsync(reserved!.Id, Stop))!.Tag);
    }

    [Fact]
    public async Task Of_two_writers_the_second_is_told()
    {
        var read = await ReserveAsync(New());

        var first = await _rows.ReplaceAsync(read, read with { HubRepoId = "first" }, Stop);
        var second = await _rows.ReplaceAsync(read, read with { HubRepoId = "second" }, Stop);

        Assert.NotNull(first);
        Assert.Null(second);
        Assert.Equal("first", (await _rows.GetAsync(read.Id, Stop))!.HubRepoId);
    }

    [Fact]
    public async Task A_name_and_a_key_are_given_once()
    {
        var (mine, other) = (New(), New() with { Repo = RepoId.Parse("local/identity-mom-1") });
        other = other with { Repo = mine.Repo };

        Assert.True(await _tables.Index.ClaimAsync(mine, Start, Stop));
        Assert.False(await _tables.Index.ClaimAsync(other, Start, Stop));
        Assert.NotNull((await _rows.ReserveAsync(mine, Start, null, Plenty, Stop)).Written);
        Assert.Null((await _rows.ReserveAsync(New() with { KeyRow = mine.KeyRow }, Start, null, Plenty, Stop)).Written);
    }

    [Fact]
    public async Task Work_is_found_when_it_is_due_and_moves_with_its_record()
    {
        var identity = New() with { DueAt = Start };
        await _tables.Index.ClaimAsync(identity, Start, Stop);
        var reserved = await ReserveAsync(identity);

        var early = await _tables.Index.DueAsync(Start.AddMilliseconds(-1), 10, Stop);
        var due = await _tables.Index.DueAsync(Start, 10, Stop);
        await _rows.ReplaceAsync(reserved, reserved with { DueAt = Start.AddHours(1) }, Stop);
        var after = await _tables.Index.DueAsync(Start.AddMinutes(1), 10, Stop);
        var later = await _tables.Index.DueAsync(Start.AddHours(1), 10, Stop);

        Assert.Empty(early);
        Assert.Equal((identity.Id, identity.Repo, identity.OwnerKey), (Assert.Single(due).Identity, due[0].Repo, due[0].OwnerKey));
        Assert.Empty(after);
        Assert.Single(later);
    }

    [Fact]
    public async Task A_users_call_names_no_partition_but_his_own()
    {
        var reserved = await ReserveAsync(New());
        _probe.Requests.Clear();

        await _rows.GetAsync(reserved.Id, Stop);
        await _rows.ListAsync(10, null, Stop);
        await _rows.ListAsync(10, reserved.Id, Stop);
        await _rows.KeyAsync(reserved.KeyRow, Stop);
        await _rows.ReplaceAsync(reserved, reserved with { HubRepoId = "x" }, Stop);
        var second = await ReserveAsync(New());
        await _rows.RemoveAsync(second, Stop);

        var users = _probe.Requests.Where(request => (request.Address + request.Body).Contains("Rows", StringComparison.Ordinal)).ToList();
        Assert.True(users.Count >= 8);
        Assert.All(users, request => Assert.Contains("u_mira", Uri.UnescapeDataString(request.Address) + request.Body, StringComparison.Ordinal));
        Assert.All(users, request => Assert.Empty(System.Text.RegularExpressions.Regex.Matches(Uri.UnescapeDataString(request.Address) + request.Body, "u_(?!mira)\\w+")));
    }

    [Fact]
    public async Task Nobody_can_page_out_of_his_partition()
    {
        await ReserveAsync(New());
        var other = _tables.For(Caller.From("https://issuer.example", "noor", primary: true));

        var (page, more) = await other.ListAsync(100, new IdentityId(Guid.AllBitsSet), Stop);

        Assert.Empty(page);
        Assert.False(more);
    }

    [Fact]
    public async Task Removing_leaves_neither_record_nor_key()
    {
        var reserved = await ReserveAsync(New());

        await _rows.RemoveAsync(reserved, Stop);
        await _rows.RemoveAsync(reserved, Stop);

        Assert.Null(await _rows.GetAsync(reserved.Id, Stop));
        Assert.Null(await _rows.KeyAsync(reserved.KeyRow, Stop));
    }

    private async Task<Identity> ReserveAsync(Identity identity) => ((await _rows.ReserveAsync(identity, Start.AddDays(1), null, Plenty, Stop)).Written)!;

    /// <summary>Lists are compared apart: records compare them by reference.</summary>
    private static Identity Comparable(Identity identity) => identity with { Photos = [], LostPhotos = [], Previews = [], Tag = default };

    private Identity New()
    {
        var id = IdentityId.New(DateTimeOffset.UtcNow);
        return new Identity
        {
            Id = id,
            OwnerKey = _caller.Key,
            UserId = _caller.Subject,
            Name = "Mom",
            Repo = new RepoId("local", $"identity-mom-{id.RowDigits}"),
            Photos = [new ManifestPhoto("images/image_001.jpg", new string('e', 64), 5, 100, 200)],
            Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
            Fingerprint = "f",
            KeyRow = $"k_{id.RowDigits}",
            CreatedAt = Start,
            ClientSeenAt = Start,
        };
    }

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        return ValueTask.CompletedTask;
    }
}
