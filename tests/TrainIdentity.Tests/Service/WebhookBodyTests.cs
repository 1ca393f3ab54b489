using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Service;

/// <summary>What a webhook's payload says, as far as we listen.</summary>
public sealed class WebhookBodyTests
{
    private const string Repo = "local/identity-mom-1";
    private const string New = "0123456789012345678901234567890123456789";

    [Theory]
    [InlineData("repo")]
    [InlineData("repo.content")]
    [InlineData("repo.config")]
    [InlineData("repo.config.dois")]
    [InlineData("repo.move.of.the.future")]
    public void Every_scope_below_repo_is_about_the_repo(string scope) => Assert.Equal((Repo, null), Read(Payload(scope)));

    [Theory]
    [InlineData("discussion")]
    [InlineData("discussion.comment")]
    [InlineData("repository")]
    [InlineData("")]
    [InlineData(null)]
    public void No_other_scope_says_anything(string? scope) => Assert.Equal((null, null), Read(Payload(scope)));

    [Theory]
    [InlineData("3", true)]
    [InlineData("4", false)]
    [InlineData("2", false)]
    [InlineData("3.5", false)]
    [InlineData("\"3\"", false)]
    [InlineData("null", false)]
    [InlineData("99999999999999999999", false)]
    public void Only_the_version_we_know_is_listened_to(string version, bool known)
    {
        var payload = Payload("repo.content");
        payload["webhook"]!["version"] = JsonNode.Parse(version);

        Assert.Equal(known ? Repo : null, Read(payload).Repo);
    }

    [Fact]
    public void Without_a_version_nothing_is_said()
    {
        var (bare, none) = (Payload("repo.content"), Payload("repo.content"));
        bare["webhook"]!.AsObject().Remove("version");
        none.Remove("webhook");

        Assert.Equal(((string?)null, (string?)null), (Read(bare).Repo, Read(none).Repo));
    }

    [Theory]
    [InlineData("model", Repo)]
    [InlineData(null, Repo)]
    [InlineData("dataset", null)]
    [InlineData("space", null)]
    public void Only_models_are_ours(string? type, string? repo)
    {
        var payload = Payload("repo.content");
        payload["repo"]!["type"] = type;

        Assert.Equal(repo, Read(payload).Repo);
    }

    [Theory]
    [InlineData("no-slash")]
    [InlineData("a/b/c")]
    [InlineData("../x")]
    [InlineData("a/..")]
    [InlineData("")]
    public void What_is_no_name_of_a_repo_is_none(string name)
    {
        var payload = Payload("repo.content");
        payload["repo"]!["name"] = name;

        Assert.Null(Read(payload).Repo);
    }

    [Theory]
    [InlineData("refs/heads/main", Repo, New)]
    [InlineData("refs/pr/1", null, null)]
    [InlineData("refs/tags/v1", null, null)]
    [InlineData("refs/heads/other", null, null)]
    [InlineData("refs/heads/main2", null, null)]
    public void A_push_counts_when_it_moves_main(string branch, string? repo, string? head) => Assert.Equal((repo, head), Read(Pushed(branch)));

    [Fact]
    public void Main_is_found_among_other_refs() => Assert.Equal((Repo, New), Read(Pushed("refs/tags/v1", "refs/pr/1", "refs/heads/main")));

    [Fact]
    public void The_head_it_names_beside_the_push_is_not_taken()
    {
        var payload = Payload("repo.content");
        payload["repo"]!["headSha"] = New;

        Assert.Equal((Repo, null), Read(payload));
    }

    [Theory]
    [InlineData("{", false)]
    [InlineData("", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData("\"text\"", false)]
    [InlineData("{}{}", false)]
    [InlineData("{}", true)]
    [InlineData("""{"event":5,"repo":[],"webhook":"x"}""", true)]
    [InlineData("""{"event":{"scope":["repo"]},"repo":{"name":{}},"webhook":{"version":3}}""", true)]
    [InlineData("""{"event":{"scope":"repo"},"repo":{"name":"a/b"},"webhook":{"version":3},"updatedRefs":[1,null,"x",{}]}""", true)]
    public void Whatever_comes_is_read_without_an_accident(string text, bool isObject)
    {
        Assert.Equal(isObject, WebhookBody.TryRead(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Null(read.Repo);
    }

    [Fact]
    public void A_payload_nested_without_end_is_refused() =>
        Assert.False(WebhookBody.TryRead(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000)), out _));

    private static (string? Repo, string? Head) Read(JsonObject payload)
    {
        Assert.True(WebhookBody.TryRead(Encoding.UTF8.GetBytes(payload.ToJsonString()), out var read));
        return (read.Repo?.ToString(), read.Head);
    }

    private static JsonObject Payload(string? scope) => new()
    {
        ["event"] = new JsonObject { ["action"] = "update", ["scope"] = scope },
        ["repo"] = new JsonObject { ["type"] = "model", ["name"] = Repo },
        ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
    };

    private static JsonObject Pushed(params string[] branches)
    {
        var payload = Payload("repo.content");
        payload["updatedRefs"] = new JsonArray([.. branches.Select(branch => new JsonObject { ["ref"] = branch, ["oldSha"] = new string('0', 40), ["newSha"] = New })]);
        return payload;
    }
}
