using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary><c>pause</c> and <c>resume</c>: whether trainings may be started, without a restart.</summary>
internal sealed class PauseSwitch(IdentityTables tables, TextWriter output)
{
    public const string Row = "training";
    public const string Paused = "paused";

    public async Task<int> TurnAsync(bool paused, CancellationToken stop)
    {
        await tables.EnsureAsync(stop);
        await tables.Service.ChangeAsync(Row, row => row[Paused] = paused, stop);
        await output.WriteLineAsync(paused ? "No training is started until resume. Those that run go on." : "Trainings are started again.");
        return 0;
    }
}
