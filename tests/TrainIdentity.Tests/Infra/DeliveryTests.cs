using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace TrainIdentity.Tests.Infra;

/// <summary>How the service gets from here to Azure: azd's file and the workflows.</summary>
public sealed class DeliveryTests
{
    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, ".github", "workflows")).Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public void There_is_a_workflow_for_each_step() =>
        Assert.Equal(["audit.yml", "ci.yml", "deploy.yml", "infra.yml", "release.yml"], Workflows.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_nothing_that_a_job_does_not_ask_for(string name)
    {
        var workflow = YamlFile.Read(".github", "workflows", name);

        Assert.Empty(workflow.Map("permissions").Keys);
        Assert.NotEmpty(workflow.Map("concurrency").Keys);
        Assert.All(Jobs(workflow), job =>
        {
            Assert.InRange(int.Parse(job.Text("timeout-minutes")), 1, 60);
            Assert.NotEmpty(job.Map("permissions").Keys);
            Assert.Matches("^[a-z]+-[0-9.]+$", job.Text("runs-on"));
        });
        Assert.DoesNotContain("pull_request_target", workflow["on"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void What_others_wrote_never_becomes_part_of_a_script(string name) =>
        Assert.All(Steps(YamlFile.Read(".github", "workflows", name)), step =>
        {
            if (step["run"] is not null)
            {
                Assert.DoesNotContain("${{", step.Text("run"), StringComparison.Ordinal);
            }
            else if (step.Text("uses").StartsWith("actions/checkout@", StringComparison.Ordinal))
            {
                Assert.Equal("false", step.Map("with").Text("persist-credentials"));
            }
        });

    [Fact]
    public void One_action_has_one_version()
    {
        var used = Workflows.SelectMany(row => File.ReadLines(Path.Combine(Checkout.Root, ".github", "workflows", row.Data)))
            .Select(line => Regex.Match(line, @"uses: (?<action>[^@]+)@(?<version>.*)")).Where(match => match.Success);

        Assert.All(used.GroupBy(match => match.Groups["action"].Value), action => Assert.Single(action.Select(match => match.Groups["version"].Value).Distinct()));
    }

    [Fact]
    public void A_workflow_deploys_as_an_identity_and_without_a_secret()
    {
        var deploy = YamlFile.Read(".github", "workflows", "deploy.yml");
        var text = File.ReadAllText(Path.Combine(Checkout.Root, ".github", "workflows", "deploy.yml"));

        Assert.Contains(Jobs(deploy), job => job.Map("permissions")["id-token"]?.ToString() == "write");
        Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal);
        Assert.Contains("/api/health", text, StringComparison.Ordinal);
        Assert.Contains("/api/ready", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_is_built_as_its_tag_and_deploying_waits_for_that_version()
    {
        var release = Steps(YamlFile.Read(".github", "workflows", "release.yml")).Where(step => step["run"] is not null).Select(step => step.Text("run"));
        var deploy = Steps(YamlFile.Read(".github", "workflows", "deploy.yml")).Where(step => step["run"] is not null).Select(step => step.Text("run"));

        Assert.Contains("VERSION=\"${GITHUB_REF_NAME#v}\" ./dev publish", release);
        Assert.Contains(deploy, script => script.Contains("--arg version \"${TAG#v}\" '.version == $version'", StringComparison.Ordinal));
    }

    [Fact]
    public void Azd_deploys_what_publish_makes_and_ends_with_setup()
    {
        var azd = YamlFile.Read("azure.yaml");
        var service = azd.Map("services").Map("service");

        Assert.Equal(("function", "custom", "artifacts/publish/train-identity.zip"), (service.Text("host"), service.Text("language"), service.Text("dist")));
        Assert.Equal("./dev publish", service.Map("hooks").Map("prepackage").Text("run"));
        Assert.Contains("setup --url \"$SERVICE_URL\"", Script(service.Map("hooks").Map("postdeploy")), StringComparison.Ordinal);
        Assert.Contains("BUDGET_START", Script(azd.Map("hooks").Map("preprovision")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_hooks_are_handed_the_template_gives()
    {
        var given = Regex.Matches(File.ReadAllText(Path.Combine(Bicep.Folder, "main.bicep")), @"^output (\w+) ", RegexOptions.Multiline).Select(match => ServiceSettings.WithoutNumbers(match.Groups[1].Value)).ToHashSet();
        var settings = ServiceSettings.All.Select(setting => setting.Name).ToHashSet();

        Assert.Subset(given, new HashSet<string> { "SERVICE_URL", "PRIVATE_NETWORK", "KeyVault__Uri", "Storage__TableEndpoint", "Hub__Namespace", "Training__Mode", "Auth__Issuers__N__Kind" });
        Assert.Empty(given.Where(name => name.Contains("__", StringComparison.Ordinal)).Except(settings));
    }

    [Fact]
    public void Whoever_deploys_can_read_of_every_variable()
    {
        var guide = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "quick-start.md"));
        var words = Regex.Matches(guide, "`(_?[A-Z][A-Z0-9_]+)[`=]").Select(match => match.Groups[1].Value).ToHashSet();
        string[] setByAzd = ["AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_ID", "AZURE_PRINCIPAL_TYPE", "BUDGET_START"];

        var read = Regex.Matches(File.ReadAllText(Path.Combine(Bicep.Folder, "main.bicepparam")), @"readEnvironmentVariable\('(\w+)'").Select(match => match.Groups[1].Value).Distinct().ToList();

        // A row names the first in full and of the others the end.
        Assert.NotEmpty(read);
        Assert.All(read.Except(setByAzd), name => Assert.Contains(words, word => word == name || (word[0] is '_' && name.EndsWith(word, StringComparison.Ordinal))));
    }

    private static string Script(YamlMap hook)
    {
        var file = Path.Combine(Checkout.Root, hook.Text("run"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute), $"{file} cannot be executed.");
        return File.ReadAllText(file);
    }

    private static IEnumerable<YamlMap> Jobs(YamlMap workflow) => workflow.Map("jobs") is var jobs ? jobs.Keys.Select(jobs.Map) : [];

    private static IEnumerable<YamlMap> Steps(YamlMap workflow) => Jobs(workflow).SelectMany(job => job.Maps("steps"));
}
