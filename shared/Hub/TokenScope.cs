namespace TrainIdentity.Hub;

/// <summary>What a token may do in a namespace, and in words what it may not (hub-docs, security tokens; whoami-v2).</summary>
public sealed record TokenScope(string Owner, bool IsOrganisation, IReadOnlyList<string> Lacks)
{
    private static readonly string[] WritingRoles = ["admin", "write", "contributor"];

    public bool Suffices => Lacks.Count == 0;

    internal static TokenScope Read(WhoAmIAnswer who, string space, bool needsJobs)
    {
        var organisation = who.Orgs?.FirstOrDefault(org => org.Name == space);
        List<string> lacks = [];
        if (who.Name != space && organisation is null)
        {
            lacks.Add($"This token belongs to {who.Name}, who is not a member of {space}.");
        }
        if (organisation is not null && !WritingRoles.Contains(organisation.RoleInOrg))
        {
            lacks.Add($"The owner of this token may only read in {space}.");
        }
        if (organisation?.SecurityRestrictions is { Count: > 0 } restrictions)
        {
            lacks.Add($"{space} refuses this token until its rules are met: {string.Join(", ", restrictions)}.");
        }
        lacks.AddRange(OfRole(who.Auth?.AccessToken, space, needsJobs));
        return new TokenScope(who.Name ?? "", organisation is not null, lacks);
    }

    private static IEnumerable<string> OfRole(AccessTokenAnswer? token, string space, bool needsJobs)
    {
        if (token?.Role == "read")
        {
            yield return $"This token may only read, so it cannot create repos in {space}.";
        }
        if (token?.Role != "fineGrained")
        {
            yield break;
        }

        var owner = (token.FineGrained?.Scoped ?? []).Where(scope => scope.Entity is { Type: "user" or "org" } entity && entity.Name == space)
            .SelectMany(scope => scope.Permissions ?? []).ToHashSet();
        if (!owner.Contains("repo.write"))
        {
            yield return $"This token cannot create repos in {space}; give it repo.write there.";
        }
        if (needsJobs && !owner.Contains("job.write"))
        {
            yield return $"This token cannot start jobs in {space}; give it job.write there.";
        }
    }
}
