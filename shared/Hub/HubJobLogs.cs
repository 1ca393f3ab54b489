using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TrainIdentity.Hub;

/// <summary>
/// The log of a job, which the Hub sends as server-sent events. A stream that ends early is opened again; the Hub then
/// begins at the start, so lines already seen are passed over.
/// </summary>
public sealed class HubJobLogs(HubHttp http, HubJobs jobs)
{
    private const int MaxLineChars = 4096;

    /// <summary>The Hub keeps a quiet stream alive every 30 s; one that is quieter than this has died.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Reopen = TimeSpan.FromSeconds(1);

    /// <summary>Every line until the job has ended.</summary>
    public async IAsyncEnumerable<string> FollowAsync(string space, string id, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var seen = 0; ;)
        {
            var at = 0;
            await foreach (var line in ReadAsync(space, id, null, Quiet, stop))
            {
                if (++at > seen)
                {
                    seen = at;
                    yield return line;
                }
            }
            if (await jobs.GetAsync(space, id, stop) is not { Ended: false })
            {
                yield break;
            }
            await Task.Delay(Reopen, http.Clock, stop);
        }
    }

    /// <summary>The last lines so far; returns once none has come for <paramref name="quiet"/>.</summary>
    public async Task<IReadOnlyList<string>> TailAsync(string space, string id, int lines, TimeSpan quiet, CancellationToken stop)
    {
        List<string> tail = [];
        await foreach (var line in ReadAsync(space, id, lines, quiet, stop))
        {
            tail.Add(line);
            if (tail.Count == lines)
            {
                break;
            }
        }
        return tail;
    }

    private async IAsyncEnumerable<string> ReadAsync(string space, string id, int? tail, TimeSpan quiet, [EnumeratorCancellation] CancellationToken stop)
    {
        using var alarm = new TimeLimit(quiet + TimeSpan.FromSeconds(15), http.Clock, stop);
        var call = new HubCall("jobs.logs", HttpMethod.Get, $"/api/jobs/{space}/{id}/logs" + (tail is null ? "" : $"?tail={tail}")) { Accept = "text/event-stream" };
        using var response = await http.OpenAsync(call, alarm.Token, stop);
        await using var body = await response.Content.ReadAsStreamAsync(alarm.Token);
        await using var events = SseParser.Create(body).EnumerateAsync(alarm.Token).GetAsyncEnumerator(alarm.Token);
        while (await NextAsync(events, alarm, quiet, stop))
        {
            if (Line(events.Current.Data) is { } line)
            {
                yield return line;
            }
        }
    }

    /// <returns>False at the end of the stream, after a silence, or when the connection is cut.</returns>
    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, TimeLimit alarm, TimeSpan quiet, CancellationToken stop)
    {
        alarm.Restart(quiet);
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string? Line(string data)
    {
        try
        {
            using var json = JsonDocument.Parse(data);
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("data", out var text) && text.GetString() is { } line
                ? line[..Math.Min(line.Length, MaxLineChars)]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
