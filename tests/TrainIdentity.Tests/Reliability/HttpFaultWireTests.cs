using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The wire of the fault matrix itself: what strikes, when, and as what.</summary>
public sealed class HttpFaultWireTests
{
    private static readonly Uri Info = new("https://hub.test/api/models/local/identity-x-1");
    private static readonly Uri Other = new("https://hub.test/api/models/local/identity-x-1/settings");

    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Calls => new()
    {
        { "GET", "https://hub.test/api/whoami-v2", "WhoAmI" },
        { "POST", "https://hub.test/api/repos/create", "Create" },
        { "GET", "https://hub.test/api/models/local/x", "Info" },
        { "GET", "https://hub.test/api/models/local/x/tree/0123?recursive=true", "Tree" },
        { "POST", "https://hub.test/local/x.git/info/lfs/objects/batch", "Batch" },
        { "PUT", "https://storage.test/_lfs/1/2?X-Amz-Signature=3", "Put" },
        { "POST", "https://hub.test/local/x.git/info/lfs/objects/verify", "Verify" },
        { "POST", "https://hub.test/api/models/local/x/commit/main", "Commit" },
        { "GET", "https://hub.test/api/jobs/local?label=a%3Db", "JobList" },
        { "POST", "https://hub.test/api/jobs/local", "JobStart" },
        { "GET", "https://hub.test/api/jobs/local/1", "JobGet" },
        { "POST", "https://hub.test/api/jobs/local/1/cancel", "JobCancel" },
        { "DELETE", "https://hub.test/api/repos/delete", "Delete" },
        { "POST", "https://hub.test/api/models/local/x/preupload/main", "" },
        { "GET", "https://hub.test/api/models/local/x/commits/main", "" },
        { "GET", "https://hub.test/api/jobs/hardware", "" },
        { "GET", "https://hub.test/local/x/resolve/main/.gitattributes", "" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_is_known_by_its_method_and_path(string method, string address, string call) =>
        Assert.Equal(call, WireCalls.Of(new HttpMethod(method), new Uri(address))?.ToString() ?? "");

    [Fact]
    public void There_are_thirty_faults() => Assert.Equal(30, Enum.GetValues<WireFault>().Length);

    [Fact]
    public async Task A_first_try_is_struck_once()
    {
        using var line = Line(WireFault.ServerError500, WirePosition.FirstTry);

        Assert.Equal([500, 200, 200], await StatusesAsync(line, Info, 3));
        Assert.Equal([true, false, false], line.Wire.Requests.Select(request => request.Fault is not null));
    }

    [Fact]
    public async Task A_retry_is_struck_after_a_first_try_that_failed_otherwise()
    {
        using var line = Line(WireFault.NotFound404, WirePosition.OnRetry);

        Assert.Equal([503, 404, 200], await StatusesAsync(line, Info, 3));
    }

    [Fact]
    public async Task Always_is_every_time_and_leaves_other_calls_alone()
    {
        using var line = Line(WireFault.Unprocessable422, WirePosition.Always);

        Assert.Equal([422, 422, 422], await StatusesAsync(line, Info, 3));
        Assert.Equal([200], await StatusesAsync(line, Other, 1));
    }

    [Fact]
    public async Task The_log_tells_which_requests_carried_a_token()
    {
        using var line = Line(WireFault.ServerError500, WirePosition.FirstTry);
        using var request = new HttpRequestMessage(HttpMethod.Get, Other);
        request.Headers.Add("Authorization", "Bearer x");

        using var answer = await line.Http.SendAsync(request, Stop);
        await StatusesAsync(line, Other, 1);

        Assert.Equal([true, false], line.Wire.Requests.Select(one => one.Bearer));
    }

    [Theory]
    [InlineData(WireFault.DnsFails, HttpRequestError.NameResolutionError)]
    [InlineData(WireFault.ConnectionRefused, HttpRequestError.ConnectionError)]
    [InlineData(WireFault.TlsFails, HttpRequestError.SecureConnectionError)]
    internal async Task A_line_that_is_never_made_names_its_cause(WireFault fault, HttpRequestError error)
    {
        using var line = Line(fault, WirePosition.Always);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => line.Http.GetAsync(Info, Stop));

        Assert.Equal(error, thrown.HttpRequestError);
        Assert.Equal(0, line.Reached);
    }

    [Fact]
    public async Task A_connection_times_out_by_the_clock_it_was_given()
    {
        using var line = Line(WireFault.ConnectTimesOut, WirePosition.Always);

        var call = line.Http.GetAsync(Info, Stop);
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => call);
        Assert.IsType<TimeoutException>(thrown.InnerException);
    }

    [Fact]
    public async Task An_answer_that_never_comes_ends_with_the_patience_of_the_caller()
    {
        using var line = Line(WireFault.HeadersNeverCome, WirePosition.Always);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15), _clock);

        var call = line.Http.GetAsync(Info, patience.Token);
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(WireFault.ResetInBody, typeof(IOException))]
    [InlineData(WireFault.EndInBody, typeof(HttpIOException))]
    internal async Task A_body_that_breaks_gives_its_first_half(WireFault fault, Type thrown)
    {
        using var line = Line(fault, WirePosition.Always);
        using var answer = await line.Http.GetAsync(Info, HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        var block = new byte[100];

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Answer.Length / 2, await body.ReadAsync(block, Stop));
        await Assert.ThrowsAsync(thrown, () => body.ReadAsync(block, Stop).AsTask());
    }

    [Fact]
    public async Task A_body_that_stalls_waits_for_its_reader_to_give_up()
    {
        using var line = Line(WireFault.StallInBody, WirePosition.Always);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15), _clock);
        using var answer = await line.Http.GetAsync(Info, HttpCompletionOption.ResponseHeadersRead, Stop);

        var body = answer.Content.ReadAsByteArrayAsync(patience.Token);
        _clock.Advance(TimeSpan.FromSeconds(15));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => body);
    }

    [Fact]
    public async Task A_gateway_that_times_out_after_the_effect_lets_it_happen()
    {
        using var line = Line(WireFault.GatewayTimeoutAfterEffect504, WirePosition.Always);

        Assert.Equal([504], await StatusesAsync(line, Info, 1));
        Assert.Equal(1, line.Reached);
    }

    [Fact]
    public async Task A_date_to_wait_for_is_ahead_of_the_clock_it_was_given()
    {
        using var line = Line(WireFault.RetryAfterDate429, WirePosition.Always);
        using var answer = await line.Http.GetAsync(Info, Stop);

        Assert.True(answer.Headers.RetryAfter!.Date > _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Junk_is_never_what_was_asked_for(int shape)
    {
        using var answer = WireAnswers.Junk(shape);
        var text = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(Answer, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_strike_is_the_same_for_the_same_seed_and_not_for_every_seed()
    {
        var one = Strikes(1).ToList();

        Assert.Equal(one, Strikes(1));
        Assert.NotEqual(one, Strikes(2));
    }

    private const string Answer = """{"_id":"1","id":"local/identity-x-1","sha":"0123456789012345678901234567890123456789","private":true}""";

    private static IEnumerable<(int, bool, int)> Strikes(int seed) => Enum.GetValues<WireFault>()
        .Select(fault => new WireStrike(WireCall.Info, fault, WirePosition.FirstTry, seed)).Select(strike => (strike.Place, strike.AfterEffect, strike.Shape));

    /// <summary>Struck at the first call, whatever place the seed would choose.</summary>
    private StruckLine Line(WireFault fault, WirePosition position) =>
        new(Enumerable.Range(0, 1000).Select(seed => new WireStrike(WireCall.Info, fault, position, seed)).First(strike => strike.Place == 0), _clock);

    private static async Task<List<int>> StatusesAsync(StruckLine line, Uri address, int times)
    {
        List<int> statuses = [];
        for (var n = 0; n < times; n++)
        {
            using var answer = await line.Http.GetAsync(address, Stop);
            statuses.Add((int)answer.StatusCode);
        }
        return statuses;
    }

    private sealed class StruckLine : HttpMessageHandler
    {
        public StruckLine(WireStrike strike, TimeProvider clock)
        {
            Wire = new Wire(strike, clock);
            Http = new HttpClient(Wire.Over(this), disposeHandler: false);
        }

        public Wire Wire { get; }

        public HttpClient Http { get; }

        public int Reached { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Reached++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Answer, Encoding.UTF8, "application/json") });
        }

        protected override void Dispose(bool disposing)
        {
            Http.Dispose();
            base.Dispose(disposing);
        }
    }
}
