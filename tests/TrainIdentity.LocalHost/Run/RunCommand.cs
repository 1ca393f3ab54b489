using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>The verb <c>run</c>: the whole stack, for a person or, with --json, for a program.</summary>
internal sealed class RunCommand(RunArguments arguments) : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _end = new();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            await using var stack = await LocalStack.StartAsync(Options(), _end.Token);
            return arguments.Json ? await ServeProgramAsync(stack) : await ServePersonAsync(stack);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return arguments.Once ? Fail("Interrupted before the sample was ready.") : 0;
        }
        catch (Exception reason) when (reason is LocalHostException or IOException or UnauthorizedAccessException)
        {
            return Fail(reason.Message);
        }
    }

    public void Dispose() => _end.Dispose();

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _end.Cancel();
    }

    private LocalStackOptions Options() => new()
    {
        AppFolder = arguments.AppFolder,
        RealHubSettings = arguments.RealHub ? LocalSettings.Read(Path.Combine(Repository.Root(), "local.settings.json")) : null,
        Host = host => host with { CrashLimit = arguments.CrashLimit },
        Log = Console.Error.WriteLine,
    };

    private async Task<int> ServeProgramAsync(LocalStack stack)
    {
        Console.WriteLine(new JsonObject
        {
            ["service"] = stack.Service.Text(),
            ["page"] = stack.Page.AbsoluteUri,
            ["handler"] = stack.Handler.Text(),
            ["hub"] = stack.Hub.Text(),
            ["issuer"] = stack.Issuer.Text(),
            ["hubToken"] = stack.HubToken,
            ["webhookSecret"] = stack.WebhookSecret,
        }.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        return await StayAsync(stack, EndOfInputAsync());
    }

    private async Task<int> ServePersonAsync(LocalStack stack)
    {
        Say($"up: service {stack.Service.Text()}, hub {stack.Hub.Text()}, issuer {stack.Issuer.Text()}");
        var failure = arguments.RealHub ? null : await TrainSampleAsync(stack);
        if (arguments.Once) return failure is null ? 0 : Fail(failure);
        if (failure is not null) _ = Fail(failure);
        Console.WriteLine($"""

            The page:     {stack.Page.AbsoluteUri}
            The service:  {stack.Service.Text()}
            The list:     curl -H 'Authorization: Bearer {stack.TokenIssuer.Token(SampleIdentity.User)}' {stack.Service.Text()}/api/identities
            Ctrl+C ends everything.
            """);
        return await StayAsync(stack, Task.Delay(Timeout.InfiniteTimeSpan, _end.Token));
    }

    private async Task<string?> TrainSampleAsync(LocalStack stack)
    {
        var photos = arguments.PhotosFolder ?? Path.Combine(Repository.Root(), "tests", "photos");
        using var sample = new SampleIdentity(stack.Service, stack.TokenIssuer.Token(SampleIdentity.User), Say);
        return await sample.TrainAsync(photos, _end.Token);
    }

    private async Task<int> StayAsync(LocalStack stack, Task end)
    {
        var interrupted = Task.Delay(Timeout.InfiniteTimeSpan, _end.Token);
        var first = await Task.WhenAny(stack.FunctionsHost.WentDown, end, interrupted);
        return first == stack.FunctionsHost.WentDown ? Fail(await stack.FunctionsHost.WentDown) : 0;
    }

    private static async Task EndOfInputAsync()
    {
        // Reading from a terminal or a pipe blocks its thread whatever the method's name says.
        await Task.Yield();
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
        }
    }

    private void Say(string step) => Console.WriteLine($"[{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:0.0} s] {step}");

    private static int Fail(string reason)
    {
        Console.Error.WriteLine(reason.ReplaceLineEndings(" "));
        return 1;
    }
}
