using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

/// <summary>The kinds of requests to the tables, each with what came of it: <c>insert 204</c>, <c>transaction of delete, replace 412</c>.</summary>
internal sealed partial class TableOperations
{
    private readonly ConcurrentDictionary<string, bool> _kinds = [];

    [GeneratedRegex(@"^(POST|PUT|PATCH|MERGE|DELETE) http", RegexOptions.Multiline)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3})", RegexOptions.Multiline)]
    private static partial Regex PartStatus();

    public IEnumerable<string> Kinds => _kinds.Keys.Order(StringComparer.Ordinal);

    public void Add(TableProxyCall call, int status, string answer) => _kinds[Kind(call, status, answer)] = true;

    private static string Kind(TableProxyCall call, int status, string answer)
    {
        if (call.Target.EndsWith("/$batch", StringComparison.Ordinal))
        {
            var parts = Parts().Matches(call.Body).Select(part => Name(part.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal);
            return $"transaction of {string.Join(", ", parts)} {PartStatus().Matches(answer).Select(part => part.Groups[1].Value).Max()}";
        }
        var path = call.Target.Split('?')[0];
        return path.EndsWith("/Tables", StringComparison.Ordinal) ? $"create table {status}"
            : call.Method == "GET" && !call.Target.Contains("RowKey='", StringComparison.Ordinal) ? $"query {status}"
            : $"{Name(call.Method)} {status}";
    }

    private static string Name(string method) => method switch { "POST" => "insert", "PUT" => "replace", "GET" => "get", "DELETE" => "delete", _ => method };
}
