using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace TrainIdentity.Tests.Identities;

/// <summary>Sees every request to the tables, and on demand loses the answer to a write that was applied.</summary>
internal sealed class TableProbe : HttpPipelinePolicy
{
    private int _lose;

    public ConcurrentQueue<(string Method, string Address, string Body)> Requests { get; } = [];

    public int Lost { get; private set; }

    /// <summary>The answer to the next write is lost after it took effect; the SDK then repeats the write.</summary>
    public void LoseNextAnswer() => _lose = 1;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Requests.Enqueue((message.Request.Method.Method, message.Request.Uri.ToString(), await BodyAsync(message)));
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method != RequestMethod.Get && Interlocked.Exchange(ref _lose, 0) == 1)
        {
            Lost++;
            throw new IOException("The answer was lost.");
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("Tables are asked asynchronously.");

    private static async Task<string> BodyAsync(HttpMessage message)
    {
        if (message.Request.Content is not { } content)
        {
            return "";
        }

        using var copy = new MemoryStream();
        await content.WriteToAsync(copy, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(copy.ToArray());
    }
}
