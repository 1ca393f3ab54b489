using BenchmarkDotNet.Attributes;
using TrainIdentity.Photos;

namespace TrainIdentity.Benchmarks;

/// <summary>One photo after the other, cleaned into files.</summary>
public class CleaningBenchmarks
{
    private byte[] _large = [], _small = [];
    private PhotoReader _reader = null!;

    internal static string Sample { get; set; } = "";

    internal static string Spool { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        (_large, _small) = (MadePhotos.Jpeg(Sample, 20_000_000, 1), MadePhotos.Jpeg(Sample, 2_000_000, 2));
        _reader = new PhotoReader(new PhotoOptions(), new PhotoSpool(new SpoolOptions { Folder = Spool, MemoryBytes = 0 }));
    }

    [Benchmark]
    public Task JpegOf2() => CleanAsync(_small);

    [Benchmark]
    public Task JpegOf20() => CleanAsync(_large);

    private async Task CleanAsync(byte[] photo)
    {
        var outcome = await _reader.ReadAsync(new MemoryStream(photo), CancellationToken.None);
        if (outcome.Photo is null) throw new InvalidOperationException("It was refused.");
        outcome.Photo.Dispose();
    }
}
