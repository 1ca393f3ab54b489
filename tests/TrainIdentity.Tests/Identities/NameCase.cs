using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

/// <param name="Value">What becomes of the name, where it is changed.</param>
/// <param name="Code">Of the refusal; null when the name is taken.</param>
internal sealed record NameCase(string Id, string Name, string About, string? Slug, string? Value, string? Code)
{
    public const string Table = "names.json";

    public static IReadOnlyList<NameCase> All { get; } = CaseFile.Read<NameCase>(Table);

    public static NameCase Of(string id) => All.Single(one => one.Id == id);
}
