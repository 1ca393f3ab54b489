using System.Text.Json;

namespace TrainIdentity.Tests.Rig;

/// <summary>A table of cases in <c>Cases/</c>, one object a case. A member that nobody reads is a mistake in the table.</summary>
internal static class CaseFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static IReadOnlyList<T> Read<T>(string name) =>
        JsonSerializer.Deserialize<List<T>>(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "TrainIdentity.Tests", "Cases", name)), Options)!;

    /// <summary>The ids of a table, for a theory.</summary>
    public static TheoryData<string> Ids<T>(string name, Func<T, string> id)
    {
        var ids = Read<T>(name).Select(id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        return [.. ids];
    }
}
