using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Tests.Auth;

/// <summary>A key that signs whatever it is asked to, also what no honest issuer would.</summary>
internal sealed class SigningKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;
    private readonly byte[]? _secret;

    private SigningKey(string id, RSA? rsa = null, ECDsa? ec = null, byte[]? secret = null) => (Id, _rsa, _ec, _secret) = (id, rsa, ec, secret);

    public string Id { get; }

    public static SigningKey Rsa(string id, int bits = 2048) => new(id, rsa: RSA.Create(bits));

    public static SigningKey Ec(string id, string curve = "nistP256") => new(id, ec: ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)));

    public static SigningKey Secret(string id, byte[] secret) => new(id, secret: secret);

    public SigningKey Named(string id) => new(id, _rsa, _ec, _secret);

    public string Pem => _rsa?.ExportSubjectPublicKeyInfoPem() ?? _ec!.ExportSubjectPublicKeyInfoPem();

    public byte[] Der => _rsa?.ExportSubjectPublicKeyInfo() ?? _ec!.ExportSubjectPublicKeyInfo();

    /// <summary>As a key set shows it; a secret is shown too.</summary>
    public JsonObject Published()
    {
        if (_rsa is not null)
        {
            var key = _rsa.ExportParameters(includePrivateParameters: false);
            return new() { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = Id, ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) };
        }
        if (_ec is not null)
        {
            var key = _ec.ExportParameters(includePrivateParameters: false);
            return new() { ["kty"] = "EC", ["use"] = "sig", ["kid"] = Id, ["crv"] = $"P-{_ec.KeySize}", ["x"] = Base64UrlEncoder.Encode(key.Q.X), ["y"] = Base64UrlEncoder.Encode(key.Q.Y) };
        }
        return new() { ["kty"] = "oct", ["use"] = "sig", ["kid"] = Id, ["k"] = Base64UrlEncoder.Encode(_secret) };
    }

    public string Certificate()
    {
        using var made = new CertificateRequest("CN=issuer", _rsa!, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        return Convert.ToBase64String(made.Export(X509ContentType.Cert));
    }

    /// <param name="der">The form of X.509 for an EC signature, where JOSE wants the two numbers alone.</param>
    public byte[] Sign(string text, string algorithm, bool der = false)
    {
        var data = Encoding.ASCII.GetBytes(text);
        var hash = algorithm[^3..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        if (_secret is not null)
        {
            return hash == HashAlgorithmName.SHA384 ? HMACSHA384.HashData(_secret, data) : hash == HashAlgorithmName.SHA512 ? HMACSHA512.HashData(_secret, data) : HMACSHA256.HashData(_secret, data);
        }
        return _rsa?.SignData(data, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            ?? _ec!.SignData(data, hash, der ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public string Token(string header, string payload, string algorithm)
    {
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(Sign(signed, algorithm))}";
    }
}
