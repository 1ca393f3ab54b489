from pathlib import Path
from types import SimpleNamespace

Resampling = SimpleNamespace(LANCZOS=1)


class Picture:
    width = height = 64

    def __init__(self, content):
        self._content = content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def convert(self, _):
        return self

    def save(self, path):
        Path(path).write_bytes(self._content)


def open(path):
    return Picture(Path(path).read_bytes())
