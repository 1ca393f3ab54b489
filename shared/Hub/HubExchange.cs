using System.Net.Http.Headers;

namespace TrainIdentity.Hub;

/// <summary>
/// One try of a call. The token goes to the Hub's own address and nowhere else: redirects are followed by hand, and only
/// to the same host. A token that the Hub refuses is renewed once, within the same try.
/// </summary>
internal sealed class HubExchange(HttpClient http, HubOptions options, HubToken token, TimeProvider clock)
{
    private const int MaxRedirects = 3;

    public HubPace Pace { get; } = new(options, clock);

    /// <exception cref="HubException">Any answer that is neither 2xx nor expected by the call.</exception>
    public Task<HubAnswer> SendAsync(HubCall call, CancellationToken stop) => WithTokenAsync(bearer => FollowAsync(call, bearer, stop), stop);

    /// <summary>Opens an answer that is read as it comes. The caller ends it.</summary>
    public Task<HttpResponseMessage> OpenAsync(HubCall call, CancellationToken stop) => WithTokenAsync(async bearer =>
    {
        var response = await OnceAsync(call, new Uri(options.Endpoint, call.Path), bearer, stop);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        using (response)
        {
            throw HubErrors.Read(call, response.StatusCode, response.Headers, await BodyAsync(call, response, stop), clock.GetUtcNow());
        }
    }, stop);

    /// <summary>A refused token had no effect, so a commit and the start of a job, too, may be sent again with another one.</summary>
    private async Task<T> WithTokenAsync<T>(Func<string, Task<T>> send, CancellationToken stop)
    {
        var bearer = await token.Current(stop);
        try
        {
            return await send(bearer);
        }
        catch (HubException e) when (HubErrors.IsBadToken(e))
        {
            var renewed = await token.Renewed(stop);
            if (renewed == bearer)
            {
                throw;
            }
            return await send(renewed);
        }
    }

    private async Task<HubAnswer> FollowAsync(HubCall call, string bearer, CancellationToken stop)
    {
        var address = new Uri(options.Endpoint, call.Path);
        for (var hop = 0; ; hop++)
        {
            using var response = await OnceAsync(call, address, bearer, stop);
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

    private async Task<HttpResponseMessage> OnceAsync(HubCall call, Uri address, string bearer, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, address) { Content = call.Body?.Invoke() };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        request.Headers.TryAddWithoutValidation("X-Amzn-Trace-Id", Guid.NewGuid().ToString());
        request.Headers.Range = call.Range;
        Pace.Sent();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        Pace.Answered(response.Headers);
        return response;
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
