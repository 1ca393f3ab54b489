namespace TrainIdentity.Benchmarks;

/// <summary>What the original did, by the Hub's official client.</summary>
internal sealed class OriginalProcess : IAsyncDisposable
{
    private OriginalProcess(Child process, Uri url) => (Process, Url) = (process, url);

    public Uri Url { get; }

    public Child Process { get; }

    public static async Task<OriginalProcess> StartAsync(Theatre theatre, HubProcess hub)
    {
        var child = new Child("node", [Path.Combine(theatre.Root, "tests", "TrainIdentity.Benchmarks", "original", "original.mjs")], new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Url.GetLeftPart(UriPartial.Authority),
            ["HUGGINGFACE_TOKEN"] = HubProcess.Token,
        });
        return new(child, new Uri(await child.FirstLineAsync()));
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
