using System.Buffers;
using System.Text.RegularExpressions;

namespace TrainIdentity.Functions;

/// <summary>
/// Takes out of a line what nobody may read in it: tokens, signatures, query strings, and the rows and partitions of the
/// tables, which name their owner. By its form where it has one, and by its value where it was read from the secret store.
/// </summary>
internal static partial class Redaction
{
    public const string Hidden = "***";

    // Shorter ones would take ordinary words out of every line.
    private const int LeastSecretChars = 6;

    private static volatile string[] _secrets = [];

    public static void Hide(params ReadOnlySpan<string?> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret is { Length: >= LeastSecretChars } && !_secrets.Contains(secret))
            {
                _secrets = [.. _secrets, secret];
            }
        }
    }

    public static string Clean(string line)
    {
        foreach (var secret in _secrets)
        {
            line = line.Replace(secret, Hidden, StringComparison.Ordinal);
        }
        // Keys come first: the word PartitionKey itself is no more than a value to what follows a header's name.
        line = Keys.Clean(line);
        line = HubTokens.Clean(line);
        line = WebTokens.Clean(line);
        line = Credentials.Clean(line);
        line = Headers.Clean(line);
        line = Queries.Clean(line);
        line = Parameters.Clean(line);
        line = Columns.Clean(line);
        return Partitions.Clean(line);
    }

    private static readonly Rule Keys = new(Key, "$1***", "partitionkey", "rowkey");
    private static readonly Rule HubTokens = new(HubToken, Hidden, "hf_");
    private static readonly Rule WebTokens = new(JsonWebToken, Hidden, "eyJ");
    private static readonly Rule Credentials = new(Bearer, "$1 ***", "bearer", "basic", "sharedkey");
    private static readonly Rule Headers = new(Header, "$1$2***", "authorization", "x-webhook-secret", "x-identity-header", "cookie", "apikey", "accountkey");
    private static readonly Rule Queries = new(Query, "$1?***", "?");
    private static readonly Rule Parameters = new(Parameter, "$1=***", "=");
    private static readonly Rule Columns = new(Column, "$1 ***", "owner_key", "user_id", "identity_name");
    private static readonly Rule Partitions = new(Partition, "$1u_***", "u_");

    /// <summary>
    /// One kind of word and what stands for it. A pattern that takes the same time for any line is costly to build, and most
    /// lines hold nothing it could find: it is built for the first that does.
    /// </summary>
    /// <param name="signs">One of them is in every line that the pattern finds something in, whatever the case of its letters.</param>
    private sealed class Rule(Func<Regex> pattern, string instead, params ReadOnlySpan<string> signs)
    {
        private readonly SearchValues<string> _signs = SearchValues.Create(signs, StringComparison.OrdinalIgnoreCase);

        public string Clean(string line) => line.AsSpan().ContainsAny(_signs) ? pattern().Replace(line, instead) : line;
    }

    [GeneratedRegex("hf_[A-Za-z0-9_-]{6,}", RegexOptions.NonBacktracking)]
    private static partial Regex HubToken();

    /// <summary>Three parts as signed ones have, or the first of them alone.</summary>
    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)*", RegexOptions.NonBacktracking)]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(@"\b(bearer|basic|sharedkey|sharedkeylite) +[^\s,;""']+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"\b(authorization|proxy-authorization|x-webhook-secret|x-identity-header|cookie|set-cookie|apikey|accountkey)(""?\s*[:=]\s*""?)[^\s,;""]+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://[^\s?""'<>]*)\?[^\s""'<>]*", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Query();

    /// <summary>What signs an address, also where no address stands before it.</summary>
    [GeneratedRegex(@"\b(x-amz-[a-z0-9-]+|sig|signature|awsaccesskeyid|key-pair-id|policy|access_token|client_secret|secret|token)=[^\s&""'<>;,]+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();

    /// <summary>In addresses, filters and JSON alike, whatever quotes have become: <c>PartitionKey='…'</c>, <c>RowKey ge '…'</c>, <c>\u0022RowKey\u0022:\u0022…</c>.</summary>
    [GeneratedRegex(@"((?:partitionkey|rowkey)(?:(?:""|\\""|\\u0022|%22)?\s*(?:=|%3d|:)\s*|(?:\s|%20|\+)+(?:eq|ge|gt|le|lt)(?:\s|%20|\+)+)(?:'|%27|\\u0027|""|\\""|\\u0022|%22)?)[^'%""\\&\s,)]+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Key();

    /// <summary>These hold any text at all, so what follows them is not told apart from it.</summary>
    [GeneratedRegex("(owner_key|user_id|identity_name).*", RegexOptions.NonBacktracking)]
    private static partial Regex Column();

    [GeneratedRegex(@"(^|[^A-Za-z0-9_]|%27|%22|\\u002[27])u_[A-Za-z0-9~_-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Partition();
}
