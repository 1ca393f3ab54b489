using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Auth;

/// <summary>How to make one token and one request with it, and what the service must answer. What is not said is as in a good one.</summary>
internal sealed record TokenCase
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public required string Id { get; init; }

    public required string What { get; init; }

    /// <summary>One of <see cref="TokenIssuers"/>.</summary>
    public string Issuer { get; init; } = "rsa";

    /// <summary>An object changes members of the usual one, null removes them; a text is the whole JSON to the letter.</summary>
    public JsonNode? Header { get; init; }

    /// <inheritdoc cref="Header"/>
    public JsonNode? Payload { get; init; }

    /// <summary>A key of <see cref="TokenMint"/>.</summary>
    public string Key { get; init; } = "own";

    /// <summary>What is really signed with, whatever the header says.</summary>
    public string? Sign { get; init; }

    /// <summary>What <see cref="TokenTampering"/> does once it is signed.</summary>
    public string Tamper { get; init; } = "";

    /// <summary>The lines that carry the token.</summary>
    public IReadOnlyList<string> Lines { get; init; } = ["Authorization: Bearer {token}"];

    public string Query { get; init; } = "";

    /// <summary>A form instead of photos.</summary>
    public string? Form { get; init; }

    public int Status { get; init; } = 401;

    public string? Code { get; init; } = "token_invalid";

    /// <summary>The one other status that will do, without a code: some cases are refused by whoever stands in front.</summary>
    public int? OrStatus { get; init; }

    public static IReadOnlyDictionary<string, TokenCase> Read(string file) =>
        JsonSerializer.Deserialize<TokenCase[]>(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "TrainIdentity.Tests", "Cases", file)), Reading)!.ToDictionary(one => one.Id);
}
