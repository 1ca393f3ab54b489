namespace TrainIdentity.Tests.Functions;

/// <summary>What holds for every upload, however it is sent.</summary>
public sealed class UploadPropertyTests : IDisposable
{
    private const int Cases = 300;

    private readonly UploadDesk _desk = new();

    [Fact]
    public async Task The_fingerprint_is_that_of_the_content_and_not_of_the_way_it_came()
    {
        string[] names = ["Mom", "\u041C\u0430\u043C\u0430", "a b"];
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var name = names[random.Next(names.Length)];
            int[] photos = [.. Enumerable.Range(0, 60).OrderBy(_ => random.Next()).Take(random.Next(3, 7))];
            int[] pieces = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 3000))];

            var whole = await _desk.ReadAsync(UploadDesk.Json, UploadDesk.JsonBody(name, photos));
            var json = await _desk.ReadAsync(UploadDesk.Json, UploadDesk.JsonBody(name, photos), pieces);
            var form = await _desk.ReadAsync(UploadDesk.Form, UploadDesk.FormBody(name, photos), pieces);
            var others = await _desk.ReadAsync(UploadDesk.Json, UploadDesk.JsonBody(name, [.. photos.Skip(1), photos[0]]));

            Assert.True(whole.Fingerprint is not null && whole == json && whole == form && whole != others, $"seed {seed}: {whole} {json} {form} {others}");
        }
    }

    [Fact]
    public async Task Every_truncation_of_a_good_body_is_refused()
    {
        var json = UploadDesk.JsonBody("Mom", 1, 2, 3);
        var form = UploadDesk.FormBody("Mom", 1, 2, 3);
        Assert.NotNull((await _desk.ReadAsync(UploadDesk.Json, json)).Fingerprint);
        Assert.NotNull((await _desk.ReadAsync(UploadDesk.Form, form)).Fingerprint);

        for (var length = 0; length < json.Length; length++)
        {
            Assert.Equal((length, null, "request_malformed"), Of(length, await _desk.ReadAsync(UploadDesk.Json, json[..length])));
        }

        // The line break after the last boundary is no part of the form.
        for (var length = 0; length < form.Length - 2; length++)
        {
            Assert.Equal((length, null, "request_malformed"), Of(length, await _desk.ReadAsync(UploadDesk.Form, form[..length])));
        }
    }

    private static (int, string?, string?) Of(int length, (string? Fingerprint, string? Code) outcome) => (length, outcome.Fingerprint, outcome.Code);

    public void Dispose() => _desk.Dispose();
}
