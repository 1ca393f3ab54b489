using Microsoft.Win32.SafeHandles;

namespace TrainIdentity.Photos;

/// <summary>The temporary space of all photos: one memory budget and one folder. One per process; safe to share.</summary>
public sealed class PhotoSpool
{
    internal const int BlockBytes = 64 << 10;

    // A few for those who write to files, whatever the budget.
    private const int LeastKept = 16;

    private readonly SpoolOptions _options;
    private readonly Stack<byte[]> _free = new();
    private long _memoryBytes;
    private int _files;

    public PhotoSpool(SpoolOptions options)
    {
        _options = options;
        Own(options.FolderOrDefault);
        foreach (var left in Directory.EnumerateFiles(options.FolderOrDefault)) File.Delete(left);
    }

    public long MemoryBytesInUse => Interlocked.Read(ref _memoryBytes);

    public int FilesInUse => Volatile.Read(ref _files);

    internal byte[] RentBlock()
    {
        lock (_free)
        {
            if (_free.TryPop(out var block)) return block;
        }
        return GC.AllocateUninitializedArray<byte>(BlockBytes);
    }

    /// <summary>Clears the block: what was a photo is in memory no longer than its request.</summary>
    internal void ReturnBlock(byte[] block)
    {
        block.AsSpan().Clear();
        lock (_free)
        {
            if (_free.Count < Math.Max(LeastKept, _options.MemoryBytes / BlockBytes)) _free.Push(block);
        }
    }

    /// <summary>Asks to keep one more block for a photo that already keeps <paramref name="kept"/>.</summary>
    internal bool TryReserveBlock(int kept)
    {
        if ((kept + 1L) * BlockBytes > _options.MemoryBytesPerPhoto) return false;
        if (Interlocked.Add(ref _memoryBytes, BlockBytes) <= _options.MemoryBytes) return true;
        ReleaseBlocks(1);
        return false;
    }

    internal void ReleaseBlocks(int count) => Interlocked.Add(ref _memoryBytes, -(long)count * BlockBytes);

    /// <summary>A file without a name: it is gone with its handle, also when the process is killed.</summary>
    internal SafeFileHandle OpenFile()
    {
        var path = Path.Combine(_options.FolderOrDefault, Path.GetRandomFileName());
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            Interlocked.Increment(ref _files);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolException("No temporary file could be opened for a photo.", e);
        }
    }

    internal void CloseFile(SafeFileHandle file)
    {
        file.Dispose();
        Interlocked.Decrement(ref _files);
    }

    // A temp folder may be shared with other users: a link planted there must not have us delete somebody's files.
    private static void Own(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null) throw new SpoolException($"The spool folder {folder} is a link.", new IOException());
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
