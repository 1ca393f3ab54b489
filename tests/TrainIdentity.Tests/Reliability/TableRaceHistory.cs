using System.Text;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Every version of every identity, in order: each follows from the one before, and none that was acknowledged is missing.</summary>
internal sealed class TableRaceHistory
{
    private readonly List<(int Host, string Row, Identity? Version)> _versions = [];
    private int _host;

    /// <summary>Who makes the changes that follow.</summary>
    public void By(int host) => _host = host;

    public void Add(RowChange change)
    {
        var row = (change.After ?? change.Before)!.RowKey;
        if (!row.StartsWith("i_", StringComparison.Ordinal))
        {
            return;
        }

        var before = change.Before is null ? null : IdentityRow.Read(change.Before);
        var after = change.After is null ? null : IdentityRow.Read(change.After);
        _versions.Add((_host, row, after));
        Check(before, after);
    }

    /// <summary>What a caller was told it wrote is what was written, once, and nobody wrote the same version.</summary>
    public void Told(int host, Identity? written)
    {
        if (written is not null)
        {
            var same = Assert.Single(_versions, version => version.Version?.Id == written.Id && version.Version.Tag == written.Tag);
            Assert.Equal((host, written.Seq, written.State, written.DueAt), (same.Host, same.Version!.Seq, same.Version.State, same.Version.DueAt));
        }
    }

    /// <summary>What a caller was told it did not write does not stand there.</summary>
    public void Refused(int host, Identity read)
    {
        var (by, _, now) = _versions.LastOrDefault(version => version.Row == IdentityRow.Key(read.Id));
        Assert.False(by == host && now?.Seq == read.Seq + 1, $"Host {host} made version {now?.Seq} and was told that it did not.");
    }

    public string Told(int last)
    {
        var told = new StringBuilder();
        foreach (var (host, row, version) in _versions.Skip(Math.Max(0, _versions.Count - last)))
        {
            told.AppendLine($"{row[^6..]} by host {host}: {(version is null ? "removed" : $"{version.Seq} {version.State} due {version.DueAt:HH:mm:ss.fff} slot {version.SlotHeld}")}");
        }
        return told.ToString();
    }

    private static void Check(Identity? before, Identity? after)
    {
        if (before is null)
        {
            Assert.Equal((1, IdentityState.Reserved), (after!.Seq, after.State));
            return;
        }
        if (after is null)
        {
            Assert.Equal(IdentityState.Deleting, before.State);
            return;
        }

        Assert.Equal(before.Seq + 1, after.Seq);
        var legal = LegalMoves.Allow(before.State, after.State);
        Assert.True(legal, $"{before.State} became {after.State}.");
        Assert.True(after.Attempt >= before.Attempt && after.JobAttempt >= before.JobAttempt, "Attempts were counted back.");
        Assert.True(after.Repo == before.Repo || (before is { State: IdentityState.Failed, RetainUntil: null } && after.State is IdentityState.Reserved), "A repo was left behind.");
    }
}
