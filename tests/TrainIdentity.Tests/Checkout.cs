namespace TrainIdentity.Tests;

/// <summary>The repository the tests were built in.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrainIdentity.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("The tests read sources and photos of the checkout they were built in.");
    }
}
