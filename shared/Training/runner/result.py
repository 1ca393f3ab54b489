"""What is left in the repo when all is done: one commit, whatever the outcome."""

import datetime
import hashlib
import json
import random
from dataclasses import asdict

import settings as known
import weights as lora
from gifts import THUMBNAIL, preview
from hub import HubTrouble
from previews import VIEWS

FILE = "training_result.json"
RETRIES = 3
# The head moved, or nobody knows whether the commit was made.
RETRIED = (0, 409, 412, 429, 500, 502, 503, 504)


def succeeded(settings, weights, pictures, loss, started, warnings):
    """pictures: those that are stored, by their path."""
    thumbnail = {"thumbnail": asdict(pictures[THUMBNAIL])} if THUMBNAIL in pictures else {}
    return _common(settings, "succeeded", started) | {
        "steps": settings.steps,
        "final_loss": loss,
        "weights": {"file": lora.FILE, "sha256": weights.sha256, "bytes": weights.bytes, "tensors": weights.tensors},
        "previews": [{"view": view} | asdict(pictures[preview(view)]) for view in VIEWS if preview(view) in pictures],
        "warnings": warnings,
    } | thumbnail


def failed(settings, failure, started):
    return _common(settings, "failed", started) | {"code": failure.code, "message": failure.message}


def _common(settings, status, started):
    return {
        "schema": 1,
        "status": status,
        "attempt": settings.attempt,
        "job_id": settings.job,
        "profile": settings.profile,
        "trainer": known.TRAINER_NAME,
        "base_model": settings.base_model,
        "base_revision": settings.base_revision,
        "input_commit": settings.revision,
        "trigger": settings.trigger,
        "instance_prompt": settings.prompt,
        "started_at": started,
        "finished_at": now(),
    }


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def publish(hub, summary, result, stored, wait):
    """
    Commits the result with what is stored for it. The head is read just before; whoever was faster is let pass, a few
    times. A commit whose answer was lost is looked for before it is sent again.
    """
    content = (json.dumps(result, indent=1) + "\n").encode()
    oid = _git_oid(content)
    trouble = None
    for left in reversed(range(RETRIES + 2)):
        parent = hub.head()
        if hub.oid_at(parent, FILE) == oid:
            return
        if not left:
            raise trouble
        try:
            hub.commit(parent, summary, {FILE: content}, stored)
            return
        except HubTrouble as refused:
            if refused.status not in RETRIED:
                raise
            trouble = refused
            wait(random.uniform(1, 5))


def _git_oid(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
