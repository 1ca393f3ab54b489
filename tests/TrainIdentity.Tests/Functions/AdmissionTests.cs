using System.IO.Pipelines;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Tests.Functions;

public sealed class AdmissionTests
{
    private static readonly LimitOptions Limits = new() { BytesInFlight = 30_000_000, KeptForSmallBytes = 10_000_000, SmallBytes = 4_000_000, LeastBytes = 1_000_000 };

    [Fact]
    public void Large_uploads_leave_room_for_small_ones()
    {
        var admission = new Admission(Limits);
        using var large = admission.TryEnter(20_000_000);

        Assert.NotNull(large);
        Assert.Null(admission.TryEnter(5_000_000));
        using (admission.TryEnter(4_000_000))
        using (admission.TryEnter(0))
        {
            Assert.Equal(25_000_000, admission.BytesInFlight);
        }
        Assert.Equal(20_000_000, admission.BytesInFlight);
    }

    [Fact]
    public void A_refused_one_holds_nothing()
    {
        var admission = new Admission(Limits);

        Assert.Null(admission.TryEnter(30_000_001));
        Assert.Equal(0, admission.BytesInFlight);
    }

    [Fact]
    public async Task A_body_without_a_length_takes_its_share_as_it_comes_and_stops_when_there_is_none()
    {
        var admission = new Admission(Limits);
        using var other = admission.TryEnter(15_000_000);
        var source = new MemoryStream(new byte[20_000_000]);
        using (var place = admission.TryEnter(null)!)
        {
            var body = new AdmittedBody(PipeReader.Create(source), 100_000_000, place, CancellationToken.None).AsStream();

            await Assert.ThrowsAsync<BusyException>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

            Assert.InRange(admission.BytesInFlight, 15_000_001, 20_000_000);
        }
        Assert.Equal(15_000_000, admission.BytesInFlight);
        Assert.InRange(source.Position, 1, 6_000_000);
    }

    [Theory]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    public async Task No_more_than_one_byte_over_the_limit_is_ever_asked_for(int bytes, bool fits)
    {
        var source = new MemoryStream(new byte[bytes + 5_000_000 * (fits ? 0 : 1)]);
        var body = new CountedBody(source, 1_000_000);

        var read = body.CopyToAsync(Stream.Null, 128 * 1024, TestContext.Current.CancellationToken);

        if (fits)
        {
            await read;
        }
        else
        {
            await Assert.ThrowsAsync<BodyTooLargeException>(() => read);
        }
        Assert.Equal(bytes, source.Position);
    }

    [Fact]
    public async Task A_body_that_goes_on_past_the_time_of_a_request_is_a_timeout_and_a_caller_who_leaves_is_not()
    {
        using var late = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        using var place = new Admission(Limits).TryEnter(1)!;
        var forever = new AdmittedBody(PipeReader.Create(new EndlessStream()), 1000, place, late.Token).AsStream();

        var left = forever.ReadAsync(new byte[10], gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        var slow = forever.ReadAsync(new byte[10], CancellationToken.None).AsTask();
        await late.CancelAsync();

        Assert.Equal(408, (await Assert.ThrowsAsync<Microsoft.AspNetCore.Http.BadHttpRequestException>(() => slow)).StatusCode);
    }

    [Fact]
    public async Task A_body_counts_what_is_looked_at_again_once_and_takes_back_what_a_reader_broke_off_with()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        using var place = new Admission(Limits).TryEnter(10)!;
        var body = new AdmittedBody(pipe.Reader, 10, place, CancellationToken.None);

        for (var n = 0; n < 3; n++)
        {
            var looked = await body.ReadAsync(TestContext.Current.CancellationToken);
            body.AdvanceTo(looked.Buffer.GetPosition(n), looked.Buffer.End);
        }
        var broken = await body.ReadAsync(TestContext.Current.CancellationToken);
        body.Leave();
        var rest = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(body.Ended);
        Assert.Equal((7, 7), (broken.Buffer.Length, rest.Buffer.Length));
    }

    /// <summary>Never gives a byte and never ends.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
