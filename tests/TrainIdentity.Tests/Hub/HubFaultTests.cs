using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.Hub;

/// <summary>Every call against every way it goes wrong. <c>docs/hub.md</c> tells the same story in words.</summary>
public sealed class HubFaultTests
{
    private const string BadToken = """{"error":"Invalid credentials in Authorization header"}""";

    /// <summary>Trouble that the client gets over: everything happened, and happened once.</summary>
    public static TheoryData<string, FaultKind, int?, bool> Overcome => new()
    {
        { "whoami", FaultKind.Status, 503, false },
        { "whoami", FaultKind.Cut, null, false },
        { "create", FaultKind.Status, 503, false },
        { "create", FaultKind.Busy, null, false },
        { "create", FaultKind.ErrorAfterEffect, 504, false },
        { "create", FaultKind.Cut, null, true },
        { "create", FaultKind.Html, 502, false },
        { "info", FaultKind.Status, 500, false },
        { "info", FaultKind.RateLimit, null, false },
        { "tree", FaultKind.Status, 503, false },
        { "resolve", FaultKind.Status, 503, false },
        { "preupload", FaultKind.Status, 503, false },
        { "preupload", FaultKind.Cut, null, false },
        { "batch", FaultKind.Status, 503, false },
        { "batch", FaultKind.ExpireUrls, null, false },
        { "put", FaultKind.Status, 503, false },
        { "put", FaultKind.S3Timeout, null, false },
        { "put", FaultKind.ExpireUrls, null, false },
        { "put", FaultKind.Cut, null, false },
        { "put", FaultKind.Cut, null, true },
        { "put", FaultKind.CutBody, null, false },
        { "put", FaultKind.DropEtag, null, false },
        { "complete", FaultKind.Status, 500, false },
        { "complete", FaultKind.Status, 400, false },
        { "complete", FaultKind.ErrorAfterEffect, 504, false },
        { "verify", FaultKind.Status, 503, false },
        { "verify", FaultKind.Status, 422, false },
        { "commit", FaultKind.ErrorAfterEffect, 500, false },
        { "commit", FaultKind.ErrorAfterEffect, 504, false },
        { "commit", FaultKind.Cut, null, false },
        { "commit", FaultKind.Cut, null, true },
        { "commit", FaultKind.StaleParent, null, false },
        { "commit", FaultKind.Status, 409, false },
        { "commit", FaultKind.Status, 503, false },
        { "jobs.list", FaultKind.Status, 503, false },
        { "jobs.get", FaultKind.Status, 503, false },
        { "jobs.cancel", FaultKind.Status, 503, false },
        { "jobs.cancel", FaultKind.ErrorAfterEffect, 504, false },
        { "delete", FaultKind.Status, 503, false },
        { "delete", FaultKind.ErrorAfterEffect, 504, false },
    };

    [Theory]
    [MemberData(nameof(Overcome))]
    public async Task Trouble_that_passes_is_got_over_without_doing_anything_twice(string route, FaultKind kind, int? status, bool after)
    {
        await using var desk = await HubDesk.OpenAsync();
        desk.Hub.Faults.Add(new Fault(route, kind, Status: status, After: after, Bytes: 10));

        Assert.Equal("local", await desk.Client.Account.NamespaceAsync(HubDesk.Stop));
        var oid = await desk.CommitAsync();
        await desk.JobAsync();
        var files = desk.Hub.Files(desk.Repo.ToString());
        await desk.Client.Repos.DeleteAsync(desk.Repo, HubDesk.Stop);

        Assert.Matches("^[0-9a-f]{40}$", oid);
        Assert.Equal(
            [".gitattributes", "README.md", "empty.txt", .. HubDesk.Photos.Select(photo => photo.Path)],
            files!.Keys.Order(StringComparer.Ordinal));
        foreach (var (journalKind, times) in new[] { (JournalKinds.RepoCreated, 1), (JournalKinds.Commit, 1), (JournalKinds.ObjectStored, 3), (JournalKinds.JobStarted, 1), (JournalKinds.JobCanceled, 1), (JournalKinds.RepoDeleted, 1) })
        {
            Assert.Equal(times, desk.Hub.Journal.Entries.Count(entry => entry.Kind == journalKind));
        }
    }

    /// <summary>Trouble that does not pass is named, and nothing is hammered.</summary>
    public static TheoryData<string, FaultKind, int?, string?, HubFault> Named => new()
    {
        { "whoami", FaultKind.Status, 401, BadToken, HubFault.Auth },
        { "create", FaultKind.Status, 402, null, HubFault.Quota },
        { "create", FaultKind.Status, 403, null, HubFault.Auth },
        { "create", FaultKind.Status, 429, null, HubFault.RateLimited },
        { "info", FaultKind.Html, 200, null, HubFault.BadResponse },
        { "info", FaultKind.Status, 401, BadToken, HubFault.Auth },
        { "info", FaultKind.Status, 307, null, HubFault.BadResponse },
        { "preupload", FaultKind.Status, 422, null, HubFault.Refused },
        { "preupload", FaultKind.Status, 401, """{"error":"Invalid username or password."}""", HubFault.RepoMissing },
        { "batch", FaultKind.BatchObjectError, null, null, HubFault.Refused },
        { "batch", FaultKind.Status, 200, """{"transfer":"basic","objects":[]}""", HubFault.BadResponse },
        { "batch", FaultKind.Status, 200, """{"objects":[{"oid":"ff","size":1}]}""", HubFault.BadResponse },
        { "batch", FaultKind.Status, 200, "[", HubFault.BadResponse },
        { "put", FaultKind.Status, 400, null, HubFault.Refused },
        { "commit", FaultKind.Quota, 403, null, HubFault.Quota },
        { "commit", FaultKind.Quota, 400, null, HubFault.Quota },
        { "commit", FaultKind.Status, 429, null, HubFault.RateLimited },
        { "commit", FaultKind.Status, 413, null, HubFault.Refused },
        { "jobs.start", FaultKind.Status, 402, null, HubFault.Quota },
        { "jobs.start", FaultKind.Status, 503, null, HubFault.Unavailable },
        { "jobs.start", FaultKind.Cut, null, null, HubFault.Unavailable },
        { "jobs.start", FaultKind.Status, 200, "{}", HubFault.BadResponse },
    };

    [Theory]
    [MemberData(nameof(Named))]
    public async Task Trouble_that_does_not_pass_is_named(string route, FaultKind kind, int? status, string? body, HubFault expected)
    {
        await using var desk = await HubDesk.OpenAsync();
        var headers = status switch
        {
            429 => new Dictionary<string, string> { ["Retry-After"] = "600" },
            307 => new Dictionary<string, string> { ["Location"] = "http://elsewhere.example/steal" },
            _ => null,
        };
        desk.Hub.Faults.Add(new Fault(route, kind, Times: 1000, Status: status, Body: body, Headers: headers));

        var trouble = await Assert.ThrowsAsync<HubException>(async () =>
        {
            await desk.Client.Account.NamespaceAsync(HubDesk.Stop);
            await desk.CommitAsync();
            await desk.JobAsync();
        });

        Assert.Equal(expected, trouble.Fault);
        Assert.DoesNotContain("hf_local", trouble.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", trouble.ToString(), StringComparison.Ordinal);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(601) : null, trouble.RetryAfter);
        Assert.DoesNotContain(desk.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }

    [Fact]
    public async Task A_job_whose_start_has_no_answer_is_found_by_its_labels_and_not_started_again()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        desk.Hub.Faults.Add(new Fault("jobs.start", FaultKind.ErrorAfterEffect, Status: 500));

        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Jobs.StartAsync("local", desk.Spec, HubDesk.Stop));
        var found = await desk.Client.Jobs.ListAsync("local", desk.Spec.Labels, HubDesk.Stop);

        Assert.True(trouble.OutcomeUnknown);
        Assert.Single(found);
    }

    [Fact]
    public async Task An_object_the_Hub_lost_is_no_commit()
    {
        await using var desk = await HubDesk.OpenAsync();
        desk.Hub.Faults.Add(new Fault("batch", FaultKind.LoseObject, Times: 3));

        var trouble = await Record.ExceptionAsync(desk.CommitAsync);

        Assert.Equal(HubFault.Refused, Assert.IsType<HubException>(trouble).Fault);
        Assert.DoesNotContain(desk.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.Commit);
    }

    [Fact]
    public async Task A_branch_that_somebody_else_moved_is_not_committed_over()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        var parent = (await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop))!.Head;
        desk.Hub.Push("hf_local", desk.Repo.ToString(), "Stranger", new PushedFile("x.txt", "x"u8.ToArray()));
        var plan = new CommitPlan("s", "Record: 1", parent, [new PlannedFile("a.txt", "a"u8.ToArray())], []);

        var oid = await desk.Client.Commits.CommitAsync(
            desk.Repo, plan, async stop => (await desk.Client.Repos.InfoAsync(desk.Repo, stop))!.Head, TimeSpan.FromSeconds(20), HubDesk.Stop);

        Assert.Null(oid);
        Assert.Single(desk.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.Commit);
    }

    [Fact]
    public async Task What_is_stored_already_is_not_sent_again_and_twins_go_once()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.CommitAsync();
        var before = desk.Hub.Calls.Latest.Count(call => call.Route == "put");

        await desk.Client.Lfs.UploadAsync(desk.Repo, [.. HubDesk.Photos.Select(photo => new LfsContent(photo.Oid, photo.Bytes.Length, () => throw new InvalidOperationException("Read again.")))], HubDesk.Stop);

        Assert.Equal(before, desk.Hub.Calls.Latest.Count(call => call.Route == "put"));
        Assert.Equal(3, desk.Hub.Journal.Entries.Count(entry => entry.Kind == JournalKinds.ObjectStored));
        Assert.DoesNotContain(desk.Hub.Calls.Latest, call => call.Route is "put" or "complete" && call.Authorized);
    }

    [Fact]
    public async Task Not_a_byte_leaves_before_it_is_known_that_it_may()
    {
        await using var desk = await HubDesk.OpenAsync();
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        LfsContent[] contents = [.. HubDesk.Photos.Select(photo => new LfsContent(photo.Oid, photo.Bytes.Length, () => new MemoryStream(photo.Bytes)))];
        var (asked, refused) = (new TaskCompletionSource<bool>(), new HubException(HubFault.Unavailable, "info", "no answer"));

        var upload = desk.Client.Lfs.UploadAsync(desk.Repo, contents, asked.Task, HubDesk.Stop);
        while (!desk.Hub.Calls.Latest.Any(call => call.Route == "batch"))
        {
            await Task.Delay(10, HubDesk.Stop);
        }
        var early = desk.Hub.Calls.Latest.Count(call => call.Route == "put");
        asked.SetResult(false);

        Assert.False(await upload);
        Assert.Equal(refused, await Assert.ThrowsAsync<HubException>(() => desk.Client.Lfs.UploadAsync(desk.Repo, contents, Task.FromException<bool>(refused), HubDesk.Stop)));
        Assert.Equal((0, 0), (early, desk.Hub.Calls.Latest.Count(call => call.Route == "put")));
        Assert.True(await desk.Client.Lfs.UploadAsync(desk.Repo, contents, Task.FromResult(true), HubDesk.Stop));
    }

    [Fact]
    public async Task Ranges_come_back_exact_and_a_missing_file_is_null()
    {
        await using var desk = await HubDesk.OpenAsync();
        var oid = (await desk.CommitAsync())!;
        var (path, bytes, _) = HubDesk.Photos[1];

        var part = await desk.Client.Files.ReadAsync(desk.Repo, oid, path, (1000, 500), 1 << 20, HubDesk.Stop);
        var missing = await desk.Client.Files.ReadAsync(desk.Repo, oid, "no/such file.txt", null, 1 << 20, HubDesk.Stop);
        var trouble = await Assert.ThrowsAsync<HubException>(() => desk.Client.Files.ReadAsync(desk.Repo, oid, "README.md", null, 2, HubDesk.Stop));

        Assert.Equal(bytes[1000..1500], part);
        Assert.Null(missing);
        Assert.Equal(HubFault.BadResponse, trouble.Fault);
    }

    [Fact]
    public async Task A_repo_that_is_not_there_is_null_and_a_bad_token_is_not()
    {
        await using var desk = await HubDesk.OpenAsync();
        await using var stranger = await HubDesk.OpenAsync("hf_unknown");

        Assert.Null(await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop));
        var trouble = await Assert.ThrowsAsync<HubException>(() => stranger.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop));

        Assert.Equal(HubFault.Auth, trouble.Fault);
    }

    [Fact]
    public async Task A_log_is_followed_to_the_end_of_its_job_and_its_tail_is_short()
    {
        await using var desk = await HubDesk.OpenAsync();
        desk.Hub.Play = async (run, stop) =>
        {
            run.Start();
            foreach (var n in Enumerable.Range(1, 5))
            {
                run.Print($"line {n}");
            }
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
            return JobEnd.Completed;
        };
        await desk.Client.Repos.CreatePrivateAsync(desk.Repo, HubDesk.Stop);
        var job = await desk.Client.Jobs.StartAsync("local", desk.Spec, HubDesk.Stop);

        List<string> lines = [];
        await foreach (var line in desk.Client.Logs.FollowAsync("local", job.Id, HubDesk.Stop))
        {
            lines.Add(line);
        }
        var tail = await desk.Client.Logs.TailAsync("local", job.Id, 2, TimeSpan.FromSeconds(5), HubDesk.Stop);

        Assert.Equal(["line 1", "line 2", "line 3", "line 4", "line 5"], lines.Where(line => line.StartsWith("line", StringComparison.Ordinal)));
        Assert.Equal(2, tail.Count);
    }

    [Fact]
    public async Task Webhooks_are_made_found_written_again_and_enabled()
    {
        await using var desk = await HubDesk.OpenAsync();
        var url = new Uri("https://app.example/api/training-status");

        var made = await desk.Client.Webhooks.CreateAsync(url, "s3cret", "local", organisation: false, HubDesk.Stop);
        var updated = await desk.Client.Webhooks.UpdateAsync(made.Id, url, "other", "local", organisation: false, HubDesk.Stop);
        var enabled = await desk.Client.Webhooks.EnableAsync(made.Id, HubDesk.Stop);
        var listed = await desk.Client.Webhooks.ListAsync(HubDesk.Stop);

        Assert.Equal((made.Id, made.Id, false), (updated.Id, enabled.Id, enabled.Disabled));
        var one = Assert.Single(listed, webhook => webhook.Url == url.AbsoluteUri);
        Assert.Equal(["local"], one.Watched);
        Assert.Equal(["repo"], one.Domains);
    }

    [Fact]
    public async Task Prices_and_scope_are_read_as_the_Hub_gives_them()
    {
        await using var desk = await HubDesk.OpenAsync();

        var prices = await desk.Client.Jobs.HourlyPricesAsync(HubDesk.Stop);
        var scope = await desk.Client.Account.ScopeAsync(needsJobs: true, HubDesk.Stop);

        Assert.Equal(2.50m, decimal.Round(prices["a100-large"], 2));
        Assert.Equal((true, "local", false), (scope.Suffices, scope.Owner, scope.IsOrganisation));
    }
}
