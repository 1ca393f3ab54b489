namespace TrainIdentity.HubEmulator;

/// <summary>Where everything is kept: a given folder that stays, or a temporary one that goes.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly bool _temporary;

    public DataFolder(string? given)
    {
        _temporary = given is null;
        Path = given is null
            ? Directory.CreateTempSubdirectory("hub-emulator-").FullName
            : Directory.CreateDirectory(given).FullName;
    }

    public string Path { get; }

    /// <summary>A file or folder to be found again after a restart.</summary>
    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (_temporary && Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
