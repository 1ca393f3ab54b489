from pathlib import Path
from types import SimpleNamespace

import portrait

Resampling = SimpleNamespace(LANCZOS=1)
SIDE = 512


class Picture:
    def __init__(self, content, side=SIDE):
        self._content = content
        self.width = self.height = side
        self.info = {"comment": b"of the photo"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def convert(self, mode):
        assert mode == "RGB"
        return self

    def resize(self, size, method):
        assert size[0] == size[1] and method == Resampling.LANCZOS
        return Picture(self._content, size[0])

    def save(self, path, kind="PNG", quality=None):
        """A comment goes along, as Pillow does it."""
        assert (kind == "JPEG") == (quality is not None)
        if kind == "PNG":
            Path(path).write_bytes(self._content)
            return
        comment = self.info.get("comment", b"")
        content = portrait.drawn("front", self._content, self.width)
        Path(path).write_bytes(content[:2] + (b"\xff\xfe" + (2 + len(comment)).to_bytes(2, "big") + comment if comment else b"") + content[2:])


def open(path):
    return Picture(Path(path).read_bytes())
