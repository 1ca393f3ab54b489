namespace TrainIdentity.Benchmarks;

internal static class Clone
{
    /// <summary>Where the sources lie, above the build output.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrainIdentity.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds TrainIdentity.sln.");
    }
}
