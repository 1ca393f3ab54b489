using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Where a record must have ended, by call, trouble and position.</summary>
internal static class HttpFaultEnds
{
    /// <summary>Where an operator reads of an erasure that does not end.</summary>
    private static readonly string[] Raised = [$"a_{AlertKind.SlowErasure}", $"a_{AlertKind.PoisonItem}", $"a_{AlertKind.HubToken}"];

    public static IEnumerable<string> Breaches(World world, WireStrike strike, HttpFaultStory story)
    {
        var record = world.Records.SingleOrDefault();
        return Truth(world, strike, record).Concat(story.DeletionAccepted is { } accepted ? Deleted(world, strike, record, accepted)
            : strike.Position is WirePosition.Always ? Lasting(strike, story, record)
            : Passing(strike, story, record));
    }

    /// <summary>What the record says is so on the Hub.</summary>
    private static IEnumerable<string> Truth(World world, WireStrike strike, Identity? record)
    {
        var alive = world.Hub.Repos;
        switch (record)
        {
            // Looks that find nothing again and again, with a token that counts, are all the proof there can be.
            case { FailureCode: Failures.RepoGone } when strike is { Call: WireCall.Info, Position: WirePosition.Always }:
                break;
            case null or { State: IdentityState.Failed, RetainUntil: null } when alive.Count > 0:
                yield return $"{string.Join(", ", alive)} is left over from a record that is {record?.State.ToString() ?? "gone"}";
                break;
            case { State: IdentityState.Ready or IdentityState.Training or IdentityState.Committed } or { State: IdentityState.Failed, RetainUntil: not null }
                when alive.Count != 1 || alive[0] != record.Repo.ToString():
                yield return $"a record that is {record.State} has no repo";
                break;
            case { State: IdentityState.Ready, Weights: { } weights } when world.Hub.ReadFile(record.Repo.ToString(), weights.Path) is null:
                yield return "a ready record has no weights";
                break;
        }

        // A removal waits ten minutes for a job that will not be cancelled, then goes on; the job has a timeout of its own.
        var cannotCancel = strike is { Call: WireCall.JobCancel, Position: WirePosition.Always };
        if (record is null or { State: IdentityState.Failed } && !cannotCancel && HttpFaultJournal.LiveJobs(world.Hub) > 0)
        {
            yield return $"a job lives on although the record is {record?.State.ToString() ?? "gone"}";
        }
    }

    /// <summary>A fault that is over leaves nothing behind: ready at once where it was passing trouble, and after one more try where it was a refusal.</summary>
    private static IEnumerable<string> Passing(WireStrike strike, HttpFaultStory story, Identity? record)
    {
        if (story.EndedBefore is { } failed)
        {
            // A tree that shows what was not committed is unexpected, and safely so.
            var final = strike.Fault.Trouble() is WireTrouble.Refused || strike.Fault is WireFault.NotFound404
                || strike is { Call: WireCall.Tree, Fault: WireFault.Lie200 };
            if (!final)
            {
                yield return $"passing trouble ended the upload: {failed.FailureCode}";
            }
            if (!Fits(strike, failed.FailureCode))
            {
                yield return $"the failure code {failed.FailureCode} does not fit";
            }
        }
        if (record is { State: IdentityState.Failed, RetainUntil: not null } && strike.Call is WireCall.JobStart or WireCall.JobList && strike.Fault.Trouble() is WireTrouble.Refused or WireTrouble.Denied or WireTrouble.Missing)
        {
            if (!Fits(strike, record.FailureCode))
            {
                yield return $"the failure code {record.FailureCode} does not fit";
            }
            yield break;
        }
        if (record?.State is not IdentityState.Ready)
        {
            yield return $"it did not become ready but {record?.State} {record?.FailureCode}";
        }
    }

    /// <summary>Under a fault that never ends a record fails in time, with a reason, unless the call was not needed.</summary>
    private static IEnumerable<string> Lasting(WireStrike strike, HttpFaultStory story, Identity? record)
    {
        switch (record)
        {
            case null when strike.Call is not WireCall.WhoAmI:
                yield return "there is no record";
                break;
            case null when story.Replies.Any(reply => reply.Status == 200):
                yield return "an accepted upload has no record";
                break;
            case null or { State: IdentityState.Ready }:
                break;
            case { State: IdentityState.Failed or IdentityState.Compensating }:
                if (!Fits(strike, record.FailureCode))
                {
                    yield return $"the failure code {record.FailureCode} does not fit";
                }
                break;
            default:
                yield return $"it never ended and is {record.State}";
                break;
        }

        // Its removal needs the very call that is struck; nothing may be called gone without it.
        if (record is { State: IdentityState.Compensating } && strike.Call is not (WireCall.Info or WireCall.WhoAmI or WireCall.JobList))
        {
            yield return "what is left was never removed";
        }
    }

    private static IEnumerable<string> Deleted(World world, WireStrike strike, Identity? record, bool accepted)
    {
        if (!accepted)
        {
            yield return "the deletion was refused";
        }
        if (record is null)
        {
            yield break;
        }
        if (strike.Position is not WirePosition.Always)
        {
            yield return $"it was not deleted and is {record.State}";
        }
        else if (record.State is not IdentityState.Deleting)
        {
            yield return $"a deletion was given up: {record.State}";
        }
        else if (!world.Index.Any(row => Raised.Contains(row.RowKey)))
        {
            yield return "a deletion that cannot end raised no alert";
        }
    }

    private static bool Fits(WireStrike strike, string? code) => strike.Call switch
    {
        _ when strike.Fault is WireFault.PaymentRequired402 && strike.Call is not (WireCall.Put or WireCall.JobGet or WireCall.JobList) => code is Failures.HubQuota or Failures.NoCredit,
        WireCall.WhoAmI or WireCall.Create or WireCall.Batch or WireCall.Put or WireCall.Verify => code is Failures.UploadFailed or Failures.UploadInterrupted,
        WireCall.Info => code is Failures.UploadFailed or Failures.UploadInterrupted or Failures.JobTimeout or Failures.RepoGone,
        WireCall.Tree or WireCall.Commit => code is Failures.UploadFailed or Failures.UnexpectedHead,
        WireCall.JobList or WireCall.JobStart => code is Failures.LaunchExhausted or Failures.LaunchRejected,
        WireCall.JobGet => code is Failures.JobTimeout or Failures.JobCanceled or Failures.JobError,
        _ => false,
    };
}
