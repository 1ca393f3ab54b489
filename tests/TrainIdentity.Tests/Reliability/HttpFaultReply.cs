using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What a client is told, as the endpoints would tell it.</summary>
/// <param name="Code">Null with a 200.</param>
/// <param name="Took">Of virtual time.</param>
internal sealed record HttpFaultReply(int Status, string? Code, bool Retryable, TimeSpan? RetryAfter, TimeSpan Took)
{
    public static async Task<HttpFaultReply> OfAsync(Func<Task<IntakeOutcome>> request, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        var problem = await ProblemAsync(request);
        var took = clock.GetElapsedTime(began);
        return problem is null ? new HttpFaultReply(200, null, false, null, took) : new HttpFaultReply(problem.Status, problem.Code, problem.Retryable, problem.RetryAfter, took);
    }

    public override string ToString() => $"{Status} {Code}{(Retryable ? " retryable" : "")} in {Took.TotalSeconds:0.0} s";

    private static async Task<Problem?> ProblemAsync(Func<Task<IntakeOutcome>> request)
    {
        try
        {
            var outcome = await request();
            return outcome.Problem is { } problem ? Problems.For(problem)
                : outcome.Identity is { State: IdentityState.Compensating or IdentityState.Failed } ended ? Problems.Ended(ended)
                : null;
        }
        catch (Exception e) when (Problems.For(e) is { } problem)
        {
            return problem;
        }
    }
}
