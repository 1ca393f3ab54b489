using TrainIdentity.Photos;
using static TrainIdentity.Tests.Photos.JpegBytes;

namespace TrainIdentity.Tests.Photos;

internal static class RefusedJpegs
{
    public static IEnumerable<RefusedPhoto> All => [.. Ends, .. Sizes, .. Frames, .. Scans, .. TableDefinitions, .. Segments];

    private static IEnumerable<RefusedPhoto> Ends =>
    [
        Corrupt("IMG-12 PHP behind the first marker", [0xFF, 0xD8, 0xFF, 0xE0, .. "<?php system($_GET['c']); ?>"u8]),
        Corrupt("IMG-14 truncated in a table", Join(Soi, Tables)[..40]),
        Corrupt("IMG-14 nothing behind the first segment", Join(Soi, Jfif)),
        Corrupt("IMG-15 truncated in the scan", Photo()[..^4]),
        Corrupt("IMG-15 half an end marker", Photo()[..^1]),
        Corrupt("IMG-17 without a scan", Join(Soi, Tables, Frame(), Eoi)),
        Corrupt("end at once", Join(Soi, Eoi)),
        Corrupt("a second start", Join(Soi, Photo())),
        Corrupt("bytes between segments", Join(Soi, Jfif, [0x00], Photo()[2..])),
        Corrupt("an empty scan", Join(Soi, Tables, Frame(), Scan(), Eoi)),
        Corrupt("a component never scanned", Join(Soi, Tables, Frame(), Scan(components: 1), Data, Eoi)),
    ];

    private static IEnumerable<RefusedPhoto> Sizes =>
    [
        Dimensions("IMG-18 width 0", WithFrame(Frame(width: 0))),
        Dimensions("IMG-18 height 0", WithFrame(Frame(height: 0))),
        Dimensions("IMG-20 pixel flood", WithFrame(Frame(65535, 65535))),
        Dimensions("IMG-21 48010 x 16173 in few bytes", WithFrame(Frame(48010, 16173))),
        Dimensions("IMG-22 header swapped to 64250 x 64250", WithFrame(Frame(64250, 64250))),
        Dimensions("IMG-56 31 x 31", WithFrame(Frame(31, 31))),
        Dimensions("63 pixels high", WithFrame(Frame(height: 63))),
        Dimensions("16385 pixels wide", WithFrame(Frame(width: 16385))),
        Dimensions("over 128 megapixels", WithFrame(Frame(12000, 12000))),
        Dimensions("the header alone decides", Join(Soi, Frame(65535, 65535))),
    ];

    private static IEnumerable<RefusedPhoto> Frames =>
    [
        Corrupt("IMG-29 12 bits", WithFrame(Frame(precision: 12))),
        Corrupt("IMG-30 no component", WithFrame(Frame(components: 0))),
        Corrupt("two components", WithFrame(Frame(components: 2))),
        Corrupt("IMG-30 5 components", WithFrame(Frame(components: 5))),
        Corrupt("IMG-30 255 components", WithFrame(Frame(components: 255))),
        Corrupt("two frames", Join(Soi, Tables, Frame(), Frame(), Scan(), Data, Eoi)),
        Corrupt("a frame behind the scan", Join(Soi, Tables, Frame(), Scan(), Data, Frame(), Eoi)),
        Corrupt("a scan before the frame", Join(Soi, Tables, Scan(), Data, Frame(), Eoi)),
        Corrupt("a sampling factor of 5", WithFrame(Segment(0xC0, 8, 0, 80, 0, 100, 1, 1, 0x51, 0))),
        Corrupt("a sampling factor of 0", WithFrame(Segment(0xC0, 8, 0, 80, 0, 100, 1, 1, 0x01, 0))),
        Corrupt("one component twice", WithFrame(Segment(0xC0, 8, 0, 80, 0, 100, 3, 1, 0x11, 0, 1, 0x11, 0, 2, 0x11, 0))),
        .. new byte[] { 0xC3, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7 }
            .Select(marker => Corrupt($"IMG-28 frame kind {marker:X2}", WithFrame(Frame(marker: marker)))),
    ];

    private static IEnumerable<RefusedPhoto> Scans =>
    [
        Corrupt("IMG-26 2000 scans", Progressive(2000)),
        Corrupt("101 scans", Progressive(101)),
        Corrupt("a component of another picture", WithScan(Scan(start: 2))),
        Corrupt("no component in a scan", WithScan(Segment(0xDA, 0, 0, 63, 0))),
        Corrupt("a scan header cut short", WithScan(Segment(0xDA, 3, 1, 0, 0, 63, 0))),
        Corrupt("only refinements", Join(Soi, Tables, Frame(marker: 0xC2, components: 1), Scan(1, first: 1), Data, Eoi)),
        Corrupt("an illegal progression", Join(Soi, Tables, Frame(marker: 0xC2), Scan(first: 0, last: 63), Data, Eoi)),
        Corrupt("a refinement that leaves bits out", Join(Soi, Tables, Frame(marker: 0xC2), Scan(last: 0, precision: 0x20), Data, Eoi)),
        Corrupt("eleven blocks in a unit", Join(Soi, Tables, Segment(0xC0, 8, 0, 80, 0, 100, 3, 1, 0x42, 0, 2, 0x21, 0, 3, 0x11, 0), Scan(), Data, Eoi)),
        Corrupt("a restart without an interval", Join(Soi, Tables, Frame(), Scan(), Data, [0xFF, 0xD0], Data, Eoi)),
        Corrupt("restarts out of order", Join(Soi, Tables, Segment(0xDD, 0, 1), Frame(), Scan(), Data, [0xFF, 0xD0], Data, [0xFF, 0xD2], Data, Eoi)),
        Corrupt("a late height", Join(Soi, Tables, Frame(), Scan(), Data, Segment(0xDC, 0, 80), Eoi)),
    ];

    private static IEnumerable<RefusedPhoto> TableDefinitions =>
    [
        Corrupt("an empty quantization table", Photo(Segment(0xDB))),
        Corrupt("a quantization table of 63", Photo(Segment(0xDB, new byte[64]))),
        Corrupt("quantization slot 4", Photo(Segment(0xDB, [4, .. new byte[64]]))),
        Corrupt("quantization precision 2", Photo(Segment(0xDB, [0x20, .. new byte[192]]))),
        Corrupt("an empty Huffman table", Photo(Segment(0xC4))),
        Corrupt("Huffman class 2", Photo(Huffman(0x20))),
        Corrupt("Huffman slot 4", Photo(Huffman(0x04))),
        Corrupt("more Huffman codes than bytes", Photo(Segment(0xC4, [0, 0, 2, .. new byte[14], 0]))),
        Corrupt("more Huffman codes than bits", Photo(Segment(0xC4, [0, 3, .. new byte[15], 0, 0, 0]))),
        Corrupt("257 Huffman codes", Photo(Segment(0xC4, [0, .. new byte[14], 128, 129, .. new byte[257]]))),
        Corrupt("an interval of one byte", Photo(Segment(0xDD, 1))),
        Corrupt("no quantization table", Join(Soi, Huffman(0x00), Huffman(0x10), Frame(), Scan(), Data, Eoi)),
        Corrupt("no Huffman table for AC", Join(Soi, Quantization, Huffman(0x00), Frame(), Scan(), Data, Eoi)),
        Corrupt("arithmetic conditioning", Photo(Segment(0xCC, 0, 0))),
        Corrupt("a hierarchy", Photo(Segment(0xDE, 8, 0, 80, 0, 100, 1, 1, 0x11, 0))),
        Corrupt("an expansion", Photo(Segment(0xDF, 0x11))),
    ];

    private static IEnumerable<RefusedPhoto> Segments =>
    [
        Corrupt("IMG-23 segment length 0", Photo([0xFF, 0xE5, 0, 0])),
        Corrupt("IMG-23 segment length 1", Photo([0xFF, 0xE5, 0, 1])),
        Corrupt("a segment longer than the file", Photo([0xFF, 0xE5, 0xFF, 0xFF])),
        Corrupt("a reserved marker", Photo(Segment(0x02, 1, 2, 3))),
        Corrupt("4097 segments", Photo([.. Enumerable.Repeat(Segment(0xFE), 4092)])),
    ];

    private static byte[] WithFrame(byte[] frame) => Join(Soi, Tables, frame, Scan(), Data, Eoi);

    private static byte[] WithScan(byte[] scan) => Join(Soi, Tables, Frame(), scan, Data, Eoi);

    private static RefusedPhoto Corrupt(string name, byte[] bytes) => new("JPEG: " + name, bytes, PhotoRefusalCode.Corrupt);

    private static RefusedPhoto Dimensions(string name, byte[] bytes) => new("JPEG: " + name, bytes, PhotoRefusalCode.Dimensions);
}
