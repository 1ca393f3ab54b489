using System.Security.Cryptography;
using System.Text;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// What people agree to here. It names what the deployment does, so another setting that changes the text makes another
/// version by itself.
/// </summary>
public sealed class ConsentText
{
    public const string DefaultSubject = "permission";

    private const string Edition = "2";
    private const string Opening = "I have rights to these images and consent to training. Images stay private and are used only for model training.";

    public ConsentText(IReadOnlyList<TrainingProfile> profiles, PhotoRetention retention)
    {
        var bases = string.Join("; ", profiles.Select(Base).Distinct());
        Text = $"{Opening} They are stored and trained on at Hugging Face, on top of {bases}. {retention.Sentence}";
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
        Version = $"{Edition}-{Sha256[..8]}";
    }

    /// <summary>Who is shown: the uploader, somebody who allowed it, a child in the uploader's care, or a person who has died.</summary>
    public static IReadOnlyList<string> Subjects { get; } = ["self", "permission", "guardian", "estate"];

    public string Text { get; }

    public string Sha256 { get; }

    public string Version { get; }

    /// <returns>Null when the version is not ours or the subject is none of <see cref="Subjects"/>.</returns>
    public Consent? Given(string version, string subject, DateTimeOffset at) =>
        version == Version && Subjects.Contains(subject) ? new Consent(version, Sha256, subject, at) : null;

    private static string Base(TrainingProfile profile) =>
        $"{profile.BaseModel} ({(profile.Gated ? "gated, its terms accepted by the operator; " : "")}licence {profile.License}, which also governs the trained model)";
}
