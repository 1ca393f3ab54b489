using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>An app and the person before it, as the issuer meets them: they sign in, and the app asks for tokens.</summary>
internal sealed class AppVisitor(string issuer, string page) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    public const string Verifier = "a-verifier-that-is-long-enough-for-anyone-to-accept";

    /// <summary>What a good app sends a person with; a test changes what it is about.</summary>
    public Dictionary<string, string?> Asks { get; } = new()
    {
        ["response_type"] = "code",
        ["client_id"] = "local-page",
        ["redirect_uri"] = page,
        ["scope"] = "openid profile offline_access",
        ["state"] = "a state & more",
        ["nonce"] = "n-1",
        ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string path, IEnumerable<KeyValuePair<string, string?>>? query = null) =>
        _http.GetAsync(new Uri(QueryHelpers.AddQueryString(issuer + path, query ?? [])), Stop);

    public async Task<HttpResponseMessage> ChooseAsync(string name)
    {
        using var form = new FormUrlEncodedContent([new("name", name)]);
        return await _http.PostAsync(new Uri(QueryHelpers.AddQueryString($"{issuer}/authorize", Asks)), form, Stop);
    }

    /// <returns>The code that the page is sent back with.</returns>
    public async Task<string> CodeAsync(string name)
    {
        using var answer = await ChooseAsync(name);
        return Back(answer)["code"]!;
    }

    public Task<(int Status, JsonObject Answer)> RedeemAsync(string code, params (string Name, string Value)[] changes) => TokensAsync(new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = "local-page",
        ["redirect_uri"] = page,
        ["code"] = code,
        ["code_verifier"] = Verifier,
    }, changes);

    public Task<(int Status, JsonObject Answer)> RefreshAsync(string token, params (string Name, string Value)[] changes) => TokensAsync(new()
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = "local-page",
        ["refresh_token"] = token,
    }, changes);

    /// <summary>What the page is told, if it is the page that the browser is sent to.</summary>
    public Dictionary<string, string?> Back(HttpResponseMessage answer)
    {
        Assert.Equal(303, (int)answer.StatusCode);
        var to = answer.Headers.Location!;
        Assert.Equal(page, to.GetLeftPart(UriPartial.Path));
        return QueryHelpers.ParseQuery(to.Query).ToDictionary(one => one.Key, one => (string?)one.Value);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, JsonObject Answer)> TokensAsync(Dictionary<string, string> fields, (string Name, string Value)[] changes)
    {
        foreach (var (name, value) in changes) fields[name] = value;
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await _http.PostAsync(new Uri($"{issuer}/token"), form, Stop);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!);
    }
}
