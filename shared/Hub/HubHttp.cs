using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Polly;
using Polly.Retry;

namespace TrainIdentity.Hub;

/// <summary>Every call to the Hub itself: what is tried again, what a 401 means, and how answers and their lists are read.</summary>
/// <param name="http">Without automatic redirects and without a timeout of its own.</param>
/// <param name="telemetry">Null where nobody measures.</param>
public sealed partial class HubHttp(HttpClient http, HubOptions options, HubToken token, TimeProvider clock, Telemetry? telemetry = null)
{
    [GeneratedRegex("<([^<>]{1,2000})>\\s*;\\s*rel=\"next\"")]
    private static partial Regex NextLink();

    internal static readonly HubCall WhoAmI = new("whoami", HttpMethod.Get, "/api/whoami-v2") { PerTry = TimeSpan.FromSeconds(10) };

    private const string PublicHost = "huggingface.co";
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromSeconds(8);

    private readonly HubExchange _exchange = new(http, options, token, clock);

    public HubOptions Options => options;

    public HubPace Pace => _exchange.Pace;

    internal TimeProvider Clock => clock;

    internal ValueTask<string> TokenAsync(CancellationToken stop) => token.Current(stop);

    /// <exception cref="HubException">Any answer that is neither 2xx nor expected by the call.</exception>
    internal async Task<HubAnswer> SendAsync(HubCall call, CancellationToken stop)
    {
        try
        {
            return await RepeatAsync(call, stop);
        }
        catch (HubException e) when (e.Status is HttpStatusCode.Unauthorized && call.Name != WhoAmI.Name && !HubErrors.IsBadToken(e))
        {
            // The Hub says 401 for what is not there, too; only a token that still counts elsewhere tells the two apart.
            await RepeatAsync(WhoAmI, stop);
            throw new HubException(HubFault.RepoMissing, call.Name, "401 although the token counts: nothing there to see", e) { Status = e.Status, RequestId = e.RequestId };
        }
    }

    private async Task<HubAnswer> RepeatAsync(HubCall call, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var retries = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = attempt => ValueTask.FromResult(
                    call.Tries > 1 && attempt.Outcome.Exception is HubException { Fault: HubFault.Unavailable or HubFault.RateLimited } e
                    && (attempt.AttemptNumber + 1 < call.Tries || (call.WaitsItsTurn && IsBusy(e)))
                    && clock.GetElapsedTime(began) + (e.RetryAfter ?? TimeSpan.Zero) < call.Total),
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(
                    (attempt.Outcome.Exception as HubException)?.RetryAfter ?? Backoff(attempt.AttemptNumber)),
            })
            .Build();
        return await retries.ExecuteAsync(async limit => await TryOnceAsync(call, limit), stop);
    }

    /// <summary>
    /// An address the Hub gave for itself. Behind a proxy it still names its public host, which official clients rewrite to
    /// the endpoint they were given (huggingface_hub, <c>lfs.py</c>); any other host is refused.
    /// </summary>
    internal Uri OnHub(string call, string href)
    {
        var address = new Uri(options.Endpoint, href);
        return address.Authority == options.Endpoint.Authority ? address
            : address.Host == PublicHost ? new Uri(options.Endpoint, address.PathAndQuery)
            : throw new HubException(HubFault.BadResponse, call, "an address is on another host");
    }

    /// <returns>Where the list goes on, on this host; null at its end.</returns>
    internal string? NextPage(HubCall call, HubAnswer answer) =>
        answer.Headers.TryGetValues("Link", out var links) && NextLink().Match(string.Join(',', links)) is { Success: true } link
            ? OnHub(call.Name, link.Groups[1].Value).PathAndQuery
            : null;

    /// <summary>Sends and reads a JSON answer, which must be one.</summary>
    internal async Task<T> JsonAsync<T>(HubCall call, JsonTypeInfo<T> type, CancellationToken stop) =>
        Parse(call, await SendAsync(call, stop), type);

    internal static T Parse<T>(HubCall call, HubAnswer answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new HubException(HubFault.BadResponse, call.Name, "the answer is not the JSON that was expected", e) { OutcomeUnknown = true };
        }
    }

    /// <summary>One of a crowd of creations: its turn comes within the total, however often the Hub is found busy before.</summary>
    private static bool IsBusy(HubException e) => e.Status is HttpStatusCode.Conflict;

    private static TimeSpan Backoff(int attempt)
    {
        var cap = Math.Min(FirstBackoff.TotalMilliseconds * Math.Pow(2, attempt), LastBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * cap);
    }

    private async Task<HubAnswer> TryOnceAsync(HubCall call, CancellationToken stop)
    {
        using var limit = new TimeLimit(call.PerTry, clock, stop);
        using var span = Traces.Start("hub");
        span?.SetTag("hub.call", call.Name);
        var (began, outcome) = (clock.GetTimestamp(), "ok");
        try
        {
            return await _exchange.SendAsync(call, limit.Token);
        }
        catch (HubException e)
        {
            outcome = e.Fault.ToString();
            throw;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            outcome = nameof(HubFault.Unavailable);
            throw new HubException(HubFault.Unavailable, call.Name, "no answer", e) { OutcomeUnknown = true };
        }
        finally
        {
            span?.SetTag("error.type", outcome is "ok" ? null : outcome);
            telemetry?.HubAnswered(call.Name, outcome, clock.GetElapsedTime(began));
        }
    }

    /// <summary>Opens an answer that is read as it comes. The caller ends it; nothing is repeated.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(HubCall call, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            return await _exchange.OpenAsync(call, limit);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, call.Name, "no answer", e);
        }
    }
}
