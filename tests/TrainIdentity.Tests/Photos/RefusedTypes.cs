using System.Text;

namespace TrainIdentity.Tests.Photos;

/// <summary>Files that are no JPEG and no PNG, with the word their refusal must use.</summary>
internal static class RefusedTypes
{
    public static Dictionary<string, (string Word, byte[] Bytes)> All { get; } = new()
    {
        ["IMG-02 one byte"] = ("not a JPEG or PNG", [0xFF]),
        ["IMG-02 half a JPEG start"] = ("not a JPEG or PNG", [0xFF, 0xD8]),
        ["IMG-04 HTML"] = ("web page", [.. "\uFEFF\r\n<!DOCTYPE html><html><script>alert(1)</script>"u8]),
        ["IMG-05 SVG"] = ("SVG", [.. "<?xml version='1.0'?><svg onload='alert(1)'/>"u8]),
        ["IMG-06 GIF"] = ("GIF", [.. "GIF89a"u8, 100, 0, 80, 0]),
        ["IMG-07 WebP"] = ("WebP", [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBPVP8 "u8]),
        ["IMG-10 PDF"] = ("PDF", [.. "%PDF-1.7"u8]),
        ["IMG-10 ZIP"] = ("not a JPEG or PNG", [.. "PK"u8, 3, 4, 20, 0]),
        ["IMG-10 ELF"] = ("not a JPEG or PNG", [0x7F, .. "ELF"u8, 2, 1, 1]),
        ["IMG-10 PE"] = ("not a JPEG or PNG", [.. "MZ"u8, 0x90, 0, 3]),
        ["IMG-13 UTF-16 text"] = ("not a JPEG or PNG", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("photo")]),
        ["IMG-34 damaged PNG signature"] = ("changed while it was copied", [0x89, .. "PNG\n"u8, 0x1A, (byte)'\n', .. PngBytes.Photo()[8..]]),
        ["HEIC"] = ("HEIC", Box("heic", "mif1", "heic")),
        ["HEIC with a neutral brand"] = ("HEIC", Box("mif1", "heic")),
        ["AVIF"] = ("AVIF", Box("avif", "mif1")),
        ["AVIF with a neutral brand"] = ("AVIF", Box("mif1", "avif")),
        ["a film"] = ("not a JPEG or PNG", Box("isom", "mp42")),
        ["TIFF, little-endian"] = ("TIFF", [.. "II*\0"u8, 8, 0, 0, 0]),
        ["TIFF, big-endian"] = ("TIFF", [.. "MM\0*"u8, 0, 0, 0, 8]),
        ["BMP"] = ("BMP", [.. "BM"u8, 0, 0, 1, 0]),
        ["a PNG without its first byte"] = ("not a JPEG or PNG", PngBytes.Photo()[1..]),
    };

    private static byte[] Box(string brand, params string[] compatible)
    {
        byte[] brands = [.. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(string.Concat(compatible))];
        return [.. PngBytes.BigEndian((uint)(8 + brands.Length)), .. "ftyp"u8, .. brands, .. new byte[16]];
    }
}
