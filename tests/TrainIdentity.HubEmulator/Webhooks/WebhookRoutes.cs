using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Webhooks;

internal static class WebhookRoutes
{
    private const string Address = "/api/settings/webhooks";

    private static readonly string[] WatchedTypes = ["model", "dataset", "space", "bucket", "kernel", "user", "org"];

    public static void MapWebhookRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, List).Named(RouteNames.Webhooks);
        routes.MapPost(Address, CreateAsync).Named(RouteNames.Webhooks);
        routes.MapGet($"{Address}/{{id}}", Show).Named(RouteNames.Webhooks);
        routes.MapPost($"{Address}/{{id}}", UpdateAsync).Named(RouteNames.Webhooks);
        routes.MapPost($"{Address}/{{id}}/enable", (string id, HttpContext http, Accounts accounts, WebhookBook book) =>
            Change(id, http, accounts, book, webhook => webhook with { Disabled = false, Suspended = false, FailuresInARow = 0 })).Named(RouteNames.Webhooks);
        routes.MapPost($"{Address}/{{id}}/disable", (string id, HttpContext http, Accounts accounts, WebhookBook book) =>
            Change(id, http, accounts, book, webhook => webhook with { Disabled = true })).Named(RouteNames.Webhooks);
        routes.MapPost($"{Address}/{{id}}/replay/{{logId}}", ReplayAsync).Named(RouteNames.Webhooks);
        routes.MapDelete($"{Address}/{{id}}", Delete).Named(RouteNames.Webhooks);
    }

    private static IResult List(HttpContext http, Accounts accounts, WebhookBook book) =>
        Enter(http, accounts, out var caller) as IResult
        ?? new Answer(new JsonArray([.. book.All.Where(webhook => webhook.Owner == caller.User).Select(webhook => webhook.ToJson())]));

    private static async Task<IResult> CreateAsync(HttpContext http, Accounts accounts, WebhookBook book)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (Refuse(body, withUrl: true) is { } invalid) return invalid;
        return Put(book, Apply(body, new() { Id = HubIds.New(), Owner = caller.User, Url = "" }));
    }

    private static async Task<IResult> UpdateAsync(string id, HttpContext http, Accounts accounts, WebhookBook book)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        if (book.Find(id, caller.User) is not { } webhook) return Refusals.NotFound("Webhook");
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        return Refuse(body, withUrl: false) as IResult ?? Put(book, Apply(body, webhook));
    }

    private static IResult Show(string id, HttpContext http, Accounts accounts, WebhookBook book)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        return book.Find(id, caller.User) is { } webhook ? Answered(webhook) : Refusals.NotFound("Webhook");
    }

    private static IResult Change(string id, HttpContext http, Accounts accounts, WebhookBook book, Func<Webhook, Webhook> change)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        return book.Find(id, caller.User) is { } webhook ? Put(book, change(webhook)) : Refusals.NotFound("Webhook");
    }

    /// <remarks>Goes to the address and with the secret of today, under the id of then.</remarks>
    private static async Task<IResult> ReplayAsync(
        string id, string logId, HttpContext http, Accounts accounts, WebhookBook book, DeliveryLog log, WebhookPosts posts)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        if (book.Find(id, caller.User) is not { } webhook) return Refusals.NotFound("Webhook");
        if (log.Find(logId, id) is not { } past) return Refusals.NotFound("Delivery");
        var status = await posts.SendAsync(webhook, new(past.DeliveryId, past.Repo, past.Event, past.Body), http.RequestAborted);
        return new Answer(new JsonObject { ["status"] = status });
    }

    private static IResult Delete(string id, HttpContext http, Accounts accounts, WebhookBook book)
    {
        if (Enter(http, accounts, out var caller) is { } refusal) return refusal;
        if (book.Find(id, caller.User) is null) return Refusals.NotFound("Webhook");
        book.Remove(id);
        return new Answer(new JsonObject());
    }

    private static Refusal? Enter(HttpContext http, Accounts accounts, out Caller caller) =>
        accounts.Require(http.Request, out caller)
        ?? (caller.Role is TokenRole.Full ? null : Refusals.Forbidden("This token has no user.webhooks.write permission"));

    private static Answer Put(WebhookBook book, Webhook webhook)
    {
        book.Put(webhook);
        return Answered(webhook);
    }

    private static Answer Answered(Webhook webhook) => new(new JsonObject { ["webhook"] = webhook.ToJson() });

    private static Refusal? Refuse(JsonObject body, bool withUrl)
    {
        if (body.Objects("watched").ToList() is not { Count: > 0 } watched
            || !watched.TrueForAll(item => WatchedTypes.Contains(item.Text("type")) && item.Text("name") is { Length: > 0 }))
        {
            return Refusals.Invalid(Zod.Problem("expected at least one {type, name}", "watched"));
        }

        if (body.Texts("domains").ToList() is not { Count: > 0 } domains || !domains.TrueForAll(domain => domain is "repo" or "discussion"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"repo\"|\"discussion\"", "domains"));
        }

        var url = body.Text("url");
        if (url is null ? withUrl : !Uri.TryCreate(url, UriKind.Absolute, out _)) return Refusals.Invalid(Zod.Problem("expected a URL", "url"));
        return body.Text("secret") is { } secret && secret.Any(c => c is < ' ' or > '\x7f')
            ? Refusals.Invalid(Zod.Problem("expected printable ASCII", "secret"))
            : null;
    }

    private static Webhook Apply(JsonObject body, Webhook webhook) => webhook with
    {
        Url = body.Text("url") ?? webhook.Url,
        Secret = body.Text("secret") ?? webhook.Secret,
        Watched = [.. body.Objects("watched").Select(item => new Watched(item.Text("type")!, item.Text("name")!))],
        Domains = [.. body.Texts("domains")],
    };
}
