using System.Text.RegularExpressions;

namespace TrainIdentity.Tests;

/// <summary>Dependencies point one way.</summary>
public sealed partial class LayoutTests
{
    [GeneratedRegex(@"^using (?:static )?(TrainIdentity\.\w+)", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [Theory]
    [InlineData("shared/Auth")]
    [InlineData("shared/Photos")]
    [InlineData("shared/Hub")]
    [InlineData("shared/Secrets")]
    [InlineData("shared/Training", "TrainIdentity.Hub")]
    [InlineData("shared/Identities", "TrainIdentity.Auth", "TrainIdentity.Training", "TrainIdentity.Photos", "TrainIdentity.Hub", "TrainIdentity.Identities")]
    public void A_folder_uses_only_what_lies_below_it(string folder, params string[] below)
    {
        var used = Sources(folder).SelectMany(file => Usings().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct();

        Assert.Empty(used.Except(below));
    }

    [Fact]
    public void The_library_knows_neither_ASP_NET_nor_Functions() =>
        Assert.DoesNotContain(Sources("shared"), file => File.ReadAllText(file).Contains("Microsoft.AspNetCore", StringComparison.Ordinal)
            || File.ReadAllText(file).Contains("Microsoft.Azure.Functions", StringComparison.Ordinal));

    [Fact]
    public void Every_write_to_the_tables_is_an_insert_or_conditional() =>
        Assert.DoesNotContain(Sources("shared").Concat(Sources("functions")), file => File.ReadAllText(file) is var text
            && (text.Contains("ETag.All", StringComparison.Ordinal) || text.Contains("UpsertEntity", StringComparison.Ordinal) || text.Contains("TransactionActionType.Upsert", StringComparison.Ordinal)));

    [Fact]
    public void Every_action_is_pinned_by_its_full_hash() =>
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Checkout.Root, ".github", "workflows")).SelectMany(File.ReadLines).Where(line => line.Contains("uses:", StringComparison.Ordinal)),
            line => Assert.Matches(@"uses: (\./|[\w./-]+@[0-9a-f]{40} # v\d)", line));

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories);
}
