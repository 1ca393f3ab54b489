using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What a client may be told while a fault strikes: the catalogue of problems, by kind of trouble.</summary>
internal static class HttpFaultAnswers
{
    /// <summary>A balancer in front of the service cuts at 230 s.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(220);

    public static IEnumerable<string> Breaches(WireStrike strike, HttpFaultReply reply)
    {
        if (reply.Took > Longest)
        {
            yield return $"an answer took {reply.Took.TotalSeconds:0} s";
        }
        if (reply.Code is { } code && !Allowed(strike).Contains(code))
        {
            yield return $"the answer {reply} does not fit {strike.Fault.Trouble()}";
        }
        if (reply.Code is { } told && Status(told) is { } known && (reply.Status, reply.Retryable || told is "hub_unavailable") != known)
        {
            yield return $"the answer {reply} is not the catalogue's";
        }
    }

    /// <returns>Status and whether the same request may be sent again; <c>hub_unavailable</c> is also said of what has ended for good.</returns>
    private static (int Status, bool Retryable)? Status(string code) => code switch
    {
        "hub_unavailable" or "hub_rate_limited" or "hub_auth_failed" => (503, true),
        "hub_quota" => (503, false),
        "hub_bad_response" => (502, true),
        "hub_timeout" => (504, true),
        "idempotency_in_progress" => (409, true),
        _ => null,
    };

    private static IEnumerable<string> Allowed(WireStrike strike)
    {
        // What was begun may be in other hands, or being removed, when the client asks again.
        IEnumerable<string> always = ["idempotency_in_progress"];
        IEnumerable<string> first = strike.Position is WirePosition.OnRetry ? ["hub_unavailable", "hub_timeout"] : [];
        return [.. always, .. first, .. Of(strike)];
    }

    private static IEnumerable<string> Of(WireStrike strike) => strike.Fault.Trouble() switch
    {
        // Storage speaks for itself; how it refuses says nothing about the Hub.
        _ when strike.Call is WireCall.Put => ["hub_unavailable", "hub_timeout", "hub_auth_failed"],
        WireTrouble.NoAnswer or WireTrouble.Later => ["hub_unavailable", "hub_timeout"],
        WireTrouble.RateLimited => ["hub_rate_limited", "hub_timeout"],

        // The start of a job that is refused says nothing about the token: the photos are safe, and the training is what failed.
        WireTrouble.Denied when strike.Call is WireCall.JobStart => ["hub_auth_failed", "hub_unavailable"],
        WireTrouble.Denied => ["hub_auth_failed"],
        WireTrouble.Refused when strike.Fault is WireFault.PaymentRequired402 => ["hub_quota"],
        WireTrouble.Refused => ["hub_unavailable", "hub_bad_response"],

        // Who asks who he is and gets a 401 has a token that does not count.
        WireTrouble.Missing when strike.Call is WireCall.WhoAmI => ["hub_auth_failed", "hub_unavailable"],
        WireTrouble.Missing => ["hub_unavailable", "hub_bad_response"],
        _ => ["hub_bad_response", "hub_unavailable", "hub_timeout"],
    };
}
