using System.Net;
using System.Text;
using System.Text.Json;
using TrainIdentity.Hub;

namespace TrainIdentity.Tests.Hub;

public sealed class HubWireTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("acme/identity-mom-1", true)]
    [InlineData("a/b", true)]
    [InlineData("a/b.git", false)]
    [InlineData("a/b--c", false)]
    [InlineData("a/b..c", false)]
    [InlineData("a/-b", false)]
    [InlineData("a/b.", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a", false)]
    [InlineData("/b", false)]
    [InlineData("a/b c", false)]
    [InlineData("a/é", false)]
    [InlineData(null, false)]
    public void A_repo_id_follows_the_rule_of_the_Hub(string? text, bool legal) => Assert.Equal(legal, RepoId.TryParse(text, out _));

    [Fact]
    public void Git_names_blobs_as_git_does() => Assert.Equal("b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0", GitObjects.BlobId("hello"u8));

    [Theory]
    [InlineData("")]
    [InlineData("*.bin filter=lfs diff=lfs merge=lfs -text\n")]
    [InlineData("*.bin filter=lfs diff=lfs merge=lfs -text\r\n*.png filter=lfs diff=lfs merge=lfs -text")]
    public void Git_attributes_keep_what_was_there_and_gain_each_pattern_once(string existing)
    {
        var merged = GitAttributes.WithOurs(existing);

        var lines = merged.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(existing.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, lines));
        Assert.All((string[])["*.jpg", "*.jpeg", "*.png"], pattern => Assert.Single(lines, line => line.StartsWith(pattern + " ", StringComparison.Ordinal)));
        Assert.Equal(merged, GitAttributes.WithOurs(merged));
    }

    [Fact]
    public void A_commit_is_one_line_per_file_behind_its_header()
    {
        var name = "\"}\n{\"key\":\"deletedFile\"} Мама";
        var plan = new CommitPlan(name, "Record: 1", new string('a', 40), [new PlannedFile("README.md", "# x"u8.ToArray())], [new PlannedLfsFile("images/image_001.jpg", new string('b', 64), 5, [])]);

        var lines = Encoding.UTF8.GetString(plan.ToNdjson()).Split('\n');

        Assert.Equal(["header", "file", "lfsFile"], lines[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()));
        Assert.Equal("", lines[^1]);
        Assert.Equal(name, JsonDocument.Parse(lines[0]).RootElement.GetProperty("value").GetProperty("summary").GetString());
    }

    [Fact]
    public void A_plan_matches_its_tree_and_no_other()
    {
        var plan = new CommitPlan("s", "t", "p", [new PlannedFile("a", "hello"u8.ToArray())], [new PlannedLfsFile("b", "oid", 9, [])]);
        TreeFile[] tree = [new("b", 9, "pointer", "oid"), new("a", 5, "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0", null)];

        Assert.True(plan.Matches(tree));
        Assert.False(plan.Matches(tree[..1]));
        Assert.False(plan.Matches([.. tree, new TreeFile("c", 1, "x", null)]));
        Assert.False(plan.Matches([tree[0] with { Size = 8 }, tree[1]]));
        Assert.False(plan.Matches([tree[0] with { Lfs = "other" }, tree[1]]));
    }

    [Theory]
    [InlineData(429, "RateLimit", "\"api\";r=0;t=55", 56)]
    [InlineData(429, "RateLimit", "\"api\";r=7;t=55", null)]
    [InlineData(503, "RateLimit", "\"api\";r=0;t=55", null)]
    [InlineData(503, "Retry-After", "3", 4)]
    [InlineData(429, "Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT", 30)]
    [InlineData(503, "X-Other", "3", null)]
    public void The_advice_to_wait_is_read_in_every_form(int status, string header, string value, int? seconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(header, value);

        var wait = RetryAdvice.Read((HttpStatusCode)status, response.Headers, Now);

        Assert.Equal(seconds, wait?.TotalSeconds);
    }
}
