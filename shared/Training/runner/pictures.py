"""Whether a JPEG is one that may be stored: whole, of a fair size, and with nothing in it but the picture."""

import hashlib
from dataclasses import dataclass

# Of a file's parts, those that describe the picture; EXIF, comments and the like say more than it shows.
TABLES = (0xC4, 0xDB, 0xDD)
FRAMES = (0xC0, 0xC1, 0xC2)
HEADERS = (0xE0, 0xEE)
SCAN = 0xDA


@dataclass(frozen=True)
class Picture:
    path: str
    sha256: str
    bytes: int
    width: int
    height: int


def measured(file, path, most_bytes, most_side):
    """The facts about a file under the path it gets in the repo; None for one that must not get there."""
    if not file.is_file() or not 4 < file.stat().st_size <= most_bytes:
        return None
    content = file.read_bytes()
    side = _side(content)
    if side is None or not 0 < min(side) <= max(side) <= most_side:
        return None
    return Picture(path, hashlib.sha256(content).hexdigest(), len(content), *side)


def _side(content):
    """Width and height; None when it is cut off, no JPEG, or holds what it must not."""
    if content[:2] != b"\xff\xd8" or content[-2:] != b"\xff\xd9":
        return None
    at, side = 2, None
    while content[at:at + 1] == b"\xff" and len(content) >= at + 4:
        kind, length = content[at + 1], int.from_bytes(content[at + 2:at + 4], "big")
        if kind == SCAN:
            return side
        if kind in FRAMES:
            side = int.from_bytes(content[at + 7:at + 9], "big"), int.from_bytes(content[at + 5:at + 7], "big")
        elif kind not in TABLES + HEADERS:
            return None
        at += 2 + length
    return None
