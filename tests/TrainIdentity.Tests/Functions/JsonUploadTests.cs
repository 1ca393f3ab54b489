using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using TrainIdentity.Functions.Http;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Photos;

namespace TrainIdentity.Tests.Functions;

public sealed class JsonUploadTests : IDisposable
{
    private readonly PhotoDesk _desk = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public async Task Photos_come_out_the_same_however_the_body_arrives(int pieceBytes)
    {
        var photo = Sample("portrait-orientation6.jpg");
        var text = Convert.ToBase64String(photo);
        var body = $$"""
            { "imageFiles": [ {"data":"{{text}}","name":"a"}, {"name":null, "data" : "data:image\/jpeg;base64,{{text.Replace("/", "\\/")}}"},
              {"name":"c","data":"{{text.Replace("+", "\\u002B")}}"} ], "userId": "u", "identityName": "D\u00e4d" }
            """;

        using var draft = await ReadAsync(body, pieceBytes);

        Assert.Null(draft.Refusal);
        Assert.Empty(draft.PhotoProblems);
        Assert.Equal(("Däd", "u", 3), (draft.IdentityName, draft.UserId, draft.Photos.Count));
        Assert.Single(draft.Photos.Select(p => p.Sha256).Distinct());
        Assert.Equal(await CleanSha256Async(photo), draft.Photos[0].Sha256);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{\"identityName\":\"a\"")]
    [InlineData("{\"identityName\":\"a\"} {}")]
    [InlineData("{\"identityName\":\"a\",}")]
    [InlineData("{/*c*/\"identityName\":\"a\"}")]
    [InlineData("{\"identityName\":NaN}")]
    [InlineData("{\"identityName\":1}")]
    [InlineData("{\"identityName\":null}")]
    [InlineData("{\"identityName\":[\"a\"]}")]
    [InlineData("{\"identityName\":\"a\",\"identityName\":\"b\"}")]
    [InlineData("{\"identityName\":\"\\ud800\"}")]
    [InlineData("{\"imageFiles\":{}}")]
    [InlineData("{\"imageFiles\":null}")]
    [InlineData("{\"imageFiles\":[1]}")]
    [InlineData("{\"imageFiles\":[{\"data\":1}]}")]
    [InlineData("{\"imageFiles\":[{\"data\":null}]}")]
    [InlineData("{\"imageFiles\":[{\"data\":\"AAAA")]
    [InlineData("{\"imageFiles\":[{\"data\":\"AAAA\\")]
    [InlineData("{\"imageFiles\":[{\"data\":\"AA\nAA\"}]}")]
    [InlineData("{\"imageFiles\":[{\"data\":\"\\q\"}]}")]
    [InlineData("{\"imageFiles\":[{\"data\":\"\",\"data\":\"\"}]}")]
    [InlineData("{\"consent\":\"yes\"}")]
    [InlineData("{\"userId\":5}")]
    public async Task What_is_not_the_contract_is_malformed(string body)
    {
        foreach (var pieceBytes in (int[])[1, 4096])
        {
            using var draft = await ReadAsync(body, pieceBytes);

            Assert.Equal("request_malformed", draft.Refusal?.Code);
        }
    }

    [Theory]
    [InlineData("{\"private\":false}", "private")]
    [InlineData("{\"imageFiles\":[{\"url\":\"x\"}]}", "url")]
    [InlineData("{\"consent\":{\"when\":\"now\"}}", "when")]
    public async Task An_unknown_field_is_named(string body, string field)
    {
        using var draft = await ReadAsync(body, 4096);

        Assert.Equal("unknown_field", draft.Refusal?.Code);
        Assert.Contains(field, draft.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depth_is_bounded()
    {
        using var draft = await ReadAsync("{\"imageFiles\":" + new string('[', 1000), 4096);

        Assert.Equal("request_malformed", draft.Refusal?.Code);
    }

    [Fact]
    public async Task Every_bad_photo_is_reported_by_its_place()
    {
        var good = Convert.ToBase64String(Sample("meadow.png"));
        var body = JsonSerializer.Serialize(new
        {
            imageFiles = new object[] { new { data = "AAAA" }, new { data = good }, new { data = "***" }, new { name = "x" }, new { data = "" } },
            identityName = "Mom",
        });

        using var draft = await ReadAsync(body, 4096);

        Assert.Null(draft.Refusal);
        Assert.Single(draft.Photos);
        Assert.Equal(
            [("/imageFiles/0", "image_type_not_allowed"), ("/imageFiles/2/data", "base64_invalid"), ("/imageFiles/3", "image_empty"), ("/imageFiles/4", "image_empty")],
            draft.PhotoProblems.Select(problem => (problem.Pointer, problem.Code)));
    }

    [Fact]
    public async Task The_forty_first_photo_ends_the_reading()
    {
        var body = "{\"imageFiles\":[" + string.Concat(Enumerable.Repeat("{\"data\":\"AAAA\"},", 41)) + "this is never read";

        using var draft = await ReadAsync(body, 4096);

        Assert.Equal("too_many_images", draft.Refusal?.Code);
    }

    [Fact]
    public async Task A_photo_whose_text_breaks_off_gives_its_space_back()
    {
        var body = "{\"imageFiles\":[{\"data\":\"" + Convert.ToBase64String(Sample("portrait-orientation6.jpg")) + "!!!!";

        using (var draft = await ReadAsync(body, 4096))
        {
            Assert.Equal("request_malformed", draft.Refusal?.Code);
        }

        _desk.AssertEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public async Task A_body_in_many_segments_some_of_them_empty_is_read_like_one(int pieceBytes)
    {
        var bytes = Sample("portrait-orientation6.jpg");
        var text = string.Join(' ', Convert.ToBase64String(bytes).Chunk(76).Select(line => new string(line)));

        using var draft = await ReadAsync(new SegmentedReader(Encoding.UTF8.GetBytes($"{{\"imageFiles\" : [ {{ \"data\" : \"data:image/jpeg;base64,{text}\" }} ], \"identityName\":\"Mom\"}}  "), pieceBytes));

        Assert.Null(draft.Refusal);
        Assert.Equal(await CleanSha256Async(bytes), Assert.Single(draft.Photos).Sha256);
    }

    private Task<UploadDraft> ReadAsync(string body, int pieceBytes) => ReadAsync(PipeReader.Create(new ChoppedStream(Encoding.UTF8.GetBytes(body), [pieceBytes])));

    private async Task<UploadDraft> ReadAsync(PipeReader body)
    {
        var draft = new UploadDraft(new PhotoReader(new PhotoOptions(), _desk.Spool), 40);
        try
        {
            await new JsonUpload(body, draft).ReadAsync(TestContext.Current.CancellationToken);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            draft.Refusal = Problems.For(e);
        }
        return draft;
    }

    private static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "photos", name));

    private async Task<string> CleanSha256Async(byte[] bytes)
    {
        using var photo = await _desk.AcceptAsync(bytes);
        return photo.Sha256;
    }

    public void Dispose() => _desk.Dispose();

    /// <summary>Gives an empty segment, then at most two pieces of what is left; no more after a look that took nothing than before.</summary>
    private sealed class SegmentedReader(byte[] body, int pieceBytes) : PipeReader
    {
        private ReadOnlySequence<byte> _given;
        private int _taken;
        private int _seen;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var first = Math.Max(0, _seen - _taken) + pieceBytes;
            var start = new Segment(ReadOnlyMemory<byte>.Empty, null);
            var end = new Segment(Piece(_taken, first), start);
            end = new Segment(Piece(_taken + first, pieceBytes), end);
            _given = new ReadOnlySequence<byte>(start, 0, end, end.Memory.Length);
            return new(new ReadResult(_given, isCanceled: false, isCompleted: _taken + _given.Length == body.Length));
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _seen = _taken + (int)_given.Slice(0, examined).Length;
            _taken += (int)_given.Slice(0, consumed).Length;
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void CancelPendingRead() => throw new NotSupportedException();

        public override void Complete(Exception? exception = null)
        {
        }

        private ReadOnlyMemory<byte> Piece(int from, int count) => body.AsMemory(Math.Min(from, body.Length), Math.Min(count, Math.Max(0, body.Length - from)));

        private sealed class Segment : ReadOnlySequenceSegment<byte>
        {
            public Segment(ReadOnlyMemory<byte> memory, Segment? before)
            {
                Memory = memory;
                if (before is not null)
                {
                    RunningIndex = before.RunningIndex + before.Memory.Length;
                    before.Next = this;
                }
            }
        }
    }
}
