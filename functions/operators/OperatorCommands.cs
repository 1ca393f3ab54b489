namespace TrainIdentity.Functions;

/// <summary>What an operator runs by hand with the service's settings and their own sign-in. Never a route.</summary>
internal sealed class OperatorCommands(IServiceProvider all, TextWriter output)
{
    public static bool Known(string[] args) => args is ["setup" or "erase" or "backup" or "restore", ..] or ["status" or "pause" or "resume"] or ["logs", _];

    /// <returns>The exit code: 0 when nothing needs an operator, 1 when something does, 2 when the words were not understood.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            return args[0] switch
            {
                "setup" => await all.GetRequiredService<SetUpCommand>().RunAsync(args, stop),
                "erase" => await all.GetRequiredService<EraseCommand>().RunAsync(args, stop),
                "backup" => await all.GetRequiredService<BackupCommand>().RunAsync(args, stop),
                "restore" => await all.GetRequiredService<RestoreCommand>().RunAsync(args, stop),
                "logs" => await all.GetRequiredService<JobLogCommand>().RunAsync(args[1], stop),
                "pause" or "resume" => await all.GetRequiredService<PauseSwitch>().TurnAsync(args[0] is "pause", stop),
                _ => await all.GetRequiredService<StatusCommand>().RunAsync(stop),
            };
        }
        catch (Exception e) when (Trouble.InWords(e) is { } words)
        {
            await output.WriteLineAsync(words);
            return 1;
        }
    }
}
