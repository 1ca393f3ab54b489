using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;

namespace TrainIdentity.Hub;

/// <summary>
/// Every call to the Hub itself. The token goes to the Hub's own address and nowhere else: redirects are followed by
/// hand, and only to the same host.
/// </summary>
/// <param name="http">Without automatic redirects and without a timeout of its own.</param>
/// <param name="token">The token of this moment; asked for at every try, so that a rotation needs no restart.</param>
public sealed partial class HubHttp(HttpClient http, HubOptions options, Func<CancellationToken, ValueTask<string>> token, TimeProvider clock)
{
    [GeneratedRegex("<([^<>]{1,2000})>\\s*;\\s*rel=\"next\"", RegexOptions.NonBacktracking)]
    private static partial Regex NextLink();

    internal static readonly HubCall WhoAmI = new("whoami", HttpMethod.Get, "/api/whoami-v2") { PerTry = TimeSpan.FromSeconds(10) };

    private const string BadToken = "Invalid credentials";
    private const int MaxRedirects = 3;
    private const string PublicHost = "huggingface.co";
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromSeconds(8);

    public HubOptions Options => options;

    internal TimeProvider Clock => clock;

    internal ValueTask<string> TokenAsync(CancellationToken stop) => token(stop);

    /// <exception cref="HubException">Any answer that is neither 2xx nor expected by the call.</exception>
    internal async Task<HubAnswer> SendAsync(HubCall call, CancellationToken stop)
    {
        try
        {
            return await RepeatAsync(call, stop);
        }
        catch (HubException e) when (e.Status is HttpStatusCode.Unauthorized && call.Name != WhoAmI.Name && !e.Words.Contains(BadToken, StringComparison.OrdinalIgnoreCase))
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
                MaxRetryAttempts = Math.Max(1, call.Tries - 1),
                ShouldHandle = attempt => ValueTask.FromResult(
                    call.Tries > 1 && attempt.Outcome.Exception is HubException { Fault: HubFault.Unavailable or HubFault.RateLimited } e
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

    private static TimeSpan Backoff(int attempt)
    {
        var cap = Math.Min(FirstBackoff.TotalMilliseconds * Math.Pow(2, attempt), LastBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * cap);
    }

    private async Task<HubAnswer> TryOnceAsync(HubCall call, CancellationToken stop)
    {
        using var limit = new TimeLimit(call.PerTry, clock, stop);
        try
        {
            return await FollowAsync(call, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, call.Name, "no answer", e) { OutcomeUnknown = true };
        }
    }

    /// <summary>Opens an answer that is read as it comes. The caller ends it; nothing is repeated.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(HubCall call, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            using var request = await RequestAsync(call, new Uri(options.Endpoint, call.Path), limit);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }
            using (response)
            {
                throw HubErrors.Read(call, response.StatusCode, response.Headers, await BodyAsync(call, response, limit), clock.GetUtcNow());
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, call.Name, "no answer", e);
        }
    }

    private async Task<HubAnswer> FollowAsync(HubCall call, CancellationToken stop)
    {
        var address = new Uri(options.Endpoint, call.Path);
        for (var hop = 0; ; hop++)
        {
            using var request = await RequestAsync(call, address, stop);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if ((int)response.StatusCode is 301 or 302 or 307 or 308 && hop < MaxRedirects && !call.Expected.Contains(response.StatusCode))
            {
                address = SameHost(call, address, response);
                continue;
            }

            var body = await BodyAsync(call, response, stop);
            var answer = new HubAnswer(response.StatusCode, response.Headers, body);
            if (answer.Ok)
            {
                return answer;
            }

            // A busy 409 is no answer even where "exists already" is one: it says nothing about the repo.
            var refusal = HubErrors.Read(call, response.StatusCode, response.Headers, body, clock.GetUtcNow());
            return call.Expected.Contains(answer.Status) && refusal.Fault is not HubFault.Unavailable ? answer : throw refusal;
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(HubCall call, Uri address, CancellationToken stop)
    {
        var request = new HttpRequestMessage(call.Method, address) { Content = call.Body?.Invoke() };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(stop));
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        request.Headers.TryAddWithoutValidation("X-Amzn-Trace-Id", Guid.NewGuid().ToString());
        request.Headers.Range = call.Range;
        return request;
    }

    private static Uri SameHost(HubCall call, Uri from, HttpResponseMessage response)
    {
        var target = response.Headers.Location is { } location ? new Uri(from, location) : null;
        return target is not null && target.Scheme == from.Scheme && target.Authority == from.Authority
            ? target
            : throw new HubException(HubFault.BadResponse, call.Name, "a redirect to another host was refused") { Status = response.StatusCode, OutcomeUnknown = true };
    }

    private async Task<byte[]> BodyAsync(HubCall call, HttpResponseMessage response, CancellationToken stop)
    {
        var cap = call.MaxAnswerBytes ?? options.MaxAnswerBytes;
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream((int)Math.Min(response.Content.Headers.ContentLength ?? 1024, cap));
        var block = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(block, stop)) > 0;)
        {
            if (body.Length + read > cap)
            {
                throw new HubException(HubFault.BadResponse, call.Name, "the answer is too large") { Status = response.StatusCode, OutcomeUnknown = true };
            }
            body.Write(block, 0, read);
        }

        return body.ToArray();
    }
}
