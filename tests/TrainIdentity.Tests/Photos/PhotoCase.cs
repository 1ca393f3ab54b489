using System.Text.Json;
using System.Text.Json.Serialization;
using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

/// <summary>One photo of Cases/photos.</summary>
internal sealed record PhotoCase
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Folder { get; } = Path.Combine(Checkout.Root, "tests", "TrainIdentity.Tests", "Cases", "photos");

    /// <summary>Shown as the name of the test.</summary>
    public required string Id { get; init; }

    /// <summary>See <see cref="Recipe"/>.</summary>
    public required string Build { get; init; }

    /// <summary>Why the photo is refused, in the words of the HTTP contract.</summary>
    public string? Code { get; init; }

    /// <summary>What the refusal must say.</summary>
    public string? Says { get; init; }

    /// <summary>The recipe of what is left of an accepted photo; null for every byte.</summary>
    public string? Cleaned { get; init; }

    public PhotoRemovals Removed { get; init; }

    public byte[] Bytes => Recipe.Build(Build);

    public static IReadOnlyDictionary<string, PhotoCase> Read(string file)
    {
        var text = File.ReadAllBytes(Path.Combine(Folder, file));
        return JsonSerializer.Deserialize<List<PhotoCase>>(text, Json)!.ToDictionary(one => one.Id);
    }
}
