using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.HubEmulator.Lfs;

internal enum SignatureCheck
{
    Valid,
    Mismatch,
    Expired,
}

/// <summary>Addresses that carry their own permission, for one method and a limited time.</summary>
internal sealed class PresignedUrls(HubEmulatorOptions options)
{
    private const string DateForm = "yyyyMMdd'T'HHmmss'Z'";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <param name="method">The one it allows.</param>
    /// <param name="path">Without query.</param>
    /// <param name="upload">The upload it belongs to, if any.</param>
    /// <param name="expired">Whether it should be over from the start.</param>
    public string Sign(string method, string path, string? upload = null, bool expired = false)
    {
        var at = options.Clock.GetUtcNow() - (expired ? options.UrlLifetime + TimeSpan.FromMinutes(1) : TimeSpan.Zero);
        var date = at.UtcDateTime.ToString(DateForm);
        var expires = ((long)options.UrlLifetime.TotalSeconds).ToString();
        var signature = Signature(method, path, upload, date, expires);
        return $"{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host"
            + (upload is null ? "" : $"&uploadId={upload}") + $"&X-Amz-Signature={signature}";
    }

    public SignatureCheck Check(HttpRequest request)
    {
        var query = request.Query;
        string date = query["X-Amz-Date"].ToString(), expires = query["X-Amz-Expires"].ToString();
        var method = HttpMethods.IsHead(request.Method) ? HttpMethods.Get : request.Method;
        var expected = Signature(method, request.Path.Value!, query["uploadId"], date, expires);
        var given = query["X-Amz-Signature"].ToString();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(given))) return SignatureCheck.Mismatch;

        var from = DateTimeOffset.ParseExact(date, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return from.AddSeconds(long.Parse(expires)) < options.Clock.GetUtcNow() ? SignatureCheck.Expired : SignatureCheck.Valid;
    }

    private string Signature(string method, string path, string? upload, string date, string expires) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{method}\n{path}\n{upload}\n{date}\n{expires}")));
}
