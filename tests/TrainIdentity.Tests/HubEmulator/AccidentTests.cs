using System.Net;
using TrainIdentity.HubEmulator.Faults;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class AccidentTests
{
    [Fact]
    public async Task What_goes_wrong_inside_is_an_error_with_a_report()
    {
        var data = Directory.CreateTempSubdirectory("hub-tests-").FullName;
        var errors = new StringWriter();
        await using (var hub = await HubUser.StartAsync(options => options with { DataFolder = data, Errors = TextWriter.Synchronized(errors) }))
        {
            using var user = new HubUser(hub);
            _ = await user.CreateAsync("mira");
            _ = await user.CommitAsync("local/mira", null, HubUser.Text("README.md", "# Mira"));
            foreach (var blob in Directory.GetFiles(Path.Combine(Directory.GetDirectories(Path.Combine(data, "repos")).Single(), "blobs"))) File.Delete(blob);

            using var response = await user.GetAsync("/api/models/local/mira");

            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Contains("The emulator failed", await HubUser.ErrorAsync(response), StringComparison.Ordinal);
            Assert.True(response.Headers.Contains("X-Request-Id"));
            Assert.Equal(500, hub.Calls.Latest[^1].Status);
        }

        Assert.Contains("GET /api/models/local/mira failed.", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(FileNotFoundException), errors.ToString(), StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_fault_that_was_asked_for_is_no_accident()
    {
        var errors = new StringWriter();
        await using (var hub = await HubUser.StartAsync(options => options with
        {
            Errors = TextWriter.Synchronized(errors),
            Faults = [new("whoami", FaultKind.Cut), new("put", FaultKind.CutBody, Bytes: 1000)],
        }))
        {
            using var user = new HubUser(hub);
            var photo = HubUser.Bytes(1 << 20);
            _ = await user.CreateAsync("mira");
            var href = (string)(await user.BatchAsync("local/mira", photo))[0]["actions"]!["upload"]!["href"]!;
            await Assert.ThrowsAsync<HttpRequestException>(() => user.GetAsync("/api/whoami-v2"));
            await Assert.ThrowsAsync<HttpRequestException>(() => user.PutAsync(href, photo));
        }

        Assert.Empty(errors.ToString());
    }
}
