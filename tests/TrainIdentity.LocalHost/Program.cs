using System.Runtime.InteropServices;
using TrainIdentity.LocalHost;

try
{
    return args switch
    {
        ["run", .. var rest] => await RunAsync(RunArguments.Parse(rest)),
        ["chaos", .. var rest] => await ChaosAsync(ChaosOptions.Parse(rest)),
        [EchoHandler.Verb] => await EchoHandler.RunAsync(CancellationToken.None),
        _ => throw new LocalHostException($"Say what to do: {RunArguments.Usage}, or {ChaosOptions.Usage}"),
    };
}
catch (LocalHostException usage)
{
    await Console.Error.WriteLineAsync(usage.Message);
    return 2;
}

static async Task<int> RunAsync(RunArguments arguments)
{
    using var command = new RunCommand(arguments);
    return await command.RunAsync();
}

static async Task<int> ChaosAsync(ChaosOptions options)
{
    using var end = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    return await new ChaosRun(options).RunAsync(end.Token);

    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.Cancel();
    }
}
