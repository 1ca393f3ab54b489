using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions.Http;

/// <summary>Whether this installation can train at all; without that it still answers.</summary>
internal sealed class Configured(SecretCache secrets, TrainingOptions training)
{
    /// <returns>Null when nothing is missing.</returns>
    public async ValueTask<Problem?> MissingAsync(CancellationToken stop)
    {
        var known = await secrets.GetAsync(stop);
        return known.HubToken is null ? Problems.NotConfigured
            : known.TrainerToken is null && training.Mode is TrainingMode.Jobs ? Problems.TrainerNotConfigured
            : !training.Configured ? Problems.TrainingNotConfigured
            : null;
    }
}
