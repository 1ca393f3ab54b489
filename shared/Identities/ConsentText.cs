using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.Identities;

/// <summary>What people agree to. A changed text is a new version.</summary>
public static class ConsentText
{
    public const string Version = "1";

    public const string Text =
        "I have rights to these images and consent to training. Images stay private and are used only for model training.";

    public const string DefaultSubject = "permission";

    /// <summary>Who is shown: the uploader, somebody who allowed it, a child in the uploader's care, or a person who has died.</summary>
    public static IReadOnlyList<string> Subjects { get; } = ["self", "permission", "guardian", "estate"];

    public static string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <returns>Null when the version is not ours or the subject is none of <see cref="Subjects"/>.</returns>
    public static Consent? Given(string version, string subject, DateTimeOffset at) =>
        version == Version && Subjects.Contains(subject) ? new Consent(version, Sha256, subject, at) : null;
}
