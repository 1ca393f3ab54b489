using System.Net;
using System.Text.Json.Nodes;
using TrainIdentity.Functions.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Every request of <c>Cases/requests.json</c>, sent to the service over a socket of its own.</summary>
public sealed class RequestCaseTests(RequestService service) : IClassFixture<RequestService>
{
    private readonly ServiceRig _rig = service.Rig;

    public static TheoryData<string, string> Ids => [.. RequestCase.All.Values.Select(one => new TheoryDataRow<string, string>(one.Id, one.What))];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_request_gets_what_it_deserves(string id, string what)
    {
        var one = RequestCase.All[id];
        Assert.Equal(what, one.What);
        var user = "user-" + id;
        for (var n = 0; n < one.UploadsBefore; n++)
        {
            Assert.Equal(200, (await _rig.UploadAsync(user, Uploads.Text(TinyPhotos.Json($"Before {n}")))).Status);
        }
        var before = await service.HeldAsync(user);
        var repos = _rig.Hub.Repos.Count;

        var reply = await SendAsync(one, user);

        Assert.True(one.Status == reply.Status, $"{reply.Status} {reply.Body}");
        foreach (var (name, value) in one.Answers)
        {
            Assert.Equal((name, value is null ? null : RequestCase.Text(value, Words(user))), (name, reply.Header(name)));
        }
        if (!one.Bare)
        {
            HasOurHeaders(reply);
            Explains(one, reply);
        }
        if (one.Photos is null)
        {
            Assert.Equal(before, await service.HeldAsync(user));
        }
        else
        {
            Assert.Equal(repos + 1, _rig.Hub.Repos.Count);
            var commit = _rig.Hub.Journal.Entries.Last(entry => entry.Kind == JournalKinds.Commit);
            Assert.Equal(one.Photos, commit.Paths!.Where(path => path.StartsWith("images/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Somebody_elses_identity_is_answered_like_none_to_the_byte()
    {
        var theirs = await AskAsync("DELETE", $"/api/identities/{service.OthersIdentity}");
        var nobodys = await AskAsync("DELETE", $"/api/identities/{Guid.CreateVersion7()}");

        Assert.Equal((404, nobodys.Said), (theirs.Status, theirs.Said));
        Assert.Equal(200, (await _rig.GetAsync($"/api/identities/{service.OthersIdentity}", RequestService.Other)).Status);
    }

    [Fact]
    public async Task Every_route_wants_a_token_but_those_that_are_open()
    {
        string[] open = ["/api/health", "/api/ready", "/api/openapi.json", "/api/limits"];
        foreach (var (path, item) in JsonNode.Parse((await _rig.GetAsync("/api/openapi.json", null)).Text)!["paths"]!.AsObject())
        {
            foreach (var (method, _) in item!.AsObject().Where(_ => !open.Contains(path) && path != "/api/training-status" && !path.StartsWith("/app/", StringComparison.Ordinal)))
            {
                var reply = await _rig.SendAsync(new HttpMethod(method.ToUpperInvariant()), path.Replace("{id}", service.OthersIdentity, StringComparison.Ordinal).Replace("{n}", "1", StringComparison.Ordinal), null);

                Assert.Equal((path, 401), (path, reply.Status));
            }
        }
    }

    private async Task<RawReply> SendAsync(RequestCase one, string user)
    {
        var authorization = one.Token switch { "good" => _rig.Token(user), "bad" => "eyJhbGciOiJub25lIn0.e30.", _ => null };
        return await RawCall.SendAsync(_rig.Stack.Handler, one.Request(_rig.Stack.Handler.Authority, authorization, Words(user)), one.Method, ServiceRig.Stop);
    }

    /// <summary>Status, headers and body, without what differs between any two answers.</summary>
    private async Task<(int Status, string Said)> AskAsync(string method, string path)
    {
        var reply = await SendAsync(new RequestCase { Id = "", What = "", Method = method, Path = path, Status = 0 }, "curious");
        var body = JsonNode.Parse(reply.Body)!.AsObject();
        Assert.True(body.Remove("instance"));
        return (reply.Status, string.Join('\n', reply.Headers.Where(header => header.Name != "Date")) + body.ToJsonString());
    }

    private Func<string, string?> Words(string user) => word => word switch
    {
        "user" => user,
        "consent" => Usual.Terms.Consent.Version,
        "USER" => user.ToUpperInvariant(),
        "other" => service.OthersIdentity,
        "origin" => Origin,
        "ORIGIN" => Origin.ToUpperInvariant(),
        "authority" => _rig.Stack.Handler.Authority,
        "token" => _rig.Token(user),
        _ => null,
    };

    private string Origin => _rig.Stack.Service.GetLeftPart(UriPartial.Authority);

    private static void HasOurHeaders(RawReply reply)
    {
        Assert.Equal(
            ("no-store", "nosniff", "no-referrer", "same-origin", "DENY", "default-src 'none'; frame-ancestors 'none'"),
            (reply.Header("Cache-Control"), reply.Header("X-Content-Type-Options"), reply.Header("Referrer-Policy"), reply.Header("Cross-Origin-Resource-Policy"),
                reply.Header("X-Frame-Options"), reply.Header("Content-Security-Policy")));
        Assert.Contains("Origin", reply.Header("Vary"), StringComparison.Ordinal);
        Assert.Null(reply.Header("Server"));
        Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
    }

    private static void Explains(RequestCase one, RawReply reply)
    {
        if (one.Code is null)
        {
            Assert.True(reply.Status < 400, "A case that is refused names its code.");
            return;
        }
        if (one.Method == "HEAD")
        {
            return;
        }

        Assert.Equal("application/problem+json", reply.Header("Content-Type"));
        var problem = JsonNode.Parse(reply.Body)!;
        var kind = ProblemKinds.All.Single(kind => kind.Code == one.Code);
        Assert.True(one.Code == (string?)problem["code"], reply.Body);
        Assert.Equal(
            ($"urn:train-identity:{kind.Code}", kind.Title, kind.Status, false, kind.Retryable, (string?)problem["detail"]),
            ((string?)problem["type"], (string?)problem["title"], (int)problem["status"]!, (bool)problem["success"]!, (bool)problem["retryable"]!, (string?)problem["error"]));
        Assert.Equal((reply.Status, reply.Header("Retry-After")), (kind.Status, problem["retryAfter"]?.ToString()));
        Assert.StartsWith("urn:trace:", (string?)problem["instance"], StringComparison.Ordinal);
        if (one.Error is not null)
        {
            Assert.Equal(one.Error, (string?)problem["error"]);
        }
        if (one.Errors is not null)
        {
            Assert.Equal(one.Errors, problem["errors"]!.AsArray().Select(error => $"{error!["pointer"]} {error["code"]}"));
        }
        if (kind.Status == (int)HttpStatusCode.Unauthorized)
        {
            Assert.Equal(one.Code == "webhook_unauthorized" ? null : "Bearer", reply.Header("WWW-Authenticate"));
        }
    }
}
