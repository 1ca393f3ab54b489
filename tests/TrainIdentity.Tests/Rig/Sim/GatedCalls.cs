using System.Net;
using System.Net.Http.Headers;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One host's way to the Hub or to storage, through its gate.</summary>
internal sealed class GatedCalls(HttpMessageHandler hub, HostGate gate, World world, bool storage) : DelegatingHandler(hub)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var name = OperationNames.Of(request.Method, request.RequestUri!, storage);
        if (name is "hub:jobs.logs" && !world.Logs)
        {
            // Progress is a courtesy, and a log that is followed never ends by itself.
            return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request, Content = new StringContent("{}") };
        }

        var nth = await gate.BeforeAsync(name, cancellationToken);
        if (!storage && world.TokenRevoked)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "hf_revoked");
        }
        var answer = await base.SendAsync(request, cancellationToken);
        await gate.AfterAsync(name, nth, cancellationToken);
        return answer;
    }
}
