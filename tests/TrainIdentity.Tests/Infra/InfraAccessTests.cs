using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Infra;

/// <summary>Who may do what, and from where.</summary>
public sealed class InfraAccessTests
{
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string TableContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string SecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    private static readonly string[] ServiceRoles =
    [
        $"service {BlobOwner} storageAccounts",
        $"service {TableContributor} storageAccounts",
        $"service {SecretsUser} vaults",
        $"service {MetricsPublisher} components",
    ];

    [Fact]
    public async Task The_service_is_given_what_it_and_its_host_need_and_no_more() =>
        Assert.Equal(ServiceRoles.Order(), Roles(await Plan.LeastAsync()).Order());

    [Fact]
    public async Task An_operator_who_is_named_is_given_secrets_and_records() =>
        Assert.Equal(
            ServiceRoles.Append($"operator {SecretsOfficer} vaults").Append($"operator {TableContributor} storageAccounts").Order(),
            Roles(await Plan.MostAsync()).Order());

    [Fact]
    public async Task Roles_are_given_in_one_file() =>
        Assert.Equal(
            ["app/roles.bicep"],
            (await Task.WhenAll(Directory.EnumerateFiles(Bicep.Folder, "*.bicep", SearchOption.AllDirectories).Select(async file =>
                (await File.ReadAllTextAsync(file)).Contains("Microsoft.Authorization/roleAssignments@", StringComparison.Ordinal)
                    ? Path.GetRelativePath(Bicep.Folder, file)
                    : null))).OfType<string>());

    [Fact]
    public async Task Nobody_has_a_key_or_a_password()
    {
        var plan = await Plan.LeastAsync();
        var storage = Properties(plan.Single("Microsoft.Storage/storageAccounts"));

        Assert.False((bool)storage["allowSharedKeyAccess"]!);
        Assert.False((bool)storage["allowBlobPublicAccess"]!);
        Assert.True((bool)Properties(plan.Single("Microsoft.Insights/components"))["DisableLocalAuth"]!);
        Assert.Equal(["ftp", "scm"], plan.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Select(door => ((string)door["name"]!).Split('/')[1]));
        Assert.All(plan.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies"), door => Assert.False((bool)Properties(door)["allow"]!));
        Assert.Equal("UserAssignedIdentity", (string?)Properties(plan.Single("Microsoft.Web/sites"))["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!["type"]);
        Assert.Equal("managedidentity", plan.Settings["AzureWebJobsStorage__credential"]);
        Assert.DoesNotContain("AzureWebJobsStorage", plan.Settings.Keys);
    }

    [Fact]
    public async Task What_is_sent_is_encrypted_on_its_way()
    {
        var plan = await Plan.LeastAsync();

        Assert.True((bool)Properties(plan.Single("Microsoft.Web/sites"))["httpsOnly"]!);
        Assert.Equal("1.2", (string?)Properties(plan.Single("Microsoft.Web/sites"))["siteConfig"]!["minTlsVersion"]);
        Assert.True((bool)Properties(plan.Single("Microsoft.Storage/storageAccounts"))["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string?)Properties(plan.Single("Microsoft.Storage/storageAccounts"))["minimumTlsVersion"]);
    }

    [Fact]
    public async Task Deleted_secrets_can_be_had_back_and_only_roles_open_the_vault()
    {
        var vault = Properties((await Plan.LeastAsync()).Single("Microsoft.KeyVault/vaults"));

        Assert.True((bool)vault["enablePurgeProtection"]!);
        Assert.True((bool)vault["enableSoftDelete"]!);
        Assert.True((bool)vault["enableRbacAuthorization"]!);
        Assert.Null(vault["accessPolicies"]);
    }

    [Fact]
    public async Task The_tables_are_those_of_the_service()
    {
        var options = new TrainIdentity.Identities.StorageOptions();

        Assert.Equal(
            ((string[])[options.IdentitiesTable, options.IndexTable]).Order(),
            (await Plan.LeastAsync()).Of("Microsoft.Storage/storageAccounts/tableServices/tables").Select(table => ((string)table["name"]!).Split('/')[^1]).Order());
    }

    [Fact]
    public async Task With_a_private_network_nothing_but_the_service_itself_is_open()
    {
        var plan = await Plan.MostAsync();

        foreach (var closed in (JsonNode[])[plan.Single("Microsoft.Storage/storageAccounts"), plan.Single("Microsoft.KeyVault/vaults")])
        {
            Assert.Equal("Disabled", (string?)Properties(closed)["publicNetworkAccess"]);
            Assert.Equal("Deny", (string?)Properties(closed)["networkAcls"]!["defaultAction"]);
            Assert.Equal("None", (string?)Properties(closed)["networkAcls"]!["bypass"]);
        }
        Assert.Equal("Enabled", (string?)Properties(plan.Single("Microsoft.Web/sites"))["publicNetworkAccess"]);
        Assert.Equal("true", plan.Settings["Outgoing__PrivateEndpoints"]);
    }

    [Fact]
    public async Task With_a_private_network_everything_closed_has_a_door_to_it_and_a_name_for_the_door()
    {
        var plan = await Plan.MostAsync();
        var network = plan.Single("Microsoft.Network/virtualNetworks");
        var subnets = Properties(network)["subnets"]!.AsArray().ToDictionary(subnet => (string)subnet!["name"]!, subnet => subnet!["properties"]!);

        Assert.Equal(
            ["blob storageAccounts", "table storageAccounts", "vault vaults"],
            plan.Of("Microsoft.Network/privateEndpoints").Select(Properties).Select(door =>
            {
                Assert.EndsWith("/subnets/endpoints", (string?)door["subnet"]!["id"], StringComparison.Ordinal);
                var to = Assert.Single(door["privateLinkServiceConnections"]!.AsArray())!["properties"]!;
                return $"{to["groupIds"]![0]} {((string)to["privateLinkServiceId"]!).Split('/')[^2]}";
            }).Order());
        Assert.Equal(3, plan.Of("Microsoft.Network/privateDnsZones").Count);
        Assert.Equal(3, plan.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count);
        Assert.Equal(3, plan.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count);

        Assert.Equal($"{network["id"]}/subnets/app", (string?)Properties(plan.Single("Microsoft.Web/sites"))["virtualNetworkSubnetId"]);
        Assert.Equal("Microsoft.App/environments", (string?)subnets["app"]["delegations"]![0]!["properties"]!["serviceName"]);
        Assert.Equal((string?)plan.Single("Microsoft.Network/natGateways")["id"], (string?)subnets["app"]["natGateway"]!["id"]);
    }

    [Fact]
    public async Task Without_a_private_network_there_is_no_network_at_all()
    {
        var plan = await Plan.LeastAsync();

        Assert.DoesNotContain(plan.Resources, resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(Properties(plan.Single("Microsoft.Web/sites"))["virtualNetworkSubnetId"]);
        Assert.Equal("Enabled", (string?)Properties(plan.Single("Microsoft.Storage/storageAccounts"))["publicNetworkAccess"]);
        Assert.Equal("false", plan.Settings["Outgoing__PrivateEndpoints"]);
    }

    private static IEnumerable<string> Roles(Plan plan) => plan.Of("Microsoft.Authorization/roleAssignments").Select(given =>
    {
        var to = (string)Properties(given)["principalId"]!;
        var who = to is Plan.Operator ? "operator" : to.Contains("outputs.principalId.value", StringComparison.Ordinal) ? "service" : to;
        var on = ((string)given["id"]!).Split("/providers/Microsoft.Authorization/")[0].Split('/')[^2];
        return $"{who} {((string)Properties(given)["roleDefinitionId"]!).Split('/')[^1]} {on}";
    });

    private static JsonNode Properties(JsonNode resource) => resource["properties"]!;
}
