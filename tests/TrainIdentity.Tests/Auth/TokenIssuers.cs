using System.Text;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Auth;

/// <summary>The issuers that the cases speak of: those the service is told to trust, and strangers.</summary>
internal sealed class TokenIssuers
{
    public const string Audience = "train-identity";
    public const string Tenant = "5c0a7d2e-3b64-4a51-9d0f-1a2b3c4d5e6f";
    public const string Person = "0b9f3c1a-7d52-4c8e-8f11-22334455aabb";
    public const string Secret = "a-shared-secret-of-a-project-that-is-long-enough";

    private readonly Dictionary<string, Issuer> _all = [];
    private readonly KeyServer _server;

    public TokenIssuers(KeyServer server)
    {
        _server = server;
        var rsa = SigningKey.Rsa("rsa-1");
        Add("rsa", "RS256", rsa);
        Add("pss", "PS256", SigningKey.Rsa("pss-1"));
        Add("ec", "ES256", SigningKey.Ec("ec-1"));
        Add("p384", "ES384", SigningKey.Ec("p384-1", "nistP384"));
        Add("two", "RS256", SigningKey.Rsa("two-1"), SigningKey.Rsa("two-2"));
        Add("twin", "RS256", rsa.Named("twin-1"), rsa.Named("twin-2"));
        Add("oct", "RS256", SigningKey.Rsa("oct-rsa"), SigningKey.Secret("oct-1", Encoding.UTF8.GetBytes(Secret)));
        Add("only-oct", "RS256", SigningKey.Secret("only-oct-1", Encoding.UTF8.GetBytes(Secret)));
        Add("weak", "RS256", SigningKey.Rsa("weak-1", 1024));
        Add("curve", "ES256", SigningKey.Ec("curve-1", "nistP384"));
        Add("audiences", "RS256", rsa.Named("audiences-1"));
        Add("supabase", "ES256", SigningKey.Ec("supabase-1"));
        Add("legacy", "HS256", SigningKey.Secret("legacy-1", Encoding.UTF8.GetBytes(Secret)));
        Add("entra", "RS256", $"/{Tenant}/v2.0", SigningKey.Rsa("entra-1"));
        Add("stranger", "RS256", SigningKey.Rsa("stranger-1"));
        Add("liar", "RS256", SigningKey.Rsa("liar-1"));
        Add("silent", "RS256", SigningKey.Rsa("silent-1"));
        server.Document("/liar", new JsonObject { ["issuer"] = server.Url + "/rsa", ["jwks_uri"] = server.Url + "/liar/jwks" });
        server.Answer("/silent/jwks", context => Task.Run(() => context.Response.StatusCode = 500));
    }

    public Issuer this[string name] => _all[name];

    /// <summary>Behind the two issuers that every rig has.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings()
    {
        var number = 2;
        foreach (var (name, issuer) in _all.Where(one => one.Key != "stranger"))
        {
            var at = $"Auth__Issuers__{number++}__";
            yield return new(at + "Issuer", issuer.Name);
            yield return new(at + "Audience", name == "audiences" ? $"other {Audience}" : Audience);
            yield return new(at + "Algorithm", issuer.Algorithm);
            yield return new(at + "Kind", name switch { "supabase" => "Supabase", "legacy" => "SupabaseSecret", "entra" => "Entra", _ => "Oidc" });
            yield return new(at + "Tenants", name == "entra" ? Tenant : "");
        }
        yield return new("SUPABASE_JWT_SECRET", Secret);
    }

    private void Add(string name, string algorithm, params SigningKey[] keys) => Add(name, algorithm, "/" + name, keys);

    private void Add(string name, string algorithm, string path, params SigningKey[] keys) => _all[name] = new(_server.Publish(path, keys), algorithm, keys);

    public sealed record Issuer(string Name, string Algorithm, IReadOnlyList<SigningKey> Keys);
}
