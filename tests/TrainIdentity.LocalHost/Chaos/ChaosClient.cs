using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>The service as one user calls it. What a frontend would show as an error is an answer here.</summary>
internal sealed class ChaosClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly Ledger _ledger;

    public ChaosClient(Uri service, string token, Ledger ledger)
    {
        _ledger = ledger;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service, Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <param name="cut">Ends the call on our side, as a browser that is closed does.</param>
    public Task<ChaosAnswer> UploadAsync(Wish wish, bool json, CancellationToken cut)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address("api/train-identity")) { Content = json ? Json(wish) : Form(wish) };
        if (wish.Key is { } key) request.Headers.Add("Idempotency-Key", key);
        return SendAsync("upload", request, cut);
    }

    public Task<ChaosAnswer> ListAsync() => SendAsync("list", new HttpRequestMessage(HttpMethod.Get, Address("api/identities?limit=100")), default);

    public Task<ChaosAnswer> GetAsync(string id) => SendAsync("read", new HttpRequestMessage(HttpMethod.Get, One(id)), default);

    public Task<ChaosAnswer> EraseAsync(string id) => SendAsync("erase", new HttpRequestMessage(HttpMethod.Delete, One(id)), default);

    /// <param name="verb"><c>cancel</c> or <c>retry</c>.</param>
    public Task<ChaosAnswer> AskAsync(string verb, string id) => SendAsync(verb, new HttpRequestMessage(HttpMethod.Post, Address($"api/identities/{id}/{verb}")), default);

    public void Dispose() => _http.Dispose();

    private static Uri One(string id) => Address($"api/identities/{id}");

    private static Uri Address(string path) => new(path, UriKind.Relative);

    private async Task<ChaosAnswer> SendAsync(string what, HttpRequestMessage request, CancellationToken cut)
    {
        using (request)
        {
            var answer = await AnswerAsync(request, cut);
            _ledger.Count($"{what}: {answer.Text}");
            if (answer.Code is "internal_error") _ledger.Breach($"{request.Method} {request.RequestUri} was answered with internal_error.");
            return answer;
        }
    }

    private async Task<ChaosAnswer> AnswerAsync(HttpRequestMessage request, CancellationToken cut)
    {
        try
        {
            using var answer = await _http.SendAsync(request, cut);
            return await ChaosAnswer.ReadAsync(answer, cut);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException)
        {
            return ChaosAnswer.None;
        }
    }

    private static StringContent Json(Wish wish)
    {
        var files = wish.Photos.Select((photo, n) => new JsonObject { ["name"] = $"{n}.png", ["data"] = Convert.ToBase64String(photo) });
        var body = new JsonObject { ["identityName"] = wish.Name, ["imageFiles"] = new JsonArray([.. files]) };
        return new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
    }

    private static MultipartFormDataContent Form(Wish wish)
    {
        var form = new MultipartFormDataContent { { new StringContent(wish.Name), "identityName" } };
        foreach (var photo in wish.Photos)
        {
            var part = new ByteArrayContent(photo);
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(part, "images", "photo.png");
        }

        return form;
    }
}
