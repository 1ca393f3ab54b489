"""The photos, checked against the manifest that was committed with them."""

import hashlib
import json
import re

from failures import RunnerFailure

CHANGED = "The photos in the repository are not the ones that were uploaded."


def checked_photos(settings, voice):
    """Paths of the photos in their order. Raises input_changed when a byte differs from the manifest."""
    try:
        config = json.loads((settings.data / "training_config.json").read_text("utf-8"))
        for one in ("identity_name", "user_id"):
            voice.hide(str(config.get(one) or ""))
        images = config["images"]
        if config["identity_id"] != settings.identity or not images:
            raise RunnerFailure("input_changed", CHANGED)
        return [_checked(settings, image) for image in images]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise RunnerFailure("input_changed", CHANGED) from reason


def _checked(settings, image):
    if not re.fullmatch(r"images/image_\d{3}\.(jpg|png)", image["path"]):
        raise RunnerFailure("input_changed", CHANGED)
    path = settings.data / image["path"]
    with path.open("rb") as photo:
        digest = hashlib.file_digest(photo, "sha256") if hasattr(hashlib, "file_digest") else _digest(photo)
    if digest.hexdigest() != image["sha256"] or path.stat().st_size != image["bytes"]:
        raise RunnerFailure("input_changed", CHANGED)
    return path


def _digest(file):
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(1 << 20), b""):
        digest.update(block)
    return digest
