"""What is left in the repo when all is done: one commit, whatever the outcome."""

import datetime
import hashlib
import json
import random

import settings as known
import weights as lora
from hub import HubTrouble

FILE = "training_result.json"
TRIES = 3


def succeeded(settings, weights, loss, started, warnings):
    return _common(settings, "succeeded", started) | {
        "steps": settings.steps,
        "final_loss": loss,
        "weights": {"file": lora.FILE, "sha256": weights.sha256, "bytes": weights.bytes, "tensors": weights.tensors},
        "warnings": warnings,
    }


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
    for left in reversed(range(TRIES)):
        parent = hub.head()
        if hub.oid_at(parent, FILE) == oid:
            return
        try:
            hub.commit(parent, summary, {FILE: content}, stored)
            return
        except HubTrouble as trouble:
            if not left or trouble.status not in (0, 409, 412, 429, 500, 502, 503, 504):
                raise
            wait(random.uniform(1, 5))


def _git_oid(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
