namespace TrainIdentity.Auth;

public enum IssuerKind
{
    /// <summary>Any issuer with discovery: Auth0, Keycloak, Google and others.</summary>
    Oidc,

    /// <summary>Supabase Auth with asymmetric keys.</summary>
    Supabase,

    /// <summary>Supabase Auth with the project's shared secret (HS256), which is kept with the other secrets.</summary>
    SupabaseSecret,

    /// <summary>Entra ID, access tokens of version 2.0.</summary>
    Entra,
}

public sealed class IssuerOptions
{
    /// <summary>Compared to <c>iss</c> character by character; discovery is read below it.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Whom tokens must be made for. Several are separated by blanks; a token needs one of them.</summary>
    public string Audience { get; set; } = "";

    /// <summary>One issuer signs with one algorithm. Empty is the usual one of the kind.</summary>
    public string Algorithm { get; set; } = "";

    public IssuerKind Kind { get; set; } = IssuerKind.Oidc;

    /// <summary>Of Entra: the ids of the tenants whose people may come, separated by blanks.</summary>
    public string Tenants { get; set; } = "";

    /// <summary>Further hosts (with their port unless it is the usual one) that may serve this issuer's keys, separated by blanks.</summary>
    public string KeyHosts { get; set; } = "";

    internal string Signs => Algorithm.Length > 0 ? Algorithm : Kind is IssuerKind.SupabaseSecret ? "HS256" : "RS256";

    internal IReadOnlyList<string> Audiences => Words(Audience);

    internal IReadOnlyList<string> AllowedTenants => Words(Tenants);

    internal IReadOnlyList<string> AllowedKeyHosts => Words(KeyHosts);

    /// <summary>All that this issuer's documents are read from, without ports.</summary>
    internal IEnumerable<string> Hosts => AllowedKeyHosts.Select(host => new Uri($"https://{host}").IdnHost).Prepend(new Uri(Issuer).IdnHost);

    internal IEnumerable<string> Faults(bool local)
    {
        var name = $"Auth issuer '{Issuer}'";
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var uri) || Issuer.Any(c => c is <= ' ' or '?' or '#' or '@'))
        {
            yield return $"{name} is not an absolute address.";
        }
        else if (!IsTrusted(uri, local))
        {
            yield return $"{name} must use https.";
        }
        if (Audiences.Count == 0)
        {
            yield return $"{name} needs an audience.";
        }
        if (Kind is IssuerKind.SupabaseSecret && Signs != "HS256")
        {
            yield return $"{name} has a shared secret, which signs with HS256 alone.";
        }
        if (Kind is not IssuerKind.SupabaseSecret && Signs is not ("RS256" or "PS256" or "ES256" or "ES384"))
        {
            yield return $"{name} must sign with RS256, PS256, ES256 or ES384.";
        }
        if (Kind is IssuerKind.Entra && (AllowedTenants.Count == 0 || AllowedTenants.Any(tenant => !Guid.TryParseExact(tenant, "D", out _))))
        {
            yield return $"{name} needs Tenants, the ids of the tenants whose people may come.";
        }
    }

    /// <summary>Plain http never leaves the machine it is allowed on.</summary>
    internal static bool IsTrusted(Uri address, bool local) =>
        address.Scheme == Uri.UriSchemeHttps || (local && address.IsLoopback && address.Scheme == Uri.UriSchemeHttp);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
