using System.Text.Json;

namespace TrainIdentity.Training;

public sealed record ResultWeights
{
    public string? File { get; init; }

    public string? Sha256 { get; init; }

    public long Bytes { get; init; }
}

/// <summary>A picture the trainer says it made: a view of the person, or the thumbnail.</summary>
public sealed record ResultPicture
{
    public string? View { get; init; }

    public string? Path { get; init; }

    public string? Sha256 { get; init; }

    public long Bytes { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }
}

/// <summary>What the trainer left in <c>training_result.json</c>. A claim, not a fact: the weights are verified apart.</summary>
public sealed record TrainingResult
{
    public const string Path = "training_result.json";
    public const int MaxBytes = 64 << 10;

    public string? Status { get; init; }

    public int Attempt { get; init; }

    public string? JobId { get; init; }

    public string? Code { get; init; }

    public ResultWeights? Weights { get; init; }

    public IReadOnlyList<ResultPicture>? Previews { get; init; }

    public ResultPicture? Thumbnail { get; init; }

    public bool Succeeded => Status == "succeeded";

    public bool Failed => Status == "failed";

    public bool IsOf(int attempt, string? job) => Attempt == attempt && JobId == job;

    /// <returns>Null for anything that is not a result; a half-written or hostile file is no news.</returns>
    public static TrainingResult? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
