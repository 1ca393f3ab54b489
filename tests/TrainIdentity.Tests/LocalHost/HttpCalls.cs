using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>Calls through the stand-in host, and what the echo handler says it received.</summary>
internal static class HttpCalls
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public static Task<HttpResponseMessage> SendAsync(
        this FunctionsHost host, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var call = new HttpRequestMessage(method, new Uri(host.Url, path)) { Content = content };
        foreach (var (name, value) in headers) _ = call.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> GetAsync(this FunctionsHost host, string path) => host.SendAsync(HttpMethod.Get, path);

    /// <summary>What the handler received, when it answered with that.</summary>
    public static async Task<JsonObject> SeenAsync(this HttpResponseMessage answer)
    {
        _ = answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }

    public static Task<string> TextAsync(this HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public static string? Header(this JsonObject seen, string name) => (string?)seen["headers"]![name];
}
