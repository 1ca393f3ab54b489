"""
What the owner sees beside the weights: a small picture of the first photo, and four views drawn with the weights. Whatever
becomes of them, the weights are committed, and not later for it.
"""

import threading

import children
from pictures import measured
from previews import VIEWS

THUMBNAIL = "thumbnail.jpg"
THUMBNAIL_SIDE, THUMBNAIL_BYTES = 256, 64 << 10
PREVIEW_SIDE, PREVIEW_BYTES = 2048, 4 << 20
THUMBNAIL_SECONDS = 60
PREVIEW_SECONDS = 900
# Of what is left; the rest is for storing what was made.
SHARE_TO_MAKE = 0.9


def preview(view):
    return f"previews/{view}.jpg"


class Gifts:
    def __init__(self, settings, hub, voice):
        self._settings = settings
        self._hub = hub
        self._voice = voice
        self._found = {}
        self._missing = {}

    def gathered(self, whole):
        """
        Pictures by their path in the repo, stored, and a warning about each that is missing. whole: the trainer ended well;
        where it did not, the base model does not fit once more. A thread does it, since a Hub that answers a byte a minute
        could hold it up for as long as it likes.
        """
        worker = threading.Thread(target=self._gather, args=(whole,), daemon=True)
        worker.start()
        worker.join(self._settings.left)
        found = dict(self._found)
        asked = [THUMBNAIL] * self._settings.thumbnail + [preview(view) for view in VIEWS] * self._settings.previews
        return found, [f"{path} is missing: {self._missing.get(path, 'there was no time left')}." for path in asked if path not in found]

    def _gather(self, whole):
        if self._settings.thumbnail:
            self._thumbnail()
        if self._settings.previews:
            self._previews(whole)

    def _thumbnail(self):
        target = self._settings.work / THUMBNAIL
        missing = self._made("thumbnail", [self._settings.first_square, target, THUMBNAIL_SIDE, THUMBNAIL_BYTES], THUMBNAIL_SECONDS)
        self._keep(target, THUMBNAIL, THUMBNAIL_BYTES, THUMBNAIL_SIDE, missing)

    def _previews(self, whole):
        settings = self._settings
        self._voice.tell(stage="previews")
        missing = self._made(
            "previews", [settings.base_model, settings.base_revision, settings.weights, f"{settings.trigger} {settings.class_word}",
                         settings.resolution, settings.seed, settings.preview_folder], PREVIEW_SECONDS, with_token=True,
        ) if whole else "the trainer did not end well"
        for view in VIEWS:
            self._keep(settings.preview_folder / f"{view}.jpg", preview(view), PREVIEW_BYTES, PREVIEW_SIDE, missing)

    def _made(self, name, arguments, seconds, with_token=False):
        """What went wrong; None when nothing did."""
        tail = children.Tail()
        try:
            code = children.own(name, arguments, self._settings, min(seconds, self._settings.left * SHARE_TO_MAKE), tail.take, with_token)
        except OSError as accident:
            return f"it could not be begun ({type(accident).__name__})"
        if code == 0:
            return None
        self._voice.quote(tail.lines)
        return "it took too long" if code is None else f"making it ended with exit code {code}"

    def _keep(self, file, path, most_bytes, most_side, missing):
        """What was whole before its maker fell over is kept. A repo that is gone is no matter here: the commit meets it too."""
        try:
            picture = measured(file, path, most_bytes, most_side)
            if picture is None:
                self._missing[path] = missing or "it is no picture that may be stored"
                return
            self._hub.store(file, picture.sha256, picture.bytes)
            self._found[path] = picture
        except Exception as accident:
            self._missing[path] = f"it could not be stored ({type(accident).__name__})"
