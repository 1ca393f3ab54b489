using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.Training;

/// <summary>All profiles that may be asked for by name: the built-in ones, and an operator's own.</summary>
public sealed class TrainingProfiles
{
    private const string Resource = "profiles.json";

    public TrainingProfiles(TrainingOptions options)
    {
        All = [.. Parse(BuiltInText, options.Profiles).Select(profile => Adjusted(profile, options))];
        Default = Find(options.DefaultProfile) ?? throw new InvalidOperationException("The default profile is none of the profiles.");
    }

    /// <summary>The original's values: 1000 steps, 4e-4, 512 pixels.</summary>
    public static TrainingProfile Original { get; } = Parse(BuiltInText, "")[0];

    public IReadOnlyList<TrainingProfile> All { get; }

    /// <summary>For requests that name none, the original's among them.</summary>
    public TrainingProfile Default { get; }

    private static string BuiltInText
    {
        get
        {
            using var text = new StreamReader(typeof(TrainingProfiles).Assembly.GetManifestResourceStream(Resource)!);
            return text.ReadToEnd();
        }
    }

    public TrainingProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    /// <summary>What is wrong with the operator's settings; nothing else of the profiles may be asked before there is nothing.</summary>
    public static IEnumerable<string> Faults(TrainingOptions options)
    {
        IReadOnlyList<TrainingProfile> all;
        try
        {
            all = Parse(BuiltInText, options.Profiles);
        }
        catch (InvalidDataException e)
        {
            return [e.Message];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return ["Training__Profiles must be a JSON list of profiles, each with a name, and with from or every value (docs/training.md)."];
        }

        var faults = all.Select(profile => Adjusted(profile, options)).SelectMany(profile => profile.Faults()).ToList();
        if (all.All(profile => profile.Name != options.DefaultProfile))
        {
            faults.Add($"Training__DefaultProfile must be one of {string.Join(", ", all.Select(profile => profile.Name))}.");
        }
        return faults;
    }

    private static TrainingProfile Adjusted(TrainingProfile profile, TrainingOptions options)
    {
        var minutes = options.Timeout is { } timeout ? (int)Math.Ceiling(timeout.TotalMinutes) : profile.TimeoutMinutes;
        var usual = options.Timeout is null ? profile.UsualMinutes : Math.Min(profile.UsualMinutes, minutes);
        return profile with { Flavor = options.Flavor is { Length: > 0 } flavor ? flavor : profile.Flavor, TimeoutMinutes = minutes, UsualMinutes = usual };
    }

    /// <summary>A profile has the values of the one it is from, which stands before it; one of a name that is there takes its place.</summary>
    private static List<TrainingProfile> Parse(string builtIn, string own)
    {
        List<JsonObject> known = [];
        foreach (var given in Objects(builtIn).Concat(own.Length > 0 ? Objects(own) : []))
        {
            var merged = new JsonObject();
            if ((string?)given["from"] is { } from)
            {
                var model = known.FirstOrDefault(profile => (string?)profile["name"] == from)
                    ?? throw new InvalidDataException($"Profile {(string?)given["name"]}: from must name a profile that stands before it, and {from} does not.");
                foreach (var (key, value) in model.Where(field => field.Key != "name"))
                {
                    merged[key] = value?.DeepClone();
                }
            }
            foreach (var (key, value) in given.Where(field => field.Key != "from"))
            {
                merged[key] = value?.DeepClone();
            }

            var at = known.FindIndex(profile => (string?)profile["name"] == (string?)merged["name"]);
            if (at < 0)
            {
                known.Add(merged);
            }
            else
            {
                known[at] = merged;
            }
        }
        return [.. known.Select(Read)];
    }

    private static TrainingProfile Read(JsonObject profile)
    {
        try
        {
            return profile.Deserialize(ProfileJson.Default.TrainingProfile) ?? throw new JsonException();
        }
        catch (JsonException e) when ((string?)profile["name"] is { } name)
        {
            throw new InvalidDataException(e.Path is null or "$"
                ? $"Profile {name}: a value is missing; give from, or every value (docs/training.md)."
                : $"Profile {name}: {e.Path.TrimStart('$', '.')} is no field of a profile, or its value is not of the right kind (docs/training.md).", e);
        }
    }

    private static IEnumerable<JsonObject> Objects(string text) =>
        (JsonNode.Parse(text) as JsonArray ?? throw new JsonException()).Select(one => one as JsonObject ?? throw new JsonException());
}
