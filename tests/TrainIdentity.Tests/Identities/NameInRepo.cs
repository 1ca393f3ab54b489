using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>Everything a name is written into, looked at with eyes that know nothing of how it was written.</summary>
internal static partial class NameInRepo
{
    private const string Before = "# ";
    private const string After = " Identity Model";

    // Every plan has a trigger of its own.
    private static readonly TrainingPlan Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3);
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Identity Identity(string name, bool opaque = false)
    {
        var id = new IdentityId(Guid.Parse("0199a6a0-1111-7222-8333-944455566677"));
        return new Identity
        {
            Id = id,
            OwnerKey = "mira",
            UserId = "mira-the-user",
            Name = name,
            Repo = new RepoId("local", opaque ? $"identity-{id}" : "identity-x-1"),
            Photos = [new ManifestPhoto("images/image_001.jpg", new string('a', 64), 9, 100, 80)],
            Plan = Plan,
            Fingerprint = "f",
            KeyRow = "k_0",
            CreatedAt = At,
            UpdatedAt = At,
            ClientSeenAt = At,
            BaseCommit = new string('b', 40),
        };
    }

    /// <summary>The name as each format gives it back, and a fixed number of lines however it is spelt.</summary>
    public static void AssertInert(string name)
    {
        var plan = RepoLayout.Plan(Identity(name), "", new Dictionary<string, byte[]>());
        var lines = Encoding.UTF8.GetString(plan.ToNdjson()).Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Equal(["header", "file", "file", "file", "lfsFile"], lines[..^1].Select(line => (string)JsonNode.Parse(line)!["key"]!));
        Assert.Equal("", lines[^1]);
        Assert.Equal($"Upload training data for {name} (1 images)", (string)JsonNode.Parse(lines[0])!["value"]!["summary"]!);
        Assert.Equal(name, (string)JsonNode.Parse(File(plan, "training_config.json"))!["identity_name"]!);
        AssertCard(name, File(plan, "README.md"));
    }

    public static string Card(Identity identity) => File(RepoLayout.Plan(identity, "", new Dictionary<string, byte[]>()), "README.md");

    public static string File(CommitPlan plan, string path) => Encoding.UTF8.GetString(plan.Files.Single(file => file.Path == path).Content);

    /// <summary>Front matter without a trace of the name; in the text one heading, in which every mark is escaped.</summary>
    private static void AssertCard(string name, string card)
    {
        var (usual, lines) = (Card(Identity("Mom")).Split('\n'), card.Split('\n'));
        Assert.Equal(usual.Length, lines.Length);
        var differ = Enumerable.Range(0, lines.Length).Where(n => lines[n] != usual[n]).ToList();
        Assert.True(differ.Count <= 1);
        var heading = lines[Array.FindIndex(usual, line => line.StartsWith(Before, StringComparison.Ordinal))];
        Assert.All(differ, n => Assert.Same(heading, lines[n]));
        var shown = heading[Before.Length..^After.Length];
        Assert.DoesNotMatch(LiveMark(), shown);
        Assert.Equal(name, Escaped().Replace(shown, "$1"));
    }

    /// <summary>An even number of backslashes, none included, before a mark that Markdown or HTML could read.</summary>
    [GeneratedRegex(@"(?<!\\)(\\\\)*[!-/:-@\[\]-`{-~]")]
    private static partial Regex LiveMark();

    [GeneratedRegex(@"\\([!-/:-@\[-`{-~])")]
    private static partial Regex Escaped();
}
