namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Type (<c>model</c>, <c>dataset</c> or <c>space</c>), namespace and name.</summary>
internal readonly record struct RepoKey(string Type, string Space, string Name)
{
    public const string Types = "regex(^(models|datasets|spaces)$)";
    public const string PageTypes = "regex(^(datasets|spaces)$)";

    /// <summary><c>ns/name</c>.</summary>
    public string Id => $"{Space}/{Name}";

    /// <summary>Between host and id in web, git and download addresses.</summary>
    public string Prefix => Type is "model" ? "" : $"{Type}s/";

    public static RepoKey Of(HttpContext http)
    {
        var values = http.Request.RouteValues;
        var types = values["types"] as string ?? "models";
        return new(types[..^1], (string)values["ns"]!, (string)values["name"]!);
    }

    public static RepoKey? Parse(string type, string? id) =>
        id?.Split('/') is [{ Length: > 0 } space, { Length: > 0 } name] ? new(type, space, name) : null;
}
