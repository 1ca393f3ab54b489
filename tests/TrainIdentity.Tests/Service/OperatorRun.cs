using System.Diagnostics;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The service's executable as an operator starts it: a rig's Hub, tables of its own.</summary>
internal sealed class OperatorRun
{
    private readonly Dictionary<string, string> _settings;
    private readonly string _folder;

    public OperatorRun(ServiceRig rig)
    {
        var own = Guid.NewGuid().ToString("N")[..12];
        _folder = rig.Folder;
        (IdentitiesTable, IndexTable) = ($"Rows{own}", $"Index{own}");
        _settings = new Dictionary<string, string>
        {
            ["Local"] = "true",
            ["Hub__Endpoint"] = rig.Hub.Url.AbsoluteUri,
            ["Storage__ConnectionString"] = rig.Stack.TableConnectionString,
            ["Storage__IdentitiesTable"] = IdentitiesTable,
            ["Storage__IndexTable"] = IndexTable,
            ["Training__Image"] = "local/trainer",
            ["HUGGINGFACE_TOKEN"] = rig.Stack.HubToken,
            ["HUGGINGFACE_TRAINER_TOKEN"] = rig.Stack.HubToken,
            ["HUGGINGFACE_WEBHOOK_SECRET"] = rig.Stack.WebhookSecret,
        };
    }

    public string IdentitiesTable { get; }

    public string IndexTable { get; }

    public OperatorRun With(string setting, string value)
    {
        _settings[setting] = value;
        return this;
    }

    /// <summary>Sees what the rig's own service has written.</summary>
    public OperatorRun InTablesOf(ServiceRig rig) => With("Storage__IdentitiesTable", rig.IdentitiesTable).With("Storage__IndexTable", rig.IndexTable);

    public async Task<(int Exit, string Output)> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "TrainIdentity.Functions"), args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ServiceRig.Stop);
        var error = process.StandardError.ReadToEndAsync(ServiceRig.Stop);
        await process.WaitForExitAsync(ServiceRig.Stop);
        return (process.ExitCode, await output + await error);
    }
}
