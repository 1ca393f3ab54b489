using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Create, delete, move and settings.</summary>
internal static class RepoRoutes
{
    public static void MapRepoRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/repos/create", CreateAsync).Named(RouteNames.Create);
        routes.MapDelete("/api/repos/delete", DeleteAsync).Named(RouteNames.Delete);
        routes.MapPost("/api/repos/move", MoveAsync).Named(RouteNames.Move);
        routes.MapPut($"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}/settings", SettleAsync).Named(RouteNames.Settings);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Accounts accounts, RepoBook repos, CreateTurns turns, HubAddress address)
    {
        if (accounts.Require(http.Request, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        var ask = RepoAsk.Read(body, caller.User);
        if (ask.Refusal is { } invalid) return invalid;
        if (!caller.MayManage(ask.Key.Space))
        {
            return Refusals.Forbidden($"You don't have the rights to create a {ask.Key.Type} under the namespace \"{ask.Key.Space}\"");
        }

        if (!await turns.TakeAsync(caller.User, http.RequestAborted)) return Refusals.Busy;
        var isPrivate = ask.Private && !FaultStrike.Suffers(http, FaultKind.Public);
        var url = $"{address.Hub}/{ask.Key.Prefix}{ask.Key.Id}";
        return repos.Create(ask.Key, isPrivate, caller, ask.Files) is { } repo
            ? new Answer(new JsonObject { ["url"] = url, ["name"] = ask.Key.Id, ["id"] = repo.Id })
            : new Refusal(409, $"You already created this {ask.Key.Type} repo") { Url = url };
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Accounts accounts, Gate gate, RepoBook repos)
    {
        if (accounts.Require(http.Request, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (Zod.Text(body, "name") is { } missing) return Refusals.Invalid(missing);

        var key = new RepoKey(body.Text("type") ?? "model", body.Text("organization") ?? caller.User, body.Text("name")!);
        if (gate.Open(key, RepoNeed.Manage, caller, out _) is { } closed) return closed;
        return repos.Delete(key, caller.Actor) ? TypedResults.Text("OK") : Refusals.RepoNotFound;
    }

    private static async Task<IResult> MoveAsync(HttpContext http, Accounts accounts, Gate gate, RepoBook repos)
    {
        if (accounts.Require(http.Request, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        var type = body.Text("type") ?? "model";
        if (RepoKey.Parse(type, body.Text("fromRepo")) is not { } from || RepoKey.Parse(type, body.Text("toRepo")) is not { } to)
        {
            return Refusals.Invalid(Zod.Problem("expected ns/name", "fromRepo"));
        }

        if (RepoNames.Refuse(to.Name) is { } bad) return Refusals.Invalid(bad);
        if (gate.Open(from, RepoNeed.Manage, caller, out var repo) is { } closed) return closed;
        if (!caller.MayManage(to.Space)) return Refusals.Forbidden($"You don't have the rights to move a repo to the namespace \"{to.Space}\"");
        return repos.Move(repo!, to) ? TypedResults.Text("OK") : new Refusal(409, "A repository with this name already exists");
    }

    private static async Task<IResult> SettleAsync(HttpContext http, Gate gate, RepoBook repos)
    {
        if (gate.Enter(http, RepoNeed.Manage, out var repo, out var caller) is { } closed) return closed;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (body.Count is 0) return Refusals.Invalid("✖ At least one setting is required");
        if (body["visibility"] is not null && body.Text("visibility") is not ("public" or "private" or "protected"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"public\"|\"private\"|\"protected\"", "visibility"));
        }

        bool? isPrivate = body.Text("visibility") is { } visibility ? visibility is "private" : body.Flag("private");
        var gated = body.ContainsKey("gated") ? body.Text("gated") ?? "" : null;
        repos.Configure(repo, isPrivate, gated, caller!.Actor);
        return new Answer(Echo(body));
    }

    private static JsonObject Echo(JsonObject asked)
    {
        var echo = new JsonObject();
        foreach (var name in new[] { "private", "visibility", "gated" })
        {
            if (asked[name] is { } value) echo[name] = value.DeepClone();
        }

        return echo;
    }
}
