using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Http;

internal static class AccountRoutes
{
    private const string Since = "2026-01-01T00:00:00.000Z";

    public static void MapAccountRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => TypedResults.Text("Hub emulator"));
        routes.MapGet("/api/whoami-v2", (HttpContext http, Accounts accounts, AccountState state) =>
            accounts.Require(http.Request, out var caller) as IResult ?? new Answer(Describe(caller, state))).Named(RouteNames.Whoami);
        routes.MapPost("/api/validate-yaml", () => new Answer(new JsonObject { ["errors"] = new JsonArray(), ["warnings"] = new JsonArray() }));
    }

    private static JsonObject Describe(Caller caller, AccountState state) => new()
    {
        ["type"] = "user",
        ["id"] = HubIds.For(caller.User),
        ["name"] = caller.User,
        ["fullname"] = caller.User,
        ["email"] = $"{caller.User}@example.org",
        ["emailVerified"] = true,
        ["canPay"] = state.CanPay,
        ["billingMode"] = state.BillingMode,
        ["periodEnd"] = null,
        ["isPro"] = false,
        ["avatarUrl"] = "/avatars/0f3a.svg",
        ["orgs"] = new JsonArray([.. caller.Organizations.Select(Organization)]),
        ["auth"] = new JsonObject { ["type"] = "access_token", ["accessToken"] = AccessToken(caller) },
    };

    private static JsonObject Organization(string name) => new()
    {
        ["type"] = "org",
        ["id"] = HubIds.For(name),
        ["name"] = name,
        ["fullname"] = name,
        ["email"] = null,
        ["canPay"] = true,
        ["periodEnd"] = null,
        ["avatarUrl"] = "/avatars/0f3b.svg",
        ["plan"] = "team",
        ["roleInOrg"] = "write",
        ["securityRestrictions"] = new JsonArray(),
        ["resourceGroups"] = new JsonArray(),
    };

    private static JsonObject AccessToken(Caller caller) => caller.Role is TokenRole.Reader
        ? new() { ["displayName"] = "emulated", ["role"] = "read", ["createdAt"] = Since }
        : new()
        {
            ["displayName"] = "emulated",
            ["role"] = "fineGrained",
            ["createdAt"] = Since,
            ["fineGrained"] = new JsonObject
            {
                ["canReadGatedRepos"] = false,
                ["global"] = new JsonArray(),
                ["scoped"] = new JsonArray(
                [
                    Scope(caller.User, "user", caller.Role), .. caller.Organizations.Select(name => Scope(name, "org", caller.Role)),
                ]),
            },
        };

    private static JsonObject Scope(string name, string type, TokenRole role)
    {
        string[] permissions = role is TokenRole.Full
            ? ["repo.content.read", "repo.write", "job.write", "user.webhooks.read", "user.webhooks.write"]
            : ["repo.content.read", "repo.write"];
        return new()
        {
            ["entity"] = new JsonObject { ["_id"] = HubIds.For(name), ["type"] = type, ["name"] = name },
            ["permissions"] = new JsonArray([.. permissions.Select(permission => (JsonNode)permission)]),
        };
    }
}
