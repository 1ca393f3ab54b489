using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Info about a repo, and what the caller may do with it.</summary>
internal static class InfoRoutes
{
    private const string Address = $"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}";

    public static void MapInfoRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext http, Gate gate) => Describe(http, gate, "main")).Named(RouteNames.Info);
        routes.MapGet($"{Address}/revision/{{**revision}}", (HttpContext http, Gate gate) =>
            Describe(http, gate, RawTarget.OfApi(http).Revision)).Named(RouteNames.Info);
        routes.MapGet($"{Address}/auth-check", (HttpContext http, Gate gate, Accounts accounts, AccountState account, HubEmulatorOptions options) =>
            Terms(http, accounts, account, options) ?? Check(http, gate, RepoNeed.Read)).Named(RouteNames.AuthCheck);
        routes.MapGet($"{Address}/auth-check/write", (HttpContext http, Gate gate) => Check(http, gate, RepoNeed.Write)).Named(RouteNames.AuthCheck);
        foreach (var kind in new[] { "read", "write" })
        {
            routes.MapGet($"{Address}/xet-{kind}-token/{{**revision}}", () =>
                new Refusal(404, "This Hub has no xet storage: set HF_HUB_DISABLE_XET=1"));
        }
    }

    private static IResult Describe(HttpContext http, Gate gate, string revision)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        List<string> expand = [.. http.Request.Query["expand[]"].Concat(http.Request.Query["expand"]).OfType<string>()];
        if (expand.Find(name => !RepoDescription.IsField(name)) is { } unknown)
        {
            return Refusals.Invalid(Zod.Problem($"unknown value \"{unknown}\"", "expand"));
        }

        lock (repo.Gate)
        {
            if (repo.Find(revision) is not { } commit) return Refusals.RevisionNotFound(revision);
            return new Answer(RepoDescription.Of(repo, commit, expand, sized: http.Request.Query["blobs"] == "true"));
        }
    }

    /// <summary>Null when it is none of the gated models.</summary>
    private static IResult? Terms(HttpContext http, Accounts accounts, AccountState account, HubEmulatorOptions options)
    {
        var model = RepoKey.Of(http).Id;
        if (!options.GatedModels.Contains(model)) return null;
        return accounts.Require(http.Request, out _) ?? (account.TermsAccepted ? new Answer(JsonValue.Create("OK")) : Refusals.Gated(model) as IResult);
    }

    private static IResult Check(HttpContext http, Gate gate, RepoNeed need) =>
        gate.Enter(http, need, out _, out _) ?? new Answer(JsonValue.Create("OK"));
}
