using CsCheck;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

/// <summary>What holds for every upload, however it is sent and wherever it breaks off.</summary>
public sealed class UploadPropertyTests : IDisposable
{
    private const int Cases = 10_000;

    private static readonly Gen<string> Names = Gen.OneOf(Gen.String.AlphaNumeric, Pick.From("Mama", "Мама", "李小龍", "عائشة", "O'Brien & Söhne", "Zoë 🙂"))
        .Where(name => name.Length is > 0 and < 60);

    private static readonly Gen<int[]> Photos = Gen.Int[1, 8].HashSet[3, 6].Select(numbers => numbers.ToArray());

    private readonly UploadDesk _desk = new();

    [Fact]
    public void The_fingerprint_does_not_depend_on_the_form_of_the_request_nor_on_how_it_is_cut() =>
        Gen.Select(Names, Photos, Gen.Int[1, 700].Array[1, 5]).Sample((name, photos, pieces) =>
        {
            var json = Read(UploadDesk.Json, UploadDesk.JsonBody(name, photos));

            Assert.NotNull(json.Fingerprint);
            Assert.Equal(json, Read(UploadDesk.Json, UploadDesk.JsonBody(name, photos), pieces));
            Assert.Equal(json, Read(UploadDesk.Form, UploadDesk.FormBody(name, photos), pieces));
        }, iter: Cases, threads: 1);

    [Fact]
    public void Other_names_photos_and_orders_have_other_fingerprints() =>
        Gen.Select(Names, Photos, Names, Photos).Sample((name, photos, otherName, otherPhotos) =>
            Assert.Equal(
                name == otherName && photos.SequenceEqual(otherPhotos),
                Read(UploadDesk.Json, UploadDesk.JsonBody(name, photos)) == Read(UploadDesk.Json, UploadDesk.JsonBody(otherName, otherPhotos))),
            iter: Cases, threads: 1);

    [Fact]
    public void A_good_body_that_breaks_off_anywhere_is_refused() =>
        Gen.Select(Names, Photos, Gen.Bool, Gen.Double[0, 1]).Sample((name, photos, form, where) =>
        {
            var body = form ? UploadDesk.FormBody(name, photos) : UploadDesk.JsonBody(name, photos);
            // What follows the last boundary is not part of a form.
            var last = form ? body.Length - "\r\n"u8.Length : body.Length;

            var (fingerprint, code) = Read(form ? UploadDesk.Form : UploadDesk.Json, body[..Math.Min((int)(where * last), last - 1)]);

            Assert.Null(fingerprint);
            Assert.Equal("request_malformed", code);
        }, iter: Cases, threads: 1);

    public void Dispose() => _desk.Dispose();

    private (string? Fingerprint, string? Code) Read(string type, byte[] body, params int[] pieces) => _desk.ReadAsync(type, body, pieces).GetAwaiter().GetResult();
}
