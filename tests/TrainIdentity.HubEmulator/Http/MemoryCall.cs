using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>One call on its way to a server in memory, and the answer that comes of it.</summary>
internal sealed class MemoryCall : IDisposable
{
    private readonly Response _response = new();
    private readonly MemoryStream _answer = new();

    public MemoryCall(HttpRequestMessage request, MemoryStream body, bool hasBody, CancellationTokenSource connection)
    {
        Features.Set<IHttpRequestFeature>(RequestOf(request, body, hasBody));
        Features.Set<IHttpResponseFeature>(_response);
        Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_answer));
        Features.Set<IHttpRequestLifetimeFeature>(new Lifetime(connection));
        Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(hasBody));
    }

    public FeatureCollection Features { get; } = new FeatureCollection();

    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        await _response.StartAsync();
        var answer = new HttpResponseMessage((HttpStatusCode)_response.StatusCode) { RequestMessage = request, Content = new ByteArrayContent(_answer.ToArray()) };
        foreach (var (name, values) in _response.Headers)
        {
            IEnumerable<string?> texts = values;
            if (!answer.Headers.TryAddWithoutValidation(name, texts)) _ = answer.Content.Headers.TryAddWithoutValidation(name, texts);
        }
        return answer;
    }

    public void Dispose() => _answer.Dispose();

    private static HttpRequestFeature RequestOf(HttpRequestMessage request, MemoryStream body, bool hasBody)
    {
        var target = request.RequestUri!;
        var feature = new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Scheme = target.Scheme,
            Method = request.Method.Method,
            Path = Uri.UnescapeDataString(target.AbsolutePath),
            QueryString = target.Query,
            RawTarget = target.PathAndQuery,
            Body = body,
        };
        feature.Headers.Host = target.Authority;
        foreach (var (name, values) in request.Headers.NonValidated) feature.Headers[name] = values.ToArray();
        if (request.Content is not { } content) return feature;
        foreach (var (name, values) in content.Headers.NonValidated) feature.Headers[name] = values.ToArray();
        if (hasBody) feature.Headers.ContentLength = body.Length;
        return feature;
    }

    private sealed record Detection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class Lifetime(CancellationTokenSource connection) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = connection.Token;

        public void Abort() => connection.Cancel();
    }

    private sealed class Response : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

        public async Task StartAsync()
        {
            while (_starting.TryPop(out var next)) await next.Callback(next.State);
        }
    }
}
