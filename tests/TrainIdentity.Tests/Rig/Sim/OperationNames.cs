using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Names what a host does to the outside, as people would.</summary>
internal static partial class OperationNames
{
    private static readonly (string Method, Regex Path, string Name)[] Hub =
    [
        ("GET", new("^/api/whoami-v2$"), "hub:whoami"),
        ("POST", new("^/api/repos/create$"), "hub:create"),
        ("DELETE", new("^/api/repos/delete$"), "hub:delete"),
        ("POST", new("^/api/repos/move$"), "hub:move"),
        ("PUT", new("/settings$"), "hub:settings"),
        ("POST", new("/preupload/[^/]+$"), "hub:preupload"),
        ("POST", new("/info/lfs/objects/batch$"), "hub:batch"),
        ("POST", new("/info/lfs/objects/verify$"), "hub:verify"),
        ("POST", new("/commit/[^/]+$"), "hub:commit"),
        ("GET", new("/lfs-files$"), "hub:lfs-files"),
        ("POST", new("/lfs-files/batch$"), "hub:lfs-files.delete"),
        ("GET", new("/tree/"), "hub:tree"),
        ("POST", new("/paths-info/"), "hub:paths"),
        ("GET", new("/commits/"), "hub:history"),
        ("", new("/resolve/"), "hub:resolve"),
        ("GET", new("^/api/resolve-cache/"), "hub:resolve.cached"),
        ("GET", new("^/api/jobs/[^/]+$"), "hub:jobs.list"),
        ("POST", new("^/api/jobs/[^/]+$"), "hub:jobs.start"),
        ("POST", new("^/api/jobs/.+/cancel$"), "hub:jobs.cancel"),
        ("GET", new("^/api/jobs/.+/logs$"), "hub:jobs.logs"),
        ("GET", new("^/api/jobs/[^/]+/[^/]+$"), "hub:jobs.get"),
        ("GET", new("^/api/models/[^/]+/[^/]+$"), "hub:info"),
        ("GET", new("^/api/models$"), "hub:repos.list"),
    ];

    public static string Of(HttpMethod method, Uri address, bool storage)
    {
        if (storage)
        {
            return $"storage:{method.Method.ToLowerInvariant()}";
        }
        var path = address.AbsolutePath;
        return Hub.FirstOrDefault(known => (known.Method.Length == 0 || known.Method == method.Method) && known.Path.IsMatch(path)).Name
            ?? $"hub:{method.Method.ToLowerInvariant()} {path}";
    }

    /// <summary>Such as <c>table:add.claim+item</c> for a claim with its first work item.</summary>
    public static string Of(TableCall call) => call.Operation switch
    {
        "Create" => "table:create",
        "Query" => call.Partition is { } partition ? $"table:query.{Kind(partition)}" : "table:query",
        "Transaction" => $"table:write.{Kinds(call)}",
        _ => $"table:{call.Operation.ToLowerInvariant()}.{Kinds(call)}",
    };

    private static string Kinds(TableCall call) => call.Partition is "g" ? "service" : string.Join('+', call.Rows.Select(Kind).Distinct().Order(StringComparer.Ordinal));

    private static string Kind(string key) => key switch
    {
        ['i', '_', ..] => "record",
        ['k', '_', ..] => "key",
        ['p', '_', .., '_', '0', '0'] => "thumbnail",
        ['p', '_', ..] => "photo",
        ['c', '_', ..] => "claim",
        ['t', '_', ..] => "item",
        ['x', '_', ..] => "tombstone",
        ['b', '_', ..] => "due",
        ['u', '_', ..] => "owner",
        "q" => "quota",
        _ => "other",
    };
}
