using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Infra;

/// <summary>The template as it is compiled.</summary>
public sealed partial class InfraTemplateTests
{
    private static readonly Lazy<Task<(int ExitCode, string Output, string Errors)>> Build =
        new(() => Bicep.RunAsync(FrozenDictionary<string, string>.Empty, "build", Path.Combine(Bicep.Folder, "main.bicep"), "--stdout"));

    [GeneratedRegex("token|secret|passw|credential|salt|key$|connectionstring", RegexOptions.IgnoreCase)]
    private static partial Regex SecretWords();

    [Fact]
    public async Task It_builds_without_a_word_from_the_compiler_and_its_linter()
    {
        var (code, _, errors) = await Build.Value;

        Assert.Equal(("", 0), (errors, code));
    }

    [Fact]
    public void Every_rule_of_the_linter_is_an_error()
    {
        var text = File.ReadAllText(Path.Combine(Bicep.Folder, "bicepconfig.json"));
        var rules = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!["analyzers"]!["core"]!["rules"]!.AsObject();

        Assert.True(rules.Count >= 50, $"{rules.Count} rules");
        Assert.All(rules, rule => Assert.Equal("error", (string?)rule.Value!["level"]));
        Assert.DoesNotContain(Directory.EnumerateFiles(Bicep.Folder, "*.bicep*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("#disable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_parameter_of_any_module_is_or_looks_like_a_secret()
    {
        var templates = Templates(await CompiledAsync()).ToList();

        Assert.True(templates.Count > 8);
        foreach (var (name, parameter) in templates.SelectMany(template => template["parameters"]!.AsObject()))
        {
            Assert.False(((string?)parameter!["type"] ?? "").StartsWith("secure", StringComparison.OrdinalIgnoreCase), name);
            Assert.DoesNotMatch(SecretWords(), name);
        }
    }

    [Fact]
    public async Task No_key_is_read_from_anything() =>
        Assert.DoesNotMatch("list(Keys|AccountSas|Secrets|ConnectionStrings)?\\(|getSecret", (await CompiledAsync()).ToJsonString());

    [Fact]
    public async Task Every_parameter_says_what_it_is_and_how_far_it_goes()
    {
        var template = await CompiledAsync();
        var types = template["definitions"]!.AsObject();

        Assert.All(Fields("", template["parameters"]!.AsObject()), field =>
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)field.Type["metadata"]?["description"]), $"{field.Name} has no description.");
            Assert.True(IsBounded(field.Type), $"{field.Name} has no bounds.");
        });

        IEnumerable<(string Name, JsonNode Type)> Fields(string prefix, JsonObject fields) => fields.SelectMany(field =>
        {
            var reference = (string?)(field.Value!["$ref"] ?? field.Value["items"]?["$ref"]);
            var inner = reference is null ? null : types[reference.Split('/')[^1]]!["properties"]?.AsObject();
            return Fields(field.Key, inner ?? []).Prepend(($"{prefix}.{field.Key}", field.Value));
        });
    }

    [Fact]
    public async Task No_parameter_has_a_default_so_that_the_file_of_values_names_them_all() =>
        Assert.DoesNotContain((await CompiledAsync())["parameters"]!.AsObject(), parameter => parameter.Value!["defaultValue"] is not null);

    [Theory]
    [InlineData("AUTH_ISSUERS", "[]")]
    [InlineData("AUTH_ISSUERS", """[{"issuer":"https://login.example","audience":"a","kind":"Saml"}]""")]
    [InlineData("AUTH_ISSUERS", """[{"issuer":"https://login.example","audience":"a","key":"x"}]""")]
    [InlineData("INSTANCE_MEMORY_MB", "512")]
    public async Task A_value_outside_its_bounds_is_refused(string name, string value) => Assert.NotNull(await Plan.RefusalAsync((name, value)));

    private static bool IsBounded(JsonNode field) => (string?)field["type"] switch
    {
        "string" => field["maxLength"] is not null || field["allowedValues"] is not null,
        "int" => (field["minValue"] is not null && field["maxValue"] is not null) || field["allowedValues"] is not null,
        "array" => field["maxLength"] is not null,
        _ => true,
    };

    private static async Task<JsonNode> CompiledAsync() => JsonNode.Parse((await Build.Value).Output)!;

    private static IEnumerable<JsonNode> Templates(JsonNode template) =>
        (template["resources"] is JsonObject named ? named.Select(resource => resource.Value) : template["resources"]!.AsArray())
            .Select(resource => resource!["properties"] is JsonObject properties ? properties["template"] : null).OfType<JsonNode>().SelectMany(Templates).Prepend(template);
}
