using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.HubEmulator.Faults;

/// <summary>What goes wrong. Names in JSON are in kebab case.</summary>
public enum FaultKind
{
    /// <summary>Answer <see cref="Fault.Status"/> and do nothing.</summary>
    Status,

    /// <summary>429 with <c>r=0;t=2</c>.</summary>
    RateLimit,

    /// <summary>409 for a concurrent operation that is to be repeated.</summary>
    Busy,

    /// <summary>409 of a creation race, without an address.</summary>
    ExistsWithoutUrl,

    /// <summary>412.</summary>
    StaleParent,

    /// <summary>Private storage is full; 403 unless <see cref="Fault.Status"/> says otherwise.</summary>
    Quota,

    /// <summary>An HTML page, as a proxy would answer; 502 unless <see cref="Fault.Status"/> says otherwise.</summary>
    Html,

    /// <summary>Do it, then answer <see cref="Fault.Status"/>.</summary>
    ErrorAfterEffect,

    /// <summary>Cut the connection, before or after the effect.</summary>
    Cut,

    /// <summary>Cut the connection once <see cref="Fault.Bytes"/> bytes of the request body were read.</summary>
    CutBody,

    /// <summary>Wait <see cref="Fault.Delay"/> first, or before answering.</summary>
    Delay,

    /// <summary>Wait until the faults are cleared.</summary>
    Hold,

    /// <summary>401 for a token that is no good any more.</summary>
    TokenRevoked,

    /// <summary>The repo is renamed just before the call, which is sent after it with a relative 307.</summary>
    Renamed,

    /// <summary>Storage's 400 <c>RequestTimeout</c>.</summary>
    S3Timeout,

    /// <summary>Addresses of storage that are expired from the start (batch), or on use (put, complete, download).</summary>
    ExpireUrls,

    /// <summary>No <c>ETag</c> in the answer to a PUT.</summary>
    DropEtag,

    /// <summary>Each object of a batch is refused with 422, the call as a whole not.</summary>
    BatchObjectError,

    /// <summary>Claims that an object is stored, and has it no longer.</summary>
    LoseObject,

    /// <summary>The repo comes out public whatever was asked for.</summary>
    Public,

    /// <summary>The job started by this call stays in SCHEDULING until it is canceled.</summary>
    Stuck,

    /// <summary>A stream of events that ends after <see cref="Fault.Delay"/>, whatever was still to come.</summary>
    CloseStream,

    /// <summary>A webhook delivery that is never made.</summary>
    Lose,

    /// <summary>A webhook delivery that is made twice.</summary>
    Duplicate,
}

/// <summary>A failure for the next calls of one route.</summary>
/// <param name="Route">One of the route names, such as <c>commit</c>.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Times">Calls it strikes.</param>
/// <param name="Status">To answer with, where the kind does not say.</param>
/// <param name="Body">Text to answer; an error in the Hub's form when null.</param>
/// <param name="Headers">To answer with besides the usual.</param>
/// <param name="Bytes">How much of the request body gets through before it is cut.</param>
/// <param name="Milliseconds">Of delay, or of a stream's life.</param>
/// <param name="After">For cut, delay and hold: once the effect has happened instead of before.</param>
public sealed record Fault(
    string Route,
    [property: JsonPropertyName("fault")] FaultKind Kind,
    int Times = 1,
    int? Status = null,
    string? Body = null,
    IReadOnlyDictionary<string, string>? Headers = null,
    long Bytes = 0,
    int Milliseconds = 0,
    bool After = false)
{
    [JsonIgnore]
    public TimeSpan Delay => TimeSpan.FromMilliseconds(Milliseconds);
}

internal sealed class FaultKindNames() : JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(FaultKindNames)])]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
internal sealed partial class FaultJson : JsonSerializerContext;
