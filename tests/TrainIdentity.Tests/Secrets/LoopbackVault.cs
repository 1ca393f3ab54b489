using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.Secrets;

/// <summary>Key Vault on loopback, as far as the official client goes: HTTPS, the bearer challenge, one value per name.</summary>
internal sealed class LoopbackVault : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private int _reads;

    private LoopbackVault(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    public Uri Uri => new(_app.Urls.First());

    public string CertificateSha256 => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Answered instead of secrets while set.</summary>
    public int? FailWith { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    public static async Task<LoopbackVault> StartAsync()
    {
        var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var vault = new LoopbackVault(app, certificate);
        app.MapGet("/secrets/{name}", vault.Get);
        await app.StartAsync();
        return vault;
    }

    private IResult Get(string name, HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"";
            return Results.Json(new { error = new { code = "Unauthorized", message = "AKV10000: Request is missing a Bearer or PoP token." } }, statusCode: 401);
        }

        Interlocked.Increment(ref _reads);
        if (FailWith is { } status)
        {
            return Results.Json(new { error = new { code = "Failed", message = "" } }, statusCode: status);
        }
        return Secrets.TryGetValue(name, out var value)
            ? Results.Json(new { value, id = $"{Uri}secrets/{name}/1", attributes = new { enabled = true } })
            : Results.Json(new { error = new { code = "SecretNotFound", message = "" } }, statusCode: 404);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }
}
