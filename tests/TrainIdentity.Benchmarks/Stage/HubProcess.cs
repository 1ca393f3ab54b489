using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.Benchmarks;

/// <summary>The Hub emulator as a process of its own.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    public const string Token = "hf_bench";
    public const string RunnerToken = "hf_bench_runner";

    public HubProcess(Child process, Uri url)
    {
        (Process, Url) = (process, url);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
    }

    public Uri Url { get; }

    public Child Process { get; }

    /// <summary>With the token of the account.</summary>
    public HttpClient Http { get; }

    /// <summary>Removes all repos, and with them what was uploaded.</summary>
    public async Task ClearAsync()
    {
        foreach (var repo in JsonNode.Parse(await Http.GetStringAsync(new Uri("/api/models?author=local", UriKind.Relative)))!.AsArray())
        {
            var id = (string)repo!["id"]!;
            using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri("/api/repos/delete", UriKind.Relative)) { Content = JsonContent.Create(new JsonObject { ["name"] = id.Split('/')[1], ["organization"] = id.Split('/')[0], ["type"] = "model" }) };
            using var answer = await Http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}
