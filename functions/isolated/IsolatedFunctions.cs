using Microsoft.Azure.Functions.Worker;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions.Isolated;

/// <summary>What the folders' <c>function.json</c> files say, once more for the worker; a test holds the two together.</summary>
public sealed class IsolatedFunctions(OwnRoutes routes, Reconciler reconciler)
{
    [Function("app")]
    public Task AppAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "app/{*rest}")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("identities")]
    public Task IdentitiesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/identities/{*rest}")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("limits")]
    public Task LimitsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/limits")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("me")]
    public Task MeAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/me")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("openapi")]
    public Task OpenApiAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/openapi.json")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("probes")]
    public Task ProbesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/{probe:regex(^(health|ready)$)}")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("train-identity")]
    public Task TrainIdentityAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/train-identity")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("train-identity-v1")]
    public Task TrainIdentityV1Async([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "functions/v1/train-identity")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("training-status")]
    public Task TrainingStatusAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/training-status")] HttpRequest req) => routes.AnswerAsync(req);

    [Function("reconcile")]
    public Task ReconcileAsync([TimerTrigger("0 * * * * *", UseMonitor = true, RunOnStartup = false)] TimerInfo timer, CancellationToken stop) => reconciler.TickAsync(stop);
}
