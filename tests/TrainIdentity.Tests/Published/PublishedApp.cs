using System.IO.Compression;
using TrainIdentity.Tests.Published;

[assembly: AssemblyFixture(typeof(PublishedApp))]

namespace TrainIdentity.Tests.Published;

/// <summary>What is deployed, made by the first test that needs it unless it is there already, and unpacked once for the whole run.</summary>
public sealed class PublishedApp : IDisposable
{
    private readonly Lazy<Task<DirectoryInfo>> _unpacked = new(UnpackAsync);

    public static string Made { get; } = Path.Combine(Checkout.Root, "artifacts", "publish");

    public static string Zip { get; } = Path.Combine(Made, "train-identity.zip");

    /// <summary>The unpacked zip.</summary>
    public async Task<string> FolderAsync() => (await _unpacked.Value).FullName;

    public void Dispose()
    {
        if (_unpacked is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            _unpacked.Value.Result.Delete(recursive: true);
        }
    }

    private static async Task<DirectoryInfo> UnpackAsync()
    {
        await DevScript.RunAsync("publish");
        var folder = Directory.CreateTempSubdirectory("published-");
        await ZipFile.ExtractToDirectoryAsync(Zip, folder.FullName);
        return folder;
    }
}
