using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>Takes one identity from photos to its end through the service's public contract.</summary>
internal sealed class SampleIdentity : IDisposable
{
    public const string User = "local-user";
    private const string Name = "Sample Person";
    private const int MostPhotos = 40;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly Action<string> _say;

    public SampleIdentity(Uri service, string token, Action<string> say)
    {
        _say = say;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service, Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <returns>Null once it is ready, else why it is not.</returns>
    public async Task<string?> TrainAsync(string photosFolder, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        try
        {
            var photos = Photos(photosFolder);
            _say($"sending {photos.Length} photos of {Name}");
            return await SendAsync(photos, late.Token) is { } id ? await FollowAsync(id, late.Token) : "The answer names no identity.";
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"The sample was not ready within {Patience.TotalMinutes} minutes.";
        }
        catch (Exception reason) when (reason is HttpRequestException or LocalHostException or JsonException)
        {
            return reason.Message;
        }
    }

    public void Dispose() => _http.Dispose();

    private static string[] Photos(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Where(file => MediaType(file) is not null).Order(StringComparer.Ordinal).Take(MostPhotos)]
        : throw new LocalHostException($"{folder} holds no photos.");

    private static string? MediaType(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        _ => null,
    };

    private async Task<string?> SendAsync(string[] photos, CancellationToken stop)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Name), "identityName" } };
        foreach (var photo in photos)
        {
            var part = new StreamContent(File.OpenRead(photo));
            part.Headers.ContentType = new MediaTypeHeaderValue(MediaType(photo)!);
            form.Add(part, "images", Path.GetFileName(photo));
        }

        using var answer = await _http.PostAsync(new Uri("api/train-identity", UriKind.Relative), form, stop);
        var accepted = await ReadAsync(answer, stop);
        _say($"accepted: {accepted["modelUrl"]} is {accepted["status"]}");
        return (string?)accepted["identityId"];
    }

    private async Task<string?> FollowAsync(string id, CancellationToken stop)
    {
        for (var last = ""; ;)
        {
            using var answer = await _http.GetAsync(new Uri($"api/identities/{id}", UriKind.Relative), stop);
            var view = await ReadAsync(answer, stop);
            var (status, stage) = ((string?)view["status"], (string?)view["stage"]);
            if (last != $"{status} {stage}") _say(stage is null || stage == status ? $"{status}" : $"{status}: {stage}");
            if (status is "ready") return null;
            if (status is "failed") return $"The sample failed: {view["errorMessage"]} ({view["errorCode"]})";
            last = $"{status} {stage}";
            await Task.Delay(Poll, stop);
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var body = await answer.Content.ReadAsStringAsync(stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw new LocalHostException($"{answer.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)answer.StatusCode}: {body}");
        }

        return JsonNode.Parse(body) as JsonObject ?? throw new LocalHostException("The service answered something other than an object.");
    }
}
