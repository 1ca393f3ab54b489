using System.Text.Json;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>Reads what an identity is renamed with: <c>{identityName}</c>.</summary>
internal static class RenameBody
{
    public static Task<(IdentityName? Name, Problem? Problem)> ReadAsync(HttpRequest request, CancellationToken stop) => JsonBody.ReadAsync(request, Read, stop);

    private static (IdentityName? Name, Problem? Problem) Read(JsonElement body)
    {
        string? text = null;
        foreach (var field in body.EnumerateObject())
        {
            if (field.Name != "identityName")
            {
                return (null, Problems.UnknownField(field.Name));
            }
            if (!JsonBody.TryText(field.Value, out text))
            {
                return (null, JsonBody.NotOfItsType(field.Name));
            }
        }
        return IdentityName.Read(text, out var name) is { } problem ? (null, Problems.For([Problems.At("/identityName", Problems.For(problem))])) : (name, null);
    }
}
