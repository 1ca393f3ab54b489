namespace TrainIdentity.Benchmarks;

/// <summary>The Hub emulator as a process of its own.</summary>
internal sealed class HubProcess(Child process, Uri url) : IAsyncDisposable
{
    public const string Token = "hf_bench";
    public const string RunnerToken = "hf_bench_runner";

    public Uri Url => url;

    public Child Process => process;

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
