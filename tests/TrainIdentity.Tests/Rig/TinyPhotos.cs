using TrainIdentity.Tests.Photos;

namespace TrainIdentity.Tests.Rig;

/// <summary>Photos of a few hundred bytes, all of them different, for tests that are about something else than photos.</summary>
internal static class TinyPhotos
{
    public static byte[] Png(int number)
    {
        var rows = PngBytes.Rows(64, 64);
        (rows[1], rows[2]) = ((byte)(number >> 8), (byte)number);
        return PngBytes.Join(PngBytes.Signature, PngBytes.Header(64, 64, 8, 0), PngBytes.Chunk("IDAT", PngBytes.Deflate(rows)), PngBytes.End);
    }

    /// <summary>Of up to 900 numbers; none needs anything taken out.</summary>
    public static byte[] Jpeg(int number) => JpegBytes.Join(JpegBytes.Soi, JpegBytes.Tables, JpegBytes.Frame(width: 100 + number), JpegBytes.Scan(), JpegBytes.Data, JpegBytes.Eoi);

    public static string Base64(int number) => Convert.ToBase64String(Png(number));

    /// <summary>Entries of <c>imageFiles</c>.</summary>
    public static string Entries(int count) => string.Join(',', Enumerable.Range(0, count).Select(n => $$"""{"name":"{{n}}.jpg","data":"{{Base64(n)}}"}"""));

    public static string Json(string name, int count = 3) => $$"""{"identityName":"{{name}}","imageFiles":[{{Entries(count)}}]}""";

    public static MultipartFormDataContent Form(string name, int count = 3)
    {
        var form = new MultipartFormDataContent { { new StringContent(name), "identityName" } };
        for (var n = 0; n < count; n++)
        {
            form.Add(new ByteArrayContent(Png(n)), "images", $"{n}.png");
        }
        return form;
    }
}
