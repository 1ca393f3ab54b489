using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using TrainIdentity.Functions;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

/// <summary>What we say we do: problems and routes stand once in the code, and what is written about them agrees.</summary>
public sealed partial class ContractTests
{
    private static readonly JsonNode OpenApi = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "functions/openapi/openapi.json")))!;

    [GeneratedRegex(@"^\| (\d{3}) \| `(\w+)` \| (yes|no) \| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [Fact]
    public void Codes_are_plain_unique_and_fit_their_status()
    {
        Assert.Equal(ProblemKinds.All.Count, ProblemKinds.All.Select(kind => kind.Code).Distinct().Count());
        Assert.All(ProblemKinds.All, kind =>
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", kind.Code);
            Assert.InRange(kind.Status, 400, 599);
            Assert.False(kind.Retryable && kind.Status < 500 && kind.Status is not (408 or 409 or 429));
            Assert.Matches(@"^[A-Z][^.]*$", kind.Title);
            Assert.EndsWith(".", kind.When, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_document_lists_exactly_the_table()
    {
        var rows = ErrorRow().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs/errors.md")))
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value, row.Groups[5].Value));

        Assert.Equal(ProblemKinds.All.Select(kind => ($"{kind.Status}", kind.Code, kind.Retryable ? "yes" : "no", kind.Title, kind.When)), rows);
    }

    [Fact]
    public void Somebody_is_told_what_to_do_about_every_code()
    {
        var told = File.ReadAllText(Path.Combine(Checkout.Root, "docs/troubleshooting.md"));
        var failures = typeof(Failures).GetFields(BindingFlags.Public | BindingFlags.Static).Where(code => code.IsLiteral).Select(code => (string)code.GetRawConstantValue()!);

        Assert.All(ProblemKinds.All.Select(kind => kind.Code).Concat(failures), code => Assert.Contains($"`{code}`", told, StringComparison.Ordinal));
    }

    [Fact]
    public void The_contract_lists_exactly_the_table()
    {
        Assert.Equal(ProblemKinds.All.Select(kind => kind.Code), Texts(OpenApi["components"]!["schemas"]!["ProblemCode"]!["enum"]!));
        Assert.Equal(
            ProblemKinds.All.Select(kind => kind.Status).Distinct().Order(),
            OpenApi["components"]!["schemas"]!["Problem"]!["properties"]!["status"]!["enum"]!.AsArray().Select(status => (int)status!));
    }

    [Fact]
    public void Problems_are_made_of_the_table_and_nowhere_else()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "functions"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            var name = Path.GetFileName(file);
            Assert.False(name != "Problems.cs" && Regex.IsMatch(text, @"new (Field)?Problem\("), $"{name} makes a problem of its own.");
            Assert.False(name != "ProblemKinds.cs" && text.Contains("new ProblemKind(", StringComparison.Ordinal), $"{name} makes a row of its own.");
            Assert.False(name is not "Problem.cs" && text.Contains("problem+json\"", StringComparison.Ordinal) && name is not "Guards.cs", $"{name} writes a problem of its own.");
        }
    }

    [Fact]
    public void The_contract_has_exactly_the_routes_there_are()
    {
        var said = from path in OpenApi["paths"]!.AsObject() from method in path.Value!.AsObject() select (path.Key, method.Key.ToUpperInvariant());

        Assert.Equal(MappedRoutes.All.Where(one => one.Route != "/").Order(), said.Order());
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_and_all_references_lead_somewhere()
    {
        var operations = OpenApi["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(method => (string)method.Value!["operationId"]!).ToList();

        Assert.Equal(operations.Count, operations.Distinct().Count());
        Assert.All(References(OpenApi), reference =>
            Assert.NotNull(reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)OpenApi, (node, part) => node?[part])));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_answer_has_the_fields_the_contract_says(string schema)
    {
        var said = OpenApi["components"]!["schemas"]![schema]!;

        Assert.Equal(Known[schema].Properties.Select(property => property.Name).Order(), said["properties"]!.AsObject().Select(property => property.Key).Order());
        Assert.Equal(
            Known[schema].Properties.Select(property => property.Name).Except(schema == "Problem" ? ["retryAfter", "errors"] : []).Order(),
            Texts(said["required"]!).Order());
    }

    public static TheoryData<string> Answers => [.. Known.Keys];

    private static readonly Dictionary<string, JsonTypeInfo> Known = new()
    {
        ["Trained"] = ApiJson.Default.TrainAnswer,
        ["Identity"] = ApiJson.Default.IdentityView,
        ["IdentityPage"] = ApiJson.Default.ListAnswer,
        ["Me"] = ApiJson.Default.MeView,
        ["HeldIdentity"] = ApiJson.Default.HeldIdentityView,
        ["DraftPhoto"] = ApiJson.Default.DraftPhotoView,
        ["StoredPhotos"] = ApiJson.Default.PhotosAnswer,
        ["StoredPhoto"] = ApiJson.Default.StoredPhotoView,
        ["Thumbnail"] = ApiJson.Default.ThumbnailView,
        ["WeightsLink"] = ApiJson.Default.WeightsLinkView,
        ["Erased"] = ApiJson.Default.ErasedAnswer,
        ["Taken"] = ApiJson.Default.WebhookAnswer,
        ["Health"] = ApiJson.Default.HealthAnswer,
        ["Ready"] = ApiJson.Default.ReadyAnswer,
        ["PageSettings"] = ApiJson.Default.AppSettings,
        ["Limits"] = ApiJson.Default.LimitsView,
        ["Profile"] = ApiJson.Default.ProfileView,
        ["Problem"] = ApiJson.Default.ProblemBody,
    };

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(text => (string)text!);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(member => member is { Key: "$ref", Value: JsonValue reference } ? [(string)reference!] : References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
