using System.Net;
using System.Text.Json;

namespace TrainIdentity.Auth;

/// <summary>Reads what an issuer publishes. An answer that is odd in any way is no answer.</summary>
internal sealed class IssuerDocuments(IssuerOptions issuer, AuthOptions options, HttpClient http, bool local)
{
    private readonly Uri _discovery = new(issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <returns>Null when the issuer cannot be asked.</returns>
    public async Task<PublishedKeys?> ReadKeysAsync(CancellationToken stop)
    {
        try
        {
            if (await GetAsync(_discovery, stop) is not { } discovery || KeysAddress(discovery) is not { } address)
            {
                return null;
            }
            return await GetAsync(address, stop) is { } keys ? PublishedKeys.Read(keys, issuer.Signs) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Whoever could write the discovery document could otherwise send us anywhere.</summary>
    private Uri? KeysAddress(JsonElement discovery)
    {
        if (!StrictJson.TryText(discovery, "issuer", out var name) || name != issuer.Issuer || !StrictJson.TryText(discovery, "jwks_uri", out var text))
        {
            return null;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !IssuerOptions.IsTrusted(address, local) || address.UserInfo.Length > 0)
        {
            return null;
        }
        return address.Authority == _discovery.Authority || issuer.AllowedKeyHosts.Contains(address.Authority, StringComparer.OrdinalIgnoreCase) ? address : null;
    }

    private async Task<JsonElement?> GetAsync(Uri address, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.StatusCode is not HttpStatusCode.OK || answer.Content.Headers.ContentLength > options.MaxDocumentBytes)
        {
            return null;
        }

        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        var bytes = new byte[options.MaxDocumentBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        return read <= options.MaxDocumentBytes && StrictJson.TryRead(bytes.AsSpan(0, read), out var document) ? document : null;
    }
}
