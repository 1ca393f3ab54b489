using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>An answer of the table service: a status, its date, cut to the second, and the row's ETag.</summary>
internal sealed class MemoryResponse(int status, DateTimeOffset now, ETag? tag = null) : Response
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Date"] = now.ToUniversalTime().ToString("R"),
        ["x-ms-version"] = "2020-12-06",
    };

    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose()
    {
    }

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
        [.. _headers.Select(header => new HttpHeader(header.Key, header.Value)), .. tag is { } set ? [new HttpHeader("ETag", set.ToString("H"))] : Array.Empty<HttpHeader>()];

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = name.Equals("ETag", StringComparison.OrdinalIgnoreCase) ? tag?.ToString("H") : _headers.GetValueOrDefault(name);
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}

/// <summary>What the client gives for a row that is not there.</summary>
internal sealed class NoRow<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException("There is no such row.");

    public override Response GetRawResponse() => response;
}
