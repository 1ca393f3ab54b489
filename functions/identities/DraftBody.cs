using System.Text.Json;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>Reads what a draft is opened with: <c>{identityName, consent, classWord?, profile?}</c>.</summary>
internal static class DraftBody
{
    public static async Task<(DraftRequest? Request, Problem? Problem)> ReadAsync(HttpRequest request, Terms terms, DateTimeOffset now, CancellationToken stop) =>
        UploadRequest.TryKey(request, out var key) ? await JsonBody.ReadAsync(request, body => Read(body, terms, key, now), stop) : (null, Problems.KeyInvalid);

    private static (DraftRequest? Request, Problem? Problem) Read(JsonElement body, Terms terms, string? key, DateTimeOffset now)
    {
        string? name = null, classWord = null, profile = null;
        ConsentInput? consent = null;
        foreach (var field in body.EnumerateObject())
        {
            var read = field.Name switch
            {
                "identityName" => JsonBody.TryText(field.Value, out name),
                "classWord" => JsonBody.TryText(field.Value, out classWord),
                "profile" => JsonBody.TryText(field.Value, out profile),
                "consent" => TryConsent(field.Value, out consent),
                _ => (bool?)null,
            };
            if (read is not true)
            {
                return (null, read is null ? Problems.UnknownField(field.Name) : JsonBody.NotOfItsType(field.Name));
            }
        }
        return Judge(name, classWord ?? TrainingPlan.DefaultClassWord, profile, terms, consent?.Given(terms.Consent, now), key);
    }

    private static (DraftRequest? Request, Problem? Problem) Judge(string? text, string classWord, string? profile, Terms terms, Consent? consent, string? key)
    {
        var wrong = new List<FieldProblem>();
        if (IdentityName.Read(text, out var name) is { } problem)
        {
            wrong.Add(Problems.At("/identityName", Problems.For(problem)));
        }
        if (!TrainingPlan.IsClassWord(classWord))
        {
            wrong.Add(Problems.At("/classWord", Problems.Malformed(
                $"classWord is at most {TrainingPlan.MaxClassWordChars} lower-case letters and spaces, such as person, woman or old man.")));
        }
        var chosen = profile is null ? terms.Profiles.Default : terms.Profiles.Find(profile);
        if (chosen is null)
        {
            wrong.Add(Problems.At("/profile", Problems.Malformed($"profile is one of: {string.Join(", ", terms.Profiles.All.Select(known => known.Name))}.")));
        }
        if (consent is null)
        {
            wrong.Add(Problems.At("/consent", Problems.ConsentRequired));
        }
        return wrong.Count > 0 ? (null, Problems.For(wrong)) : (new DraftRequest(name!, classWord, chosen!, consent!, key), null);
    }

    private static bool TryConsent(JsonElement value, out ConsentInput? consent)
    {
        consent = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? new ConsentInput(value.GetBoolean(), null, null) : null;
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return consent is not null;
        }

        string? version = null, subject = null;
        foreach (var field in value.EnumerateObject())
        {
            if (!(field.Name switch { "version" => JsonBody.TryText(field.Value, out version), "subject" => JsonBody.TryText(field.Value, out subject), _ => false }))
            {
                return false;
            }
        }
        consent = new ConsentInput(null, version, subject);
        return true;
    }
}
