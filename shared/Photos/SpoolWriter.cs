using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TrainIdentity.Photos;

/// <summary>Takes the cleaned bytes of one photo, hashing them block by block; in memory while the spool allows it, then in a file.</summary>
internal sealed class SpoolWriter(PhotoSpool spool) : IDisposable
{
    private const int HeadBytes = 512;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private List<byte[]> _kept = [];
    private SafeFileHandle? _file;
    private byte[]? _block = spool.RentBlock();
    private int _used;
    private long _stored;
    private byte[] _head = [];

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == PhotoSpool.BlockBytes) Store();
            var whole = bytes.Length - (bytes.Length % PhotoSpool.BlockBytes);
            if (_file is not null && _used is 0 && whole > 0)
            {
                // What is on its way to a file need not be copied into a block first. Whole blocks, since the page cache takes longer over parts of them.
                Append(bytes[..whole]);
                bytes = bytes[whole..];
                continue;
            }

            var piece = bytes[..Math.Min(bytes.Length, PhotoSpool.BlockBytes - _used)];
            piece.CopyTo(_block.AsSpan(_used));
            _used += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Hands everything over; the writer is empty afterwards.</summary>
    public SpooledBytes Finish()
    {
        Flush();
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        var bytes = new SpooledBytes(spool, _kept, _file, _stored, sha256, _head);
        (_kept, _file) = ([], null);
        return bytes;
    }

    public void Dispose()
    {
        _hash.Dispose();
        ReleaseKept();
        if (_file is not null) spool.CloseFile(_file);
        if (_block is not null) spool.ReturnBlock(_block);
        (_file, _block) = (null, null);
    }

    private void Flush()
    {
        if (_used > 0 || _stored is 0) Store();
    }

    private void Store()
    {
        var bytes = _block.AsSpan(0, _used);
        if (_stored is 0) _head = bytes[..Math.Min(HeadBytes, _used)].ToArray();
        if (_file is null && spool.TryReserveBlock(_kept.Count))
        {
            _hash.AppendData(bytes);
            _stored += _used;
            _kept.Add(_block!);
            _block = spool.RentBlock();
        }
        else
        {
            Append(bytes);
        }

        _used = 0;
    }

    // Written synchronously: the page cache takes it at memory speed, and asynchronous file access on Linux is a thread hop.
    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_file is null) Spill();
            RandomAccess.Write(_file!, bytes, _stored);
            _hash.AppendData(bytes);
            _stored += bytes.Length;
        }
        catch (Exception e) when (e is IOException and not SpoolException)
        {
            throw new SpoolException("The spool folder takes no more.", e);
        }
    }

    private void Spill()
    {
        _file = spool.OpenFile();
        for (var i = 0; i < _kept.Count; i++) RandomAccess.Write(_file, _kept[i].AsSpan(0, PhotoSpool.BlockBytes), (long)i * PhotoSpool.BlockBytes);
        ReleaseKept();
    }

    private void ReleaseKept()
    {
        _kept.ForEach(spool.ReturnBlock);
        spool.ReleaseBlocks(_kept.Count);
        _kept.Clear();
    }
}
