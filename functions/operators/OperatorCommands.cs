namespace TrainIdentity.Functions;

/// <summary>What an operator runs by hand with the service's settings and their own sign-in. Never a route.</summary>
internal sealed class OperatorCommands(
    SetUpCommand setUp, StatusCommand status, EraseCommand erase, JobLogCommand logs, PauseSwitch pause, TextWriter output)
{
    public static bool Known(string[] args) => args is ["setup" or "erase", ..] or ["status" or "pause" or "resume"] or ["logs", _];

    /// <returns>The exit code: 0 when nothing needs an operator, 1 when something does, 2 when the words were not understood.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            return args[0] switch
            {
                "setup" => await setUp.RunAsync(args, stop),
                "erase" => await erase.RunAsync(args, stop),
                "logs" => await logs.RunAsync(args[1], stop),
                "pause" or "resume" => await pause.TurnAsync(args[0] is "pause", stop),
                _ => await status.RunAsync(stop),
            };
        }
        catch (Exception e) when (Trouble.InWords(e) is { } words)
        {
            await output.WriteLineAsync(words);
            return 1;
        }
    }
}
