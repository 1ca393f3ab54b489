namespace TrainIdentity.HubEmulator.Http;

/// <summary>Every refusal in the Hub's own words.</summary>
internal static class Refusals
{
    public static Refusal BadCredentials { get; } = new(401, "Invalid credentials in Authorization header");

    public static Refusal Anonymous { get; } = new(401, "Invalid username or password.")
    {
        Headers = new Dictionary<string, string>
        {
            ["WWW-Authenticate"] = "Bearer realm=\"Authentication required\", charset=\"UTF-8\"",
        },
    };

    public static Refusal BadSignature { get; } = new(403, "Invalid or expired signature");

    public static Refusal RateLimited { get; } = new(429, "We had to rate limit your requests. Please retry later.");

    public static Refusal Busy { get; } = new(409, "Cannot create repo: another conflicting operation is in progress");

    public static Refusal RepoNotFound { get; } = new(404, "Repository not found", "RepoNotFound");

    public static Refusal EntryMissing { get; } = new(404, "Entry not found", "EntryNotFound");

    public static Refusal NoSuchFile { get; } = new(404, "A file with this name doesn't exist", "EntryNotFound");

    public static Refusal Moved { get; } = new(412, "A commit has happened since. Please refresh and try again.");

    public static Refusal Gated(string model) => new(403, $"Access to model {model} is restricted and you are not in the authorized list.", "GatedRepo");

    public static Refusal RevisionNotFound(string revision) => new(404, $"Invalid rev id: {revision}", "RevisionNotFound");

    public static Refusal EntryNotFound(string commit) => EntryMissing with
    {
        Headers = new Dictionary<string, string> { ["X-Repo-Commit"] = commit },
    };

    public static Refusal Forbidden(string text) => new(403, text);

    public static Refusal Invalid(string text) => new(400, text);

    public static Refusal Unprocessable(string text) => new(422, text);

    public static Refusal NotFound(string what) => new(404, $"{what} not found");
}
