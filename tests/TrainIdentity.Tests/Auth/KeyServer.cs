using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.Auth;

/// <summary>Any number of issuers on one loopback port, which publish whatever a test wants them to, and counts of who asked.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private const string Discovery = "/.well-known/openid-configuration";

    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly WebApplication _server;

    private KeyServer(WebApplication server) => _server = server;

    public string Url => _server.Urls.Single();

    public static async Task<KeyServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var keys = new KeyServer(builder.Build());
        keys._server.Run(keys.AnswerAsync);
        await keys._server.StartAsync(TestContext.Current.CancellationToken);
        return keys;
    }

    /// <returns>The issuer's name, which is its address.</returns>
    public string Publish(string path, params IEnumerable<SigningKey> keys)
    {
        Document(path, new JsonObject { ["issuer"] = Url + path, ["jwks_uri"] = Url + path + "/jwks" });
        Keys(path, new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Published())]) }.ToJsonString());
        return Url + path;
    }

    public void Document(string path, JsonObject discovery) => Answer(path + Discovery, context => context.Response.WriteAsync(discovery.ToJsonString()));

    public void Keys(string path, string text) => Answer(path + "/jwks", context => context.Response.WriteAsync(text));

    public void Answer(string address, Func<HttpContext, Task> answer) => _answers[address] = answer;

    public int KeysAsked(string path) => Asked(path + "/jwks");

    public int Asked(string address) => _asked.GetValueOrDefault(address);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var address = context.Request.Path.Value!;
        _asked.AddOrUpdate(address, 1, (_, count) => count + 1);
        if (_answers.TryGetValue(address, out var answer))
        {
            return answer(context);
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
