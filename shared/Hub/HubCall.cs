using System.Net;
using System.Net.Http.Headers;

namespace TrainIdentity.Hub;

/// <summary>One kind of call: where it goes, how long a try may take, and whether it may be tried again.</summary>
internal sealed record HubCall(string Name, HttpMethod Method, string Path)
{
    /// <summary>Made anew for every try: content cannot be sent twice.</summary>
    public Func<HttpContent>? Body { get; init; }

    public TimeSpan PerTry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>1 for what must not be repeated blindly: commits and job starts.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>A busy 409 is asked again within <see cref="Total"/> however often it comes.</summary>
    public bool WaitsItsTurn { get; init; }

    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Refusals that are answers to this call and not errors.</summary>
    public IReadOnlyList<HttpStatusCode> Expected { get; init; } = [];

    public string Accept { get; init; } = "application/json";

    public RangeHeaderValue? Range { get; init; }

    public int? MaxAnswerBytes { get; init; }
}

internal sealed record HubAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body)
{
    public bool Ok => (int)Status is >= 200 and < 300;
}
