using System.Runtime.InteropServices;
using TrainIdentity.HubEmulator;

if (CommandLine.Parse(args, out var error) is not { } options)
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

var ended = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

try
{
    await using var hub = await EmulatedHub.StartAsync(options, CancellationToken.None);
    Console.WriteLine(hub.Url.OriginalString);
    await ended.Task;
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = ended.TrySetResult();
}
