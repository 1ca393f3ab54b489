using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Infra;

/// <summary>Names are derived, and Azure takes them whatever the environment is called.</summary>
public sealed class InfraNameTests
{
    // What Azure's documentation of naming rules says of each type; of a child, of its own part.
    private static readonly Dictionary<string, string> Rules = new()
    {
        ["Microsoft.Resources/resourceGroups"] = @"^[\w().-]{0,89}[\w()-]$",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$",
        ["Microsoft.OperationalInsights/workspaces"] = "^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$",
        ["Microsoft.Insights/components"] = "^[A-Za-z0-9()_.-]{0,259}[A-Za-z0-9()_-]$",
        ["Microsoft.Insights/diagnosticSettings"] = "^[A-Za-z0-9-]{1,260}$",
        ["Microsoft.Insights/actionGroups"] = "^[A-Za-z0-9_-]{1,260}$",
        ["Microsoft.Insights/scheduledQueryRules"] = "^[A-Za-z0-9_-]{1,260}$",
        ["Microsoft.Insights/workbooks"] = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        ["Microsoft.Storage/storageAccounts"] = "^[a-z0-9]{3,24}$",
        ["Microsoft.Storage/storageAccounts/blobServices"] = "^default$",
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = "^[a-z0-9](-?[a-z0-9]){2,62}$",
        ["Microsoft.Storage/storageAccounts/tableServices"] = "^default$",
        ["Microsoft.Storage/storageAccounts/tableServices/tables"] = "^[A-Za-z][A-Za-z0-9]{2,62}$",
        ["Microsoft.KeyVault/vaults"] = "^[A-Za-z](-?[A-Za-z0-9]){2,23}$",
        ["Microsoft.Authorization/roleAssignments"] = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        ["Microsoft.Web/serverfarms"] = "^[A-Za-z0-9-]{1,60}$",

        // 60 would be legal, but the host tells apps apart by the first 32.
        ["Microsoft.Web/sites"] = "^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$",
        ["Microsoft.Web/sites/config"] = "^appsettings$",
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = "^(ftp|scm)$",
        ["Microsoft.Consumption/budgets"] = "^[A-Za-z0-9_-]{1,63}$",
        ["Microsoft.Network/publicIPAddresses"] = @"^[A-Za-z0-9][\w.-]{0,78}\w$",
        ["Microsoft.Network/natGateways"] = @"^[A-Za-z0-9][\w.-]{0,78}\w$",
        ["Microsoft.Network/virtualNetworks"] = @"^[A-Za-z0-9][\w.-]{0,62}\w$",
        ["Microsoft.Network/privateEndpoints"] = @"^[A-Za-z0-9][\w.-]{0,62}\w$",
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"] = @"^[A-Za-z0-9][\w.-]{0,78}\w$",

        // They depend on the cloud, which only Azure knows.
        ["Microsoft.Network/privateDnsZones"] = @"privatelink",
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks"] = @"privatelink",
    };

    [Fact]
    public async Task Every_name_is_legal_for_the_longest_environment()
    {
        var plan = await Plan.MostAsync();

        Assert.Equal(64, Plan.LongestEnvironment.Length);
        Assert.All(plan.Resources, resource => Assert.Matches(Rules[(string)resource["type"]!], Own(resource)));
        Assert.Equal(Rules.Keys.Order(), plan.Resources.Select(resource => (string)resource["type"]!).Distinct().Order());
    }

    [Fact]
    public async Task An_environment_with_a_longer_name_is_refused() =>
        Assert.NotNull(await Plan.RefusalAsync(("AZURE_ENV_NAME", new string('e', 65))));

    [Fact]
    public async Task Two_environments_share_no_name_that_is_the_worlds()
    {
        string[] worldwide = ["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", "Microsoft.Web/sites"];
        var (one, other) = (await Plan.LeastAsync(), await Plan.MostAsync());

        Assert.All(worldwide, type => Assert.NotEqual((string?)one.Single(type)["name"], (string?)other.Single(type)["name"]));
    }

    [Fact]
    public async Task What_azd_deploys_to_is_tagged_as_the_service_of_its_file()
    {
        var plan = await Plan.LeastAsync();

        Assert.Equal("service", (string?)plan.Single("Microsoft.Web/sites")["tags"]!["azd-service-name"]);
        Assert.Contains("service", YamlFile.Read("azure.yaml").Map("services").Keys);
        Assert.Equal("prod", (string?)plan.Single("Microsoft.Resources/resourceGroups")["tags"]!["azd-env-name"]);
    }

    private static string Own(JsonObject resource)
    {
        var name = (string)resource["name"]!;
        return Regex.IsMatch(name, @"^\[") ? name : name.Split('/')[^1];
    }
}
