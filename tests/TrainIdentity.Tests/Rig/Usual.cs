using Microsoft.Extensions.Logging.Abstractions;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Rig;

/// <summary>What a deployment has whose operator changed nothing.</summary>
internal static class Usual
{
    public static Terms Terms { get; } = new(new TrainingOptions(), new RetentionOptions());

    public static TrainingPlan Plan { get; } = TrainingPlan.From(TrainingProfiles.Original, TrainingPlan.DefaultClassWord, 3);

    /// <summary>Before the Hub was ever asked, or whenever nothing is wrong.</summary>
    public static Preflight Preflight(TimeProvider clock, params PreflightCheck[] checks) =>
        new(_ => Task.FromResult(PreflightReport.Nothing with { Checks = checks }), clock, NullLogger<Preflight>.Instance);
}
