using System.Net;
using System.Net.Http.Headers;

namespace TrainIdentity.Hub;

/// <param name="GitOid">SHA-1 of the blob; for an LFS file, of its pointer.</param>
/// <param name="Lfs">SHA-256 of the content when the file is an LFS object.</param>
public sealed record TreeFile(string Path, long Size, string GitOid, string? Lfs);

/// <param name="Message">Title, blank line and body, as far as the Hub gives them.</param>
public sealed record CommitInfo(string Oid, string Message);

/// <summary>Reads what a repo holds at a revision.</summary>
/// <param name="storage">Carries no token; it follows where the Hub sends us for LFS content.</param>
public sealed class HubFiles(HubHttp http, HttpClient storage, bool local)
{
    /// <summary>Every file below the root, in no particular order.</summary>
    public async Task<IReadOnlyList<TreeFile>> TreeAsync(RepoId repo, string revision, CancellationToken stop)
    {
        List<TreeFile> files = [];
        var path = $"/api/models/{repo}/tree/{Uri.EscapeDataString(revision)}?recursive=true";
        while (true)
        {
            var call = new HubCall("tree", HttpMethod.Get, path);
            var answer = await http.SendAsync(call, stop);
            files.AddRange(HubHttp.Parse(call, answer, HubJson.Default.ListTreeAnswer).Where(entry => entry?.Type == "file").Select(Known));
            if (http.NextPage(call, answer) is not { } next)
            {
                return files;
            }
            path = next;
        }
    }

    public async Task<IReadOnlyList<CommitInfo>> CommitsAsync(RepoId repo, string revision, int count, CancellationToken stop)
    {
        var call = new HubCall("commits", HttpMethod.Get, $"/api/models/{repo}/commits/{Uri.EscapeDataString(revision)}?limit={count}");
        var list = await http.JsonAsync(call, HubJson.Default.ListCommitListed, stop);
        return [.. list.Select(commit => new CommitInfo(commit?.Id ?? "", $"{commit?.Title}\n\n{commit?.Message}"))];
    }

    /// <param name="range">First byte and count; null for the whole file.</param>
    /// <returns>Null when the file is not there.</returns>
    public async Task<byte[]?> ReadAsync(RepoId repo, string revision, string path, (long From, int Count)? range, int maxBytes, CancellationToken stop)
    {
        var call = new HubCall("resolve", HttpMethod.Get, $"/{repo}/resolve/{Uri.EscapeDataString(revision)}/{EscapePath(path)}")
        {
            Accept = "*/*",
            Range = range is { } r ? new RangeHeaderValue(r.From, r.From + r.Count - 1) : null,
            MaxAnswerBytes = maxBytes,
            Expected = [HttpStatusCode.NotFound, HttpStatusCode.Redirect],
        };
        var answer = await http.SendAsync(call, stop);
        if (answer.Status is HttpStatusCode.NotFound)
        {
            return HubErrors.Read(call, answer.Status, answer.Headers, answer.Body, http.Clock.GetUtcNow()) is { Fault: HubFault.RepoMissing } missing
                ? throw missing
                : null;
        }

        return answer.Status is HttpStatusCode.Redirect
            ? await FromStorageAsync(call, answer.Headers.Location, stop)
            : Exactly(call, answer.Status, answer.Body);
    }

    /// <summary>Where anybody who has the address may fetch an LFS file for a while, without a token: what the Hub itself redirects to.</summary>
    /// <param name="oid">What the file must be.</param>
    /// <returns>Null when the file is not there, or is another.</returns>
    public async Task<SignedLink?> LinkAsync(RepoId repo, string revision, string path, string oid, CancellationToken stop)
    {
        var call = new HubCall("resolve", HttpMethod.Get, $"/{repo}/resolve/{Uri.EscapeDataString(revision)}/{EscapePath(path)}")
        {
            Accept = "*/*",
            Range = new RangeHeaderValue(0, 0),
            Expected = [HttpStatusCode.NotFound, HttpStatusCode.Redirect],
        };
        var answer = await http.SendAsync(call, stop);
        if (answer.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
        if (answer.Status is not HttpStatusCode.Redirect || answer.Headers.Location is not { } location || !answer.Headers.TryGetValues("X-Linked-Etag", out var etags))
        {
            throw new HubException(HubFault.BadResponse, call.Name, "an LFS file without a redirect to storage");
        }
        return etags.First().Trim('"') == oid
            ? SignedLink.Of(StorageAddress.Checked(new Uri(http.Options.Endpoint, location).AbsoluteUri, call.Name, http.Options, local))
            : null;
    }

    private async Task<byte[]> FromStorageAsync(HubCall call, Uri? location, CancellationToken stop)
    {
        if (location is null)
        {
            throw new HubException(HubFault.BadResponse, call.Name, "a redirect without an address");
        }

        var address = StorageAddress.Checked(new Uri(http.Options.Endpoint, location).AbsoluteUri, call.Name, http.Options, local);
        using var limit = new TimeLimit(call.PerTry, http.Clock, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = call.Range;
            using var response = await storage.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new HubException(HubFault.Unavailable, call.Name, $"storage answered {(int)response.StatusCode}") { Status = response.StatusCode };
            }

            await response.Content.LoadIntoBufferAsync(call.MaxAnswerBytes!.Value, limit.Token);
            return Exactly(call, response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new HubException(HubFault.Unavailable, call.Name, "storage gave no answer", e);
        }
    }

    /// <summary>A server may ignore the range and send everything.</summary>
    private static byte[] Exactly(HubCall call, HttpStatusCode status, byte[] body) =>
        call.Range?.Ranges.FirstOrDefault() is { From: { } from, To: { } to } && status is HttpStatusCode.OK
            ? body.AsSpan((int)Math.Min(from, body.Length), (int)Math.Min(to - from + 1, Math.Max(0, body.Length - from))).ToArray()
            : body;

    private static TreeFile Known(TreeAnswer entry) => entry is { Path: { } path, Oid: { } oid }
        ? new TreeFile(path, entry.Lfs?.Size ?? entry.Size, oid, entry.Lfs?.Oid)
        : throw new HubException(HubFault.BadResponse, "tree", "an entry lacks path or oid");

    private static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
