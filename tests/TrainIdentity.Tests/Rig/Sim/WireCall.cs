namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The calls of an identity's life that a fault can strike.</summary>
internal enum WireCall
{
    WhoAmI,
    Create,
    Info,
    Tree,
    Batch,
    Put,
    Verify,
    Commit,
    JobList,
    JobStart,
    JobGet,
    JobCancel,
    Delete,
}

internal static class WireCalls
{
    /// <returns>Null for a call that no fault is aimed at.</returns>
    public static WireCall? Of(HttpMethod method, Uri address) => (method.Method, address.AbsolutePath) switch
    {
        ("GET", "/api/whoami-v2") => WireCall.WhoAmI,
        ("POST", "/api/repos/create") => WireCall.Create,
        ("DELETE", "/api/repos/delete") => WireCall.Delete,
        ("POST", var path) when path.EndsWith("/info/lfs/objects/batch", StringComparison.Ordinal) => WireCall.Batch,
        ("POST", var path) when path.EndsWith("/info/lfs/objects/verify", StringComparison.Ordinal) => WireCall.Verify,
        ("PUT", var path) when path.StartsWith("/_lfs/", StringComparison.Ordinal) => WireCall.Put,
        (var verb, var path) when path.StartsWith("/api/models/", StringComparison.Ordinal) => OfRepo(verb, path.Split('/')),
        (var verb, var path) when path.StartsWith("/api/jobs/", StringComparison.Ordinal) => OfJobs(verb, path.Split('/')),
        _ => null,
    };

    /// <summary>How many calls of a kind an undisturbed life makes at different places, so that a seed can choose among them.</summary>
    public static int Places(WireCall call) => call switch
    {
        WireCall.Info => 5,
        WireCall.Put or WireCall.Verify => 3,
        WireCall.Batch => 2,
        _ => 1,
    };

    private static WireCall? OfRepo(string verb, string[] path) => (verb, path.Length) switch
    {
        ("GET", 5) => WireCall.Info,
        ("GET", 7) when path[5] == "tree" => WireCall.Tree,
        ("POST", 7) when path[5] == "commit" => WireCall.Commit,
        _ => null,
    };

    private static WireCall? OfJobs(string verb, string[] path) => (verb, path.Length) switch
    {
        ("GET", 4) when path[3] != "hardware" => WireCall.JobList,
        ("POST", 4) => WireCall.JobStart,
        ("GET", 5) => WireCall.JobGet,
        ("POST", 6) when path[5] == "cancel" => WireCall.JobCancel,
        _ => null,
    };
}
