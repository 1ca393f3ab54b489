using TrainIdentity.LocalHost;

try
{
    return args switch
    {
        ["run", .. var rest] => await RunAsync(RunArguments.Parse(rest)),
        [EchoHandler.Verb] => await EchoHandler.RunAsync(CancellationToken.None),
        _ => throw new LocalHostException($"Say what to do: {RunArguments.Usage}"),
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
