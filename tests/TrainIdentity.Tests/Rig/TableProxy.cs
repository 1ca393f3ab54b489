using System.Net;
using System.Text;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace TrainIdentity.Tests.Rig;

/// <summary>
/// Stands between a service and its tables and can keep one request, or the answer to it, waiting. What it kept for a
/// process that has died since is dropped.
/// </summary>
internal sealed class TableProxy : IAsyncDisposable
{
    private static readonly HashSet<string> OwnHeaders = new(["Host", "Transfer-Encoding", "Connection", "Keep-Alive"], StringComparer.OrdinalIgnoreCase);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly WebApplication _server;
    private readonly string _direct;
    private readonly Uri _tables;
    private TableProxyHold? _hold;

    private TableProxy(WebApplication server, string direct)
    {
        (_server, _direct) = (server, direct);
        _tables = new Uri(new TableServiceClient(direct).Uri.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Is shown every request, before it is kept or let through.</summary>
    public Action<TableProxyCall>? Seen { get; set; }

    /// <summary>Is shown every request with its status and what was answered, before the service is.</summary>
    public Action<TableProxyCall, int, string>? Answered { get; set; }

    /// <summary>For the service: the same account and key, by way of here. The signature of a request covers its path, which stays.</summary>
    public string ConnectionString => _direct.Replace(_tables.Authority, new Uri(_server.Urls.Single()).Authority, StringComparison.Ordinal);

    public static async Task<TableProxy> StartAsync(string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var proxy = new TableProxy(builder.Build(), connectionString);
        proxy._server.Run(proxy.AnswerAsync);
        await proxy._server.StartAsync(ServiceRig.Stop);
        return proxy;
    }

    /// <summary>Keeps the first such request from now on.</summary>
    /// <param name="after">The request gets through and its answer is kept; otherwise the tables never see it.</param>
    public TableProxyHold Hold(Func<TableProxyCall, bool> which, bool after)
    {
        LetGo();
        var hold = new TableProxyHold(which, after);
        Volatile.Write(ref _hold, hold);
        return hold;
    }

    /// <summary>Lets what is kept go on; a hold that still waits for its request stays.</summary>
    public void LetGo() => Volatile.Read(ref _hold)?.LetGo();

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var body = await ReadAsync(context);
        var call = new TableProxyCall(context.Request.Method, Uri.UnescapeDataString(target), Encoding.UTF8.GetString(body));
        Seen?.Invoke(call);
        var hold = Volatile.Read(ref _hold) is { } kept && kept.Takes(call) ? kept : null;
        if (hold is { After: false })
        {
            await hold.WaitAsync(context.RequestAborted);
        }

        using var request = Copy(context.Request, new Uri(_tables, target), body);
        using var answer = await _http.SendAsync(request, context.RequestAborted);
        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        Answered?.Invoke(call, (int)answer.StatusCode, Encoding.UTF8.GetString(content));
        if (hold is { After: true })
        {
            await hold.WaitAsync(context.RequestAborted);
        }
        await AnswerAsync(context.Response, answer, content);
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private static HttpRequestMessage Copy(HttpRequest from, Uri target, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in from.Headers.Where(header => !OwnHeaders.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }
        return request;
    }

    private static Task AnswerAsync(HttpResponse to, HttpResponseMessage answer, byte[] content)
    {
        to.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OwnHeaders.Contains(header.Key)))
        {
            to.Headers[name] = values.ToArray();
        }
        return answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified ? Task.CompletedTask : to.Body.WriteAsync(content).AsTask();
    }
}
