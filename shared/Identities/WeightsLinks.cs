using Microsoft.Extensions.Logging;
using TrainIdentity.Auth;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <param name="Link">Null unless it was given.</param>
public sealed record WeightsLinkOutcome(ActionResult Result, Identity? Identity, SignedLink? Link);

/// <summary>
/// Gives the owner an address from which an image generator can fetch the private weights for a while. That one was given is
/// written down before it is.
/// </summary>
public sealed partial class WeightsLinks(HubClient hub, IdentityTables tables, Telemetry telemetry, ILogger<WeightsLinks> logger)
{
    /// <returns>A conflict for an identity that is not ready, or whose weights are not in its repo any more.</returns>
    public async Task<WeightsLinkOutcome> GiveAsync(Caller caller, IdentityId id, CancellationToken stop)
    {
        await tables.EnsureAsync(stop);
        var rows = tables.For(caller);
        while (await rows.GetAsync(id, stop) is { State: not IdentityState.Deleting } identity)
        {
            if (identity is not { State: IdentityState.Ready, Weights: { } weights } || await hub.Files.LinkAsync(identity.Repo, "main", weights.Path, weights.Oid, stop) is not { } link)
            {
                return new WeightsLinkOutcome(ActionResult.Conflict, identity, null);
            }
            if (await rows.ReplaceAsync(identity, identity with { LinksGiven = identity.LinksGiven + 1, LinkGivenAt = tables.Clock.GetUtcNow() }, stop) is { } written)
            {
                Log.Given(logger, id, written.LinksGiven);
                telemetry.LinkGiven();
                return new WeightsLinkOutcome(ActionResult.Accepted, written, link);
            }
        }
        return new WeightsLinkOutcome(ActionResult.NotFound, null, null);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Audit: the owner of identity {Identity} was given a link to its weights, the {Count}. in all.")]
        public static partial void Given(ILogger logger, IdentityId identity, int count);
    }
}
