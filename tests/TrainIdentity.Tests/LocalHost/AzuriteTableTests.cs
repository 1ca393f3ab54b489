using System.Diagnostics;
using System.Net;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class AzuriteTableTests
{
    [Fact]
    public async Task Azurite_answers_once_started_and_ends_with_its_owner()
    {
        var azurite = await AzuriteTable.StartAsync(TestContext.Current.CancellationToken);
        using var process = Process.GetProcessById(azurite.ProcessId);
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"{azurite.Url}/Tables"), TestContext.Current.CancellationToken);
        await azurite.DisposeAsync();

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains($"TableEndpoint={azurite.Url}", azurite.ConnectionString, StringComparison.Ordinal);
        Assert.True(process.HasExited);
    }
}
