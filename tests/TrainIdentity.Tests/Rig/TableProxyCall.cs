using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Rig;

/// <summary>One request of the service to its tables.</summary>
/// <param name="Target">Path and query, unescaped.</param>
/// <param name="Body">Of a transaction: all its parts.</param>
internal sealed record TableProxyCall(string Method, string Target, string Body)
{
    /// <summary>The transaction that claims a repo.</summary>
    public static bool Claims(TableProxyCall call) => call.Body.Contains("\"RowKey\":\"c_", StringComparison.Ordinal);

    /// <summary>The transaction that makes a record and its key.</summary>
    public static bool Reserves(TableProxyCall call) => Writes(call, "Reserved") && call.Body.Contains("\"RowKey\":\"k_", StringComparison.Ordinal);

    /// <summary>The transaction that puts a photo into a draft.</summary>
    public static bool KeepsPhoto(TableProxyCall call) => call.Body.Contains("\"RowKey\":\"p_", StringComparison.Ordinal);

    /// <summary>The transaction that puts a thumbnail into a draft.</summary>
    public static bool KeepsThumbnail(TableProxyCall call) => Regex.IsMatch(call.Body, "\"RowKey\":\"p_[0-9a-f]{32}_00\"");

    public static bool Writes(TableProxyCall call, string state) => call.Body.Contains($"\"state\":\"{state}\"", StringComparison.Ordinal);

    /// <summary>Gives up a record of which nothing is left on the Hub.</summary>
    public static bool WritesFailedForGood(TableProxyCall call) => Writes(call, "Failed") && !call.Body.Contains("\"retain_until\"", StringComparison.Ordinal);

    /// <summary>A lease taken by whoever comes after the first driver.</summary>
    public static bool TakesOver(TableProxyCall call) => call.Body.Contains("\"lease_fence\":2", StringComparison.Ordinal);

    /// <summary>By itself or as a part of a transaction, whose parts carry whole addresses.</summary>
    public static bool RemovesRecord(TableProxyCall call) => call.Method == "DELETE"
        ? call.Target.Contains("RowKey='i_", StringComparison.Ordinal)
        : call.Body.Split("\r\n").Any(line => line.StartsWith("DELETE ", StringComparison.Ordinal) && Uri.UnescapeDataString(line).Contains("RowKey='i_", StringComparison.Ordinal));

    public static bool ReadsClaim(TableProxyCall call) => call.Method == "GET" && call.Target.Contains("RowKey='c_", StringComparison.Ordinal);
}
