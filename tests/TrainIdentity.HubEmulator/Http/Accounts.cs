using System.Collections.Concurrent;
using System.Text;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>The tokens that are good, and whose they are.</summary>
internal sealed class Accounts
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    public Accounts(HubEmulatorOptions options)
    {
        _callers[options.Token] = new(options.User, options.Organizations, TokenRole.Full, Actor.Service);
        if (options.RunnerToken is { } runner && runner != options.Token)
        {
            _callers[runner] = new(options.User, options.Organizations, TokenRole.RepoWriter, Actor.Runner);
        }
    }

    public Caller? Find(string token) => _callers.GetValueOrDefault(token);

    public void Add(string token, Caller caller) => _callers[token] = caller;

    public void Revoke(string token) => _callers.TryRemove(token, out _);

    /// <summary>Null for an anonymous call; a refusal only for a token that is no good.</summary>
    public Refusal? Read(HttpRequest request, out Caller? caller)
    {
        caller = null;
        if (request.Headers.Authorization.ToString() is not { Length: > 0 } header) return null;
        caller = TokenIn(header) is { } token ? Find(token) : null;
        return caller is null ? Refusals.BadCredentials : null;
    }

    /// <summary>Refuses the anonymous too.</summary>
    public Refusal? Require(HttpRequest request, out Caller caller)
    {
        var refusal = Read(request, out var known);
        caller = known!;
        return refusal ?? (known is null ? Refusals.Anonymous : null);
    }

    /// <remarks>Git and LFS clients send the token as the password of Basic authentication.</remarks>
    private static string? TokenIn(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2).ElementAtOrDefault(1)
            : null;
    }
}
