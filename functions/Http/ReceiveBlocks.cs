using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace TrainIdentity.Functions.Http;

/// <summary>
/// The memory that connections are read into. Kestrel's own blocks of 4 KiB mean a system call, a buffer segment and a
/// scan of their own for each 4 KiB of a photo, which doubled the CPU of a large request.
/// </summary>
internal sealed class ReceiveBlocks : IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 128 << 10;

    // A burst of connections may need more; that many are kept for the next.
    private const int MaxKept = 32;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        private readonly ConcurrentQueue<byte[]> _kept = new();

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            return new Block(this, _kept.TryDequeue(out var kept) ? kept : GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
        }

        protected override void Dispose(bool disposing) => _kept.Clear();

        private void Return(byte[] block)
        {
            if (_kept.Count < MaxKept)
            {
                _kept.Enqueue(block);
            }
        }

        private sealed class Block(Pool pool, byte[] bytes) : IMemoryOwner<byte>
        {
            private byte[]? _bytes = bytes;

            // Pinned where it lies, so that pinning it for a system call costs nothing.
            public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes!, 0, BlockBytes);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
                {
                    pool.Return(bytes);
                }
            }
        }
    }
}
