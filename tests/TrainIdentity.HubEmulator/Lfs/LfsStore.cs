using System.Collections.Concurrent;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>The LFS objects of one repo. Storage takes any bytes; only those that are what their name says count as stored.</summary>
internal sealed class LfsStore
{
    private readonly string _objects;
    private readonly string _incoming;
    private readonly ConcurrentDictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _wrong = new(StringComparer.Ordinal);

    public LfsStore(string folder)
    {
        _objects = Directory.CreateDirectory(Path.Combine(folder, "lfs")).FullName;
        _incoming = Directory.CreateDirectory(Path.Combine(folder, "incoming")).FullName;
        foreach (var leftOver in Directory.GetFiles(_incoming)) File.Delete(leftOver);
        foreach (var path in Directory.GetFiles(_objects)) _sizes[Path.GetFileName(path)] = new FileInfo(path).Length;
    }

    public string PathOf(string oid) => Path.Combine(_objects, oid);

    /// <summary>A name for bytes on their way in.</summary>
    public string NewDraft() => Path.Combine(_incoming, Guid.NewGuid().ToString("n"));

    public IEnumerable<string> All => _sizes.Keys;

    public bool Has(string oid) => _sizes.ContainsKey(oid);

    public bool Has(string oid, long size) => _sizes.TryGetValue(oid, out var length) && length == size;

    public long SizeOf(string oid) => _sizes[oid];

    /// <summary>Whether something else was put under this name.</summary>
    public bool HasWrong(string oid) => _wrong.ContainsKey(oid);

    /// <summary>Takes the draft in; true when it is the first with the right bytes. A right object is never replaced.</summary>
    public bool Take(string draft, string oid, long expectedSize, StoredBytes bytes)
    {
        if (bytes.Sha256 != oid || bytes.Length != expectedSize)
        {
            File.Delete(draft);
            if (!Has(oid)) _wrong[oid] = bytes.Length;
            return false;
        }

        _ = _wrong.TryRemove(oid, out _);
        File.Move(draft, PathOf(oid), overwrite: true);
        return _sizes.TryAdd(oid, bytes.Length);
    }

    public void Lose(string oid)
    {
        if (_sizes.TryRemove(oid, out _)) File.Delete(PathOf(oid));
    }
}
