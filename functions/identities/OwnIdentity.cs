using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>The identity an address names, if it is the caller's own; somebody else's, and one being erased, are not there.</summary>
internal readonly record struct OwnIdentity(Identity? Identity, Problem? Refusal)
{
    public static async Task<OwnIdentity> ReadAsync(HttpContext context, string id, BearerTokens tokens, IdentityTables tables)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return new OwnIdentity(null, Problems.For(token.Refusal));
        }
        if (!IdentityId.TryParse(id, out var wanted))
        {
            return new OwnIdentity(null, Problems.IdentityNotFound);
        }

        await tables.EnsureAsync(stop);
        return await tables.For(token.Caller).GetAsync(wanted, stop) is { State: not IdentityState.Deleting } identity
            ? new OwnIdentity(identity, null)
            : new OwnIdentity(null, Problems.IdentityNotFound);
    }
}
