using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Published;

/// <summary>What is in the archive that is deployed, and what is not.</summary>
public sealed partial class ZipTests(PublishedApp app) : IAsyncLifetime
{
    private const string Program = "TrainIdentity.Functions";
    private const int EndOfDirectory = 22;
    private const int Unix = 3;
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Startable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Of the deployable, and of what makes it.</summary>
    private static readonly string[] Sources =
        ["functions", "shared", "tools", "dev", "host.json", "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig"];

    private string _folder = "";

    [GeneratedRegex(@"^(System|Microsoft|Azure|OpenTelemetry|Polly|TrainIdentity)[\w.]*\.dll$|^lib\w[\w.]*\.so$|^TrainIdentity\.Functions(\.deps\.json|\.runtimeconfig\.json)?$|^createdump$")]
    private static partial Regex OfTheProgram();

    public async ValueTask InitializeAsync() => _folder = await app.FolderAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Only_what_the_host_starts_may_be_started_and_it_is_where_the_host_looks()
    {
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "host.json")))!;
        using var zip = ZipFile.OpenRead(PublishedApp.Zip);

        Assert.Equal(Program, (string?)host["customHandler"]!["description"]!["defaultExecutablePath"]);
        Assert.All(zip.Entries, entry => Assert.Equal(entry.FullName == Program ? Startable : Plain, (UnixFileMode)(entry.ExternalAttributes >> 16 & 0x1FF)));
    }

    [Fact]
    public void It_says_that_its_modes_are_those_of_Unix()
    {
        var bytes = File.ReadAllBytes(PublishedApp.Zip);
        var directory = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - EndOfDirectory + 16));

        Assert.Equal("PK\u0001\u0002"u8, bytes.AsSpan(directory, 4));
        Assert.Equal(Unix, bytes[directory + 5]);
    }

    [Fact]
    public void It_holds_the_host_file_every_function_and_every_file_of_the_page_as_they_are()
    {
        var functions = Path.Combine(Checkout.Root, "functions");
        List<(string Path, string Source)> expected = [("host.json", Path.Combine(Checkout.Root, "host.json"))];
        expected.AddRange(Directory.EnumerateFiles(functions, "function.json", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(functions, file), file)));
        expected.AddRange(Directory.EnumerateFiles(Path.Combine(functions, "wwwroot"), "*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(functions, file), file)));

        Assert.All(expected, file => Assert.Equal(File.ReadAllBytes(file.Source), File.ReadAllBytes(Path.Combine(_folder, file.Path))));
        Assert.All(Paths().Except(expected.Select(file => file.Path)), path => Assert.Matches(OfTheProgram(), path));
    }

    [Fact]
    public void It_holds_no_type_of_a_Functions_package() =>
        Assert.DoesNotContain(Paths(), path => path.StartsWith("Microsoft.Azure.", StringComparison.Ordinal));

    [Fact]
    public void Nothing_in_it_names_the_folder_it_was_built_in()
    {
        byte[] root = Encoding.UTF8.GetBytes(Checkout.Root), wide = Encoding.Unicode.GetBytes(Checkout.Root);

        Assert.DoesNotContain(Paths(), path => File.ReadAllBytes(Path.Combine(_folder, path)).AsSpan() is var bytes && (bytes.IndexOf(root) >= 0 || bytes.IndexOf(wide) >= 0));
    }

    [Fact]
    public void The_folder_beside_it_is_the_same()
    {
        var folder = Path.Combine(PublishedApp.Made, "app");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(Paths(), files);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(folder, file)), File.ReadAllBytes(Path.Combine(_folder, file))));
    }

    [Fact]
    public void It_is_in_order_and_tells_no_time()
    {
        using var zip = ZipFile.OpenRead(PublishedApp.Zip);

        Assert.Equal(zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal), zip.Entries.Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    /// <summary>Two whole builds take minutes, so it is run at full length alone, and counted only then.</summary>
    [Fact(Explicit = true)]
    public async Task The_same_sources_in_two_folders_make_the_same_bytes()
    {
        var folder = Directory.CreateTempSubdirectory("twice-");
        try
        {
            var (first, second) = (Copy(folder.CreateSubdirectory("a")), Copy(folder.CreateSubdirectory("another-one/deeper")));
            await DevScript.RunAsync("publish", first);
            await DevScript.RunAsync("publish", second);

            Assert.Equal(ZipIn(first), ZipIn(second));
            Assert.Equal(ZipIn(first), File.ReadAllBytes(PublishedApp.Zip));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] ZipIn(string folder) => File.ReadAllBytes(Path.Combine(folder, "artifacts", "publish", "train-identity.zip"));

    private static string Copy(DirectoryInfo to)
    {
        foreach (var source in Sources.Select(name => Path.Combine(Checkout.Root, name)))
        {
            foreach (var file in Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [source])
            {
                var copy = Path.Combine(to.FullName, Path.GetRelativePath(Checkout.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        return to.FullName;
    }

    private List<string> Paths() => [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal)];
}
