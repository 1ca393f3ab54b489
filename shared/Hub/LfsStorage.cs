using System.Text;
using Polly;
using Polly.Retry;

namespace TrainIdentity.Hub;

/// <summary>PUTs to presigned addresses. This client has never seen a token, so none can reach storage.</summary>
/// <param name="http">Without redirects, default headers and a timeout of its own.</param>
public sealed class LfsStorage(HttpClient http, HubOptions options, bool local, TimeProvider clock)
{
    private const int MaxRefusalBytes = 4096;

    private readonly ResiliencePipeline _retries = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 4,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(0.5),
            MaxDelay = TimeSpan.FromSeconds(8),
            ShouldHandle = new PredicateBuilder().Handle<HubException>(e => e.Fault is HubFault.Unavailable),
        })
        .Build();

    internal async Task PutAsync(LfsAction upload, LfsContent content, CancellationToken stop)
    {
        var address = Checked(upload.Href!);
        await _retries.ExecuteAsync(async limit => await TryPutAsync(address, upload.Header, content, limit), stop);
    }

    private async Task TryPutAsync(Uri address, IReadOnlyDictionary<string, string>? headers, LfsContent content, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.StorageStall + TimeSpan.FromSeconds((double)content.Size / options.StorageBytesPerSecond));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StreamContent(content.Open(), 128 << 10) };

            // S3 answers 501 to a chunked PUT.
            request.Content.Headers.ContentLength = content.Size;
            foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            {
                if (!string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value))
                {
                    request.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, limit.Token);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, "put", "storage gave no answer", e);
        }
    }

    private static async Task<HubException> RefusalAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var block = new byte[MaxRefusalBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var read = await stream.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, stop);
        var text = Encoding.UTF8.GetString(block, 0, read);
        var status = (int)response.StatusCode;
        var fault = status switch
        {
            // S3 reports a connection that was too slow as 400 RequestTimeout.
            400 when text.Contains("<Code>RequestTimeout</Code>", StringComparison.Ordinal) => HubFault.Unavailable,
            408 or 429 or >= 500 => HubFault.Unavailable,
            403 => HubFault.Auth,
            _ => HubFault.Refused,
        };
        return new HubException(fault, "put", $"storage answered {status}") { Status = response.StatusCode };
    }

    private Uri Checked(string href) =>
        Uri.TryCreate(href, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (local && address.IsLoopback))
            ? address
            : throw new HubException(HubFault.BadResponse, "put", "the storage address is not an https address");
}
