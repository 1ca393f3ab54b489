using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What the wire must never have seen, whatever struck on it.</summary>
internal static class HttpFaultWire
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(15);

    public static IEnumerable<string> Breaches(World world, WireStrike strike, IReadOnlyList<WireRequest> requests)
    {
        if (requests.All(request => request.Fault != strike.Fault))
        {
            yield return "the fault never struck";
        }
        foreach (var request in requests.Where(request => request.Address.Authority != world.Hub.Url.Authority))
        {
            if (request.Address.Authority != world.Hub.StorageUrl.Authority)
            {
                yield return $"a request went to a foreign host: {request.Address}";
            }
            if (request.Bearer)
            {
                yield return $"a token went to {request.Address.Authority}";
            }
        }
        foreach (var breach in Repeats(requests).Concat(Commits(requests)).Concat(Starts(requests)))
        {
            yield return breach;
        }
    }

    /// <summary>The call policy: how often one call may be tried.</summary>
    private static int Tries(WireCall call) => call switch
    {
        WireCall.Create or WireCall.JobCancel or WireCall.Delete => 8,
        WireCall.Commit => 3,
        WireCall.JobStart => 1,
        _ => 5,
    };

    private static IEnumerable<string> Repeats(IReadOnlyList<WireRequest> requests)
    {
        foreach (var same in requests.Where(request => request.Call is not null).GroupBy(request => (request.Call, request.What)))
        {
            var run = 0;
            WireRequest? last = null;
            foreach (var request in same)
            {
                // A try that went through ends its call, and so does one that no wait follows; what comes then is the next call.
                run = last is { Fault: not null } && last.Turn == request.Turn && request.At > last.Ended && !Between(requests, last, request) ? run + 1 : 1;
                last = request;
                if (run > Tries(same.Key.Call!.Value) && !IsCrowd(request))
                {
                    yield return $"{same.Key.Call} was tried {run} times in a row";
                    break;
                }
            }
        }
    }

    /// <summary>One of many creations: its turn comes within the time a creation has, however often the Hub is busy before.</summary>
    private static bool IsCrowd(WireRequest request) => request is { Call: WireCall.Create, Fault: WireFault.Busy409 };

    /// <summary>Another call between two tries means that the first was given up, and the second decided on anew.</summary>
    private static bool Between(IReadOnlyList<WireRequest> requests, WireRequest one, WireRequest other) =>
        requests.SkipWhile(request => !ReferenceEquals(request, one)).Skip(1).TakeWhile(request => !ReferenceEquals(request, other))
            .Any(request => request.Call is not (null or WireCall.Put or WireCall.Verify) && request.Call != one.Call);

    /// <summary>A commit is sent again only after a look at the branch.</summary>
    private static IEnumerable<string> Commits(IReadOnlyList<WireRequest> requests)
    {
        var looked = true;
        foreach (var request in requests)
        {
            if (request.Call is WireCall.Commit)
            {
                if (!looked)
                {
                    yield return "a commit was repeated blindly";
                }
                looked = false;
            }
            looked |= request.Call is WireCall.Info;
        }
    }

    /// <summary>A job is asked for again only when none was found; after a start whose outcome is unknown, by two looks and a minute later.</summary>
    private static IEnumerable<string> Starts(IReadOnlyList<WireRequest> requests)
    {
        WireRequest? before = null;
        List<DateTimeOffset> looks = [];
        foreach (var request in requests)
        {
            if (request.Call is WireCall.JobList)
            {
                looks.Add(request.At);
            }
            if (request.Call is not WireCall.JobStart)
            {
                continue;
            }
            if (before is not null && looks.Count == 0)
            {
                yield return "a job was asked for again blindly";
            }
            else if (before is { Fault: { } fault } && OutcomeUnknown(fault)
                && (request.At - before.At < Settled || looks.Count < 2 || looks[^1] - looks[0] < Apart))
            {
                yield return $"a job was asked for again {(request.At - before.At).TotalSeconds:0} s after {fault}, after {looks.Count} looks";
            }
            (before, looks) = (request, []);
        }
    }

    private static bool OutcomeUnknown(WireFault fault) => fault.Trouble() is WireTrouble.NoAnswer or WireTrouble.Unbelievable
        || fault is WireFault.RequestTimeout408 or WireFault.ServerError500 or WireFault.BadGatewayPage502 or WireFault.GatewayTimeoutAfterEffect504;
}
