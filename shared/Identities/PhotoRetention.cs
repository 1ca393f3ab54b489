using System.Globalization;

namespace TrainIdentity.Identities;

public sealed class RetentionOptions
{
    /// <summary>What happens to the photos once there is a model: <c>keep</c>, <c>afterTraining</c> or <c>days:N</c>.</summary>
    public string Photos { get; set; } = PhotoRetention.Keep.ToString();
}

/// <summary>
/// How long photos stay beside the model that was trained on them. The record keeps the policy its owner agreed to; another
/// setting counts for later identities only.
/// </summary>
/// <param name="Days">After the training; null to keep them as long as the identity.</param>
public sealed record PhotoRetention(int? Days)
{
    private const string KeepWord = "keep";
    private const string AfterTrainingWord = "afterTraining";
    private const string DaysWord = "days:";
    private const int MaxDays = 3650;

    public static PhotoRetention Keep { get; } = new((int?)null);

    public static PhotoRetention AfterTraining { get; } = new(0);

    public static PhotoRetention? Parse(string text) => text switch
    {
        KeepWord => Keep,
        AfterTrainingWord => AfterTraining,
        _ => text.StartsWith(DaysWord, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(DaysWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MaxDays
            ? new PhotoRetention(days)
            : null,
    };

    public DateTimeOffset? EndsAt(DateTimeOffset trainedAt) => Days is { } days ? trainedAt + TimeSpan.FromDays(days) : null;

    /// <summary>As people are told.</summary>
    public string Sentence => Days switch
    {
        null => "The photos are kept beside the model until I delete it.",
        0 => "The photos are removed for good as soon as the model is trained; the model, its pictures and a small preview stay until I delete it.",
        1 => "The photos are removed for good a day after the training; the model, its pictures and a small preview stay until I delete it.",
        var days => string.Create(CultureInfo.InvariantCulture, $"The photos are removed for good {days} days after the training; the model, its pictures and a small preview stay until I delete it."),
    };

    public override string ToString() => Days switch
    {
        null => KeepWord,
        0 => AfterTrainingWord,
        var days => string.Create(CultureInfo.InvariantCulture, $"{DaysWord}{days}"),
    };
}
