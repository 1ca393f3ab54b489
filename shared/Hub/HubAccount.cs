using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.Hub;

/// <summary>Who we are on the Hub.</summary>
public sealed class HubAccount(HubHttp http)
{
    private volatile Known? _known;
    private DateTimeOffset? _countedAt;

    /// <summary>The namespace our repos live in and our jobs run in.</summary>
    public async ValueTask<string> NamespaceAsync(CancellationToken stop)
    {
        if (http.Options.Namespace is { Length: > 0 } configured)
        {
            return configured;
        }

        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(await http.TokenAsync(stop))));
        var now = http.Clock.GetUtcNow();
        if (_known is { } known && known.Key == key && now - known.At < http.Options.WhoAmIKept)
        {
            return known.Name;
        }

        var name = await AskAsync(stop);
        _known = new Known(key, name, now);
        return name;
    }

    /// <summary>
    /// Asks the Hub whether the token still counts. The Hub hides a repo it will not show, so nothing may be called gone
    /// before this has succeeded with the same token.
    /// </summary>
    /// <exception cref="HubException">It does not count, or the Hub cannot be asked.</exception>
    public Task ProbeAsync(CancellationToken stop) => AskAsync(stop);

    /// <summary>The same, content with a success that is no older than <paramref name="kept"/>.</summary>
    public async ValueTask ProbeAsync(TimeSpan kept, CancellationToken stop)
    {
        if (_countedAt is not { } at || http.Clock.GetUtcNow() - at >= kept)
        {
            await AskAsync(stop);
        }
    }

    /// <summary>What the token may do in our namespace.</summary>
    public async Task<TokenScope> ScopeAsync(bool needsJobs, CancellationToken stop) => (await StandingAsync(needsJobs, stop)).Scope;

    /// <summary>The same, with what the namespace pays for.</summary>
    public async Task<HubStanding> StandingAsync(bool needsJobs, CancellationToken stop)
    {
        var space = await NamespaceAsync(stop);
        return HubStanding.Read(await http.JsonAsync(HubHttp.WhoAmI, HubJson.Default.WhoAmIAnswer, stop), space, needsJobs);
    }

    /// <returns>Bytes that the private repos of the token's owner take; null where the Hub does not say, as of an organisation.</returns>
    public async Task<long?> PrivateBytesAsync(string space, CancellationToken stop)
    {
        var call = new HubCall("settings.storage", HttpMethod.Get, "/api/settings/repositories?sort=storage&direction=desc")
        {
            Expected = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound],
        };
        var answer = await http.SendAsync(call, stop);
        return answer.Ok
            ? HubHttp.Parse(call, answer, HubJson.Default.ListRepoStorageAnswer)
                .Where(repo => repo is { Visibility: "private", Id: { } id } && id.StartsWith($"{space}/", StringComparison.Ordinal)).Sum(repo => repo.Storage)
            : null;
    }

    private async Task<string> AskAsync(CancellationToken stop)
    {
        var answer = await http.JsonAsync(HubHttp.WhoAmI, HubJson.Default.WhoAmIAnswer, stop);
        _countedAt = http.Clock.GetUtcNow();
        return answer.Name is { } name && RepoId.IsLegal(name)
            ? name
            : throw new HubException(HubFault.BadResponse, HubHttp.WhoAmI.Name, "the answer names nobody");
    }

    private sealed record Known(string Key, string Name, DateTimeOffset At);
}
