"""Writes baseline JPEGs of flat squares, eight pixels wide each: all that the pictures of a stand-in need, and a decoder takes them for what they are."""

import struct

BLOCK = 8
LARGEST = 8
# All coefficients by eight: that of a flat block is then its value.
QUANTIZATION = bytes([0]) + bytes([BLOCK] * 64)
# A difference's length in bits has a code of four bits, its own number; "no more in this block" has one of a single bit.
DC_CODES = bytes([0x00, 0, 0, 0, LARGEST + 1, *[0] * 12, *range(LARGEST + 1)])
AC_CODES = bytes([0x10, 1, *[0] * 15, 0x00])
COMPONENTS = bytes([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
SCAN = bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])


def encoded(rows):
    """The file for rows of (red, green, blue) squares."""
    height, width = len(rows) * BLOCK, len(rows[0]) * BLOCK
    return b"".join((
        b"\xff\xd8", _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), _segment(0xDB, QUANTIZATION), _segment(0xC0, struct.pack(">BHH", 8, height, width) + COMPONENTS),
        _segment(0xC4, DC_CODES), _segment(0xC4, AC_CODES), _segment(0xDA, SCAN), _data(rows), b"\xff\xd9"))


def _segment(kind, payload):
    return bytes([0xFF, kind]) + struct.pack(">H", 2 + len(payload)) + payload


def _data(rows):
    before, bits = [0, 0, 0], []
    for square in (square for row in rows for square in row):
        for n, value in enumerate(_levels(*square)):
            bits.append(_code(value - before[n]))
            before[n] = value
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    # A marker begins with this byte, so where it is data a zero follows.
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")


def _levels(red, green, blue):
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return tuple(max(-128, min(127, round(level))) for level in (light - 128, (blue - light) / 1.772, (red - light) / 1.402))


def _code(difference):
    length = abs(difference).bit_length()
    value = difference if difference >= 0 else difference + (1 << length) - 1
    return f"{length:04b}" + (f"{value:0{length}b}" if length else "") + "0"
