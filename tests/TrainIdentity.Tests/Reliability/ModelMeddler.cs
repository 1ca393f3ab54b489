using System.Net.Http.Headers;
using System.Net.Http.Json;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The owner of the Hub account, at work with a token of their own.</summary>
internal sealed class ModelMeddler
{
    private const string OwnToken = "hf_by_hand";

    private readonly World _world;

    public ModelMeddler(World world)
    {
        _world = world;
        world.Hub.AddToken(OwnToken, "local");
    }

    public Task MakePublicAsync(string repo) => SendAsync(HttpMethod.Put, $"/api/models/{repo}/settings", new { visibility = "public" });

    public Task DeleteAsync(string repo) =>
        SendAsync(HttpMethod.Delete, "/api/repos/delete", new { type = "model", organization = repo.Split('/')[0], name = repo.Split('/')[1] });

    private async Task SendAsync(HttpMethod method, string path, object body)
    {
        using var http = new HttpClient(_world.Hub.NewHandler());
        using var request = new HttpRequestMessage(method, new Uri(_world.Hub.Url, path)) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OwnToken);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
