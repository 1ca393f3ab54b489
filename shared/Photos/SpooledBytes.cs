using Microsoft.Win32.SafeHandles;

namespace TrainIdentity.Photos;

/// <summary>The bytes of one finished photo, in blocks or in a file, readable by many at once.</summary>
internal sealed class SpooledBytes(PhotoSpool spool, List<byte[]> blocks, SafeFileHandle? file, long length, string sha256, byte[] head) : IDisposable
{
    // The owner counts as one, each read in progress as one more; who leaves last gives the space back,
    // so a block never goes to another photo while it is being read.
    private int _users = 1;
    private int _disposed;

    public long Length => length;

    public string Sha256 => sha256;

    public ReadOnlyMemory<byte> Head => head;

    // From a file synchronously too: the page cache has what was written a moment ago, and asynchronous file access on Linux is a thread hop.
    public int Read(long offset, Span<byte> into)
    {
        into = into[..Fitting(offset, into.Length)];
        Enter();
        try
        {
            return file is null ? CopyFromBlocks(offset, into) : RandomAccess.Read(file, into, offset);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) is 0) Leave();
    }

    private int Fitting(long offset, int wanted) => (int)Math.Clamp(length - offset, 0, wanted);

    private int CopyFromBlocks(long offset, Span<byte> into)
    {
        for (var done = 0; done < into.Length;)
        {
            var (block, start) = Math.DivRem(offset + done, PhotoSpool.BlockBytes);
            var piece = Math.Min(into.Length - done, PhotoSpool.BlockBytes - (int)start);
            blocks[(int)block].AsSpan((int)start, piece).CopyTo(into[done..]);
            done += piece;
        }

        return into.Length;
    }

    private void Enter()
    {
        var users = Volatile.Read(ref _users);
        while (true)
        {
            ObjectDisposedException.ThrowIf(users is 0 || Volatile.Read(ref _disposed) is 1, typeof(Photo));
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return;
            users = seen;
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) is not 0) return;
        blocks.ForEach(spool.ReturnBlock);
        spool.ReleaseBlocks(blocks.Count);
        if (file is not null) spool.CloseFile(file);
    }
}
