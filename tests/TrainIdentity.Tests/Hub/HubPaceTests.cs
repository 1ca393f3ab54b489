using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.Tests.Hub;

public sealed class HubPaceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Calls_count_for_five_minutes()
    {
        var pace = Pace(10);
        pace.Sent();
        _clock.Advance(TimeSpan.FromMinutes(3));
        pace.Sent();
        pace.Sent();

        var before = pace.Spent;
        _clock.Advance(TimeSpan.FromMinutes(2));
        var after = pace.Spent;
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal((3, 2, 0), (before, after, pace.Spent));
    }

    [Theory]
    [InlineData(1000, 600)]
    [InlineData(2500, 1500)]
    [InlineData(1, 0)]
    [InlineData(int.MaxValue, 1288490188)]
    public void Sixty_percent_of_the_allowance_may_go_to_work_nobody_waits_for(int allowance, int allowed) => Assert.Equal(allowed, Pace(allowance).Allowed);

    [Theory]
    [InlineData("\"api\";r=400;t=55", 600)]
    [InlineData("\"api\";r=0;t=55", 1000)]
    [InlineData("\"api\"; r=999 ; t=300", 1)]
    [InlineData("\"resolvers\";r=10;t=55", 1)]
    [InlineData("\"pages\";r=1;t=9, \"api\";r=300;t=9", 700)]
    [InlineData("\"api\";r=5900;t=55", 1)]
    [InlineData("\"api\";r=0;t=0", 1)]
    [InlineData("nonsense", 1)]
    public void The_Hub_is_believed_when_it_counts_more_than_we_do(string header, int spent)
    {
        var pace = Pace(1000);
        pace.Sent();

        Answer(pace, header);

        Assert.Equal(spent, pace.Spent);
    }

    [Fact]
    public void What_the_Hub_said_counts_until_its_window_ends()
    {
        var pace = Pace(1000);
        Answer(pace, "\"api\";r=100;t=60");

        _clock.Advance(TimeSpan.FromSeconds(59));
        var within = pace.Spent;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((900, 0), (within, pace.Spent));
    }

    [Fact]
    public async Task Every_call_to_the_Hub_counts_redirects_and_repeats_too_and_storage_does_not()
    {
        await using var desk = await HubDesk.OpenAsync();
        desk.Hub.Faults.Add(new Fault("info", FaultKind.Status, Status: 503));
        await desk.CommitAsync();
        await desk.MoveAsync($"{desk.Repo}", "local/moved");
        await desk.Client.Repos.InfoAsync(desk.Repo, HubDesk.Stop);

        var calls = desk.Hub.Calls.Latest.Where(call => call.Route is not ("put" or "complete" or "download" or "move")).ToList();

        Assert.Contains(calls, call => call is { Route: "info", Status: 307 });
        Assert.Contains(calls, call => call is { Route: "info", Status: 503 });
        Assert.Equal(calls.Count, desk.Client.Pace.Spent);
    }

    [Fact]
    public async Task What_others_of_the_account_have_used_is_seen_in_the_answers()
    {
        await using var desk = await HubDesk.OpenAsync(
            options => options with { RateLimits = new RateLimits(Api: 350) }, new HubToken(_ => ValueTask.FromResult("hf_local"), _ => ValueTask.FromResult("hf_local")));

        await desk.Client.Account.ProbeAsync(HubDesk.Stop);

        Assert.Equal(651, desk.Client.Pace.Spent);
        Assert.False(desk.Client.Pace.Spent < desk.Client.Pace.Allowed, desk.Client.Pace.Allowed.ToString(CultureInfo.InvariantCulture));
    }

    private HubPace Pace(int allowance) => new(new HubOptions { CallsPerFiveMinutes = allowance }, _clock);

    private static void Answer(HubPace pace, string header)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit", header);
        pace.Answered(response.Headers);
    }
}
