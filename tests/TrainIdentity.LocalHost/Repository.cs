namespace TrainIdentity.LocalHost;

/// <summary>Where the sources lie, from the build output or from the folder one stands in.</summary>
internal static class Repository
{
    private const string Mark = "TrainIdentity.sln";

    /// <exception cref="LocalHostException">Neither lies in a clone.</exception>
    public static string Root() => Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
        ?? throw new LocalHostException($"No folder above {AppContext.BaseDirectory} or {Environment.CurrentDirectory} holds {Mark}.");

    private static string? Above(string folder)
    {
        for (var one = new DirectoryInfo(folder); one is not null; one = one.Parent)
        {
            if (File.Exists(Path.Combine(one.FullName, Mark))) return one.FullName;
        }

        return null;
    }
}
