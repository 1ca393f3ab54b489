using System.Diagnostics;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The service's executable as an operator starts it: a rig's Hub, tables of its own.</summary>
internal sealed class OperatorRun
{
    private readonly Dictionary<string, string?> _settings;
    private readonly string _folder;

    public OperatorRun(ServiceRig rig)
    {
        var own = Guid.NewGuid().ToString("N")[..12];
        _folder = rig.Folder;
        (IdentitiesTable, IndexTable) = ($"Rows{own}", $"Index{own}");
        _settings = new Dictionary<string, string?>
        {
            ["Local"] = "true",
            ["Hub__Endpoint"] = rig.Hub.Url.AbsoluteUri,
            ["Storage__ConnectionString"] = rig.Stack.TableConnectionString,
            ["Storage__IdentitiesTable"] = IdentitiesTable,
            ["Storage__IndexTable"] = IndexTable,
            ["Training__Image"] = "local/trainer",
            ["HUGGINGFACE_TOKEN"] = rig.Stack.HubToken,
            ["HUGGINGFACE_TRAINER_TOKEN"] = rig.Stack.RunnerToken,
            ["HUGGINGFACE_WEBHOOK_SECRET"] = rig.Stack.WebhookSecret,
            ["IDEMPOTENCY_KEY_SALT"] = Canaries.KeySalt,
            // A killed .NET process leaves its diagnostics pipes in the temp folder; without them it leaves nothing.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
    }

    public string IdentitiesTable { get; private set; }

    public string IndexTable { get; private set; }

    /// <param name="value">Null takes the setting away.</param>
    public OperatorRun With(string setting, string? value)
    {
        _settings[setting] = value;
        return this;
    }

    public OperatorRun With(IReadOnlyDictionary<string, string?> settings) => settings.Aggregate(this, (run, setting) => run.With(setting.Key, setting.Value));

    /// <summary>The tables of the rig's service.</summary>
    public OperatorRun On(IReadOnlyDictionary<string, string?> service)
    {
        (IdentitiesTable, IndexTable) = (service["Storage__IdentitiesTable"]!, service["Storage__IndexTable"]!);
        return With("Storage__IdentitiesTable", IdentitiesTable).With("Storage__IndexTable", IndexTable);
    }

    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "TrainIdentity.Functions"), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    public Task<(int Exit, string Output)> RunAsync(params string[] args) => RunAsync("", args);

    /// <param name="input">What comes by standard input.</param>
    public async Task<(int Exit, string Output)> RunAsync(string input, string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync(ServiceRig.Stop);
        var error = process.StandardError.ReadToEndAsync(ServiceRig.Stop);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(ServiceRig.Stop);
        return (process.ExitCode, await output + await error);
    }
}
