using Yarp.ReverseProxy.Forwarder;

namespace TrainIdentity.LocalHost;

/// <summary>The headers a proxied call carries behind the real host.</summary>
internal sealed class HostHeaders : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var invocation = Guid.NewGuid().ToString();
        proxyRequest.Headers.Host = null;
        Overwrite(proxyRequest, "X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Overwrite(proxyRequest, "X-Forwarded-Host", httpContext.Request.Host.Value);
        Overwrite(proxyRequest, "X-Forwarded-Proto", httpContext.Request.Scheme);
        Overwrite(proxyRequest, "X-Forwarded-Prefix", null);
        Overwrite(proxyRequest, "X-Azure-Functions-InvocationId", invocation);
        Overwrite(proxyRequest, "X-Azure-Functions-HostVersion", HostVersion.Text);
        // A client's own value arrives unchanged, so only its presence tells anything.
        if (!proxyRequest.Headers.Contains("x-ms-invocation-id")) Overwrite(proxyRequest, "x-ms-invocation-id", invocation);
        if (httpContext.Request.Body is CountedBody body) proxyRequest.Options.Set(CountedBody.Key, body);
    }

    private static void Overwrite(HttpRequestMessage request, string name, string? value)
    {
        _ = request.Headers.Remove(name);
        if (value is { Length: > 0 }) _ = request.Headers.TryAddWithoutValidation(name, value);
    }
}
