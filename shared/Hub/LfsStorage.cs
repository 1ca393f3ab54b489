using System.Net;
using System.Text;
using Polly;
using Polly.Retry;

namespace TrainIdentity.Hub;

/// <summary>PUTs to presigned addresses. This client has never seen a token, so none can reach storage.</summary>
/// <param name="http">Without redirects, default headers and a timeout of its own.</param>
public sealed class LfsStorage(HttpClient http, HubOptions options, bool local, TimeProvider clock)
{
    private const int MaxRefusalBytes = 4096;
    private const int Tries = 5;
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(180);

    private readonly PutTurns _turns = new(options, clock);

    /// <summary>Sends a stretch of the content, again and again if the line is bad.</summary>
    /// <returns>The <c>ETag</c> exactly as storage wrote it, quotes included; null when it gave none.</returns>
    internal async Task<string?> PutAsync(string href, IReadOnlyDictionary<string, string>? headers, LfsContent content, long from, long count, CancellationToken stop)
    {
        var address = StorageAddress.Checked(href, "put", options, local);
        return await Retries().ExecuteAsync(
            async limit =>
            {
                using var turn = await _turns.TakeAsync(limit);
                return await TryPutAsync(address, headers, content, from, count, limit);
            }, stop);
    }

    /// <summary>Puts the parts of an upload together. The address is signed and wants no token.</summary>
    internal async Task CompleteAsync(Uri address, byte[] body, CancellationToken stop) =>
        await Retries().ExecuteAsync(async limit =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = HubContent.Bytes(body, HubContent.GitLfs) };
            request.Headers.TryAddWithoutValidation("Accept", HubContent.GitLfs);
            using var alarm = new TimeLimit(options.CompletionTime, clock, limit);
            await SendAsync("complete", request, alarm, limit);
            return true;
        }, stop);

    private ResiliencePipeline Retries()
    {
        var began = clock.GetTimestamp();
        return new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(0.5),
                MaxDelay = TimeSpan.FromSeconds(8),
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is HubException { Fault: HubFault.Unavailable } && clock.GetElapsedTime(began) < Total),
            })
            .Build();
    }

    private async Task<string?> TryPutAsync(Uri address, IReadOnlyDictionary<string, string>? headers, LfsContent content, long from, long count, CancellationToken stop)
    {
        using var alarm = new TimeLimit(options.StorageStall, clock, stop);
        using var request = new HttpRequestMessage(HttpMethod.Put, address)
        {
            Content = new SteadyContent(content.Open(), from, count, alarm, options.StorageStall),
        };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
        {
            if (!string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return await SendAsync("put", request, alarm, stop);
    }

    private async Task<string?> SendAsync(string call, HttpRequestMessage request, TimeLimit alarm, CancellationToken stop)
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, alarm.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(call, response, alarm.Token);
            }
            return response.Headers.NonValidated.TryGetValues("ETag", out var tags) ? tags.ToString() : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, call, "storage gave no answer", e);
        }
    }

    private static async Task<HubException> RefusalAsync(string call, HttpResponseMessage response, CancellationToken stop)
    {
        var block = new byte[MaxRefusalBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var read = await stream.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, stop);
        return new HubException(Classify(response.StatusCode, Encoding.UTF8.GetString(block, 0, read)), call, $"storage answered {(int)response.StatusCode}")
        {
            Status = response.StatusCode,
        };
    }

    private static HubFault Classify(HttpStatusCode status, string text) => (int)status switch
    {
        // S3 reports a connection that was too slow as 400 RequestTimeout.
        400 when text.Contains("<Code>RequestTimeout</Code>", StringComparison.Ordinal) => HubFault.Unavailable,

        // S3's "not implemented" for a chunked or empty PUT: sending it again would not help.
        501 => HubFault.Refused,
        408 or 429 or >= 500 => HubFault.Unavailable,
        403 => HubFault.Auth,
        _ => HubFault.Refused,
    };
}
