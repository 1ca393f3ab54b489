using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.Secrets;

/// <summary>Key Vault on loopback, as far as the official client goes: HTTPS, the bearer challenge, the newest version of each secret.</summary>
internal sealed class LoopbackVault : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    // Of one version each: a new value has none of what was said about the old one.
    private readonly ConcurrentDictionary<(string Name, string Version), JsonObject> _said = new();
    private int _reads;

    private LoopbackVault(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    public Uri Uri => new(_app.Urls.First());

    public string CertificateSha256 => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>What a service is told to read this vault, and nothing else.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["KeyVault__Uri"] = Uri.AbsoluteUri,
        ["KeyVault__LocalCertificateSha256"] = CertificateSha256,
        ["HUGGINGFACE_TOKEN"] = null,
        ["HUGGINGFACE_TRAINER_TOKEN"] = null,
        ["HUGGINGFACE_WEBHOOK_SECRET"] = null,
        ["IDEMPOTENCY_KEY_SALT"] = null,
    };

    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Names of secrets whose newest version is disabled.</summary>
    public ConcurrentDictionary<string, bool> Disabled { get; } = new();

    /// <summary>Answered instead of secrets while set.</summary>
    public int? FailWith { get; set; }

    /// <summary>The only version of the interface it speaks; null for any.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Waited for before a call has any effect: its method and the name of its secret.</summary>
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The same once it has had its effect and before it is answered.</summary>
    public Func<string, string, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    public int Reads => Volatile.Read(ref _reads);

    public static async Task<LoopbackVault> StartAsync()
    {
        var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var vault = new LoopbackVault(app, certificate);
        app.MapMethods("/secrets/{name}/{version?}", ["GET", "PUT", "PATCH"], vault.AnswerAsync);
        await app.StartAsync();
        return vault;
    }

    /// <summary>What was said about the newest version of a secret besides its value.</summary>
    public JsonObject Said(string name) => _said.GetValueOrDefault((name, Version(name)), []);

    private async Task<IResult> AnswerAsync(string name, HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"";
            return Refusal(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        var method = context.Request.Method;
        await Before(method, name);
        if (method is "GET")
        {
            Interlocked.Increment(ref _reads);
        }
        if (FailWith is { } status)
        {
            return Refusal(status, status is 403 ? "Forbidden" : "Failed", "The vault refuses.");
        }
        if (ApiVersion is { } spoken && context.Request.Query["api-version"] != spoken)
        {
            return Refusal(400, "BadParameter", "The specified version of the interface is not recognized.");
        }
        if (method is not "GET")
        {
            await WriteAsync(name, context.Request);
        }
        await After(method, name);
        return Disabled.ContainsKey(name)
            ? Results.Json(JsonNode.Parse("""{"error":{"code":"Forbidden","message":"Operation get is not allowed on a disabled secret.","innererror":{"code":"SecretDisabled"}}}"""), statusCode: 403)
            : Secrets.TryGetValue(name, out var value) ? Results.Json(Shown(name, value)) : Refusal(404, "SecretNotFound", "");
    }

    private async Task WriteAsync(string name, HttpRequest request)
    {
        var body = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        if (body["value"] is { } value)
        {
            Secrets[name] = (string)value!;
        }
        _said[(name, request.RouteValues["version"] as string ?? Version(name))] = new JsonObject
        {
            ["tags"] = body["tags"]?.DeepClone(),
            ["exp"] = body["attributes"]?["exp"]?.DeepClone(),
        };
    }

    private JsonObject Shown(string name, string value)
    {
        var said = Said(name);
        var shown = new JsonObject
        {
            ["value"] = value,
            ["id"] = $"{Uri}secrets/{name}/{Version(name)}",
            ["attributes"] = new JsonObject { ["enabled"] = true },
        };
        if (said["tags"] is { } tags)
        {
            shown["tags"] = tags.DeepClone();
        }
        if (said["exp"] is { } expires)
        {
            shown["attributes"]!["exp"] = expires.DeepClone();
        }
        return shown;
    }

    private string Version(string name) =>
        Secrets.TryGetValue(name, out var value) ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 16)) : "";

    private static IResult Refusal(int status, string code, string message) => Results.Json(new { error = new { code, message } }, statusCode: status);

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
