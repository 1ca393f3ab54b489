"""
One training from photos to weights, inside a job. Sent along with the job as one zip file; needs Python 3.10 and, for
its own work, nothing else. Prints progress as lines that begin with "IDT ", and neither names nor tokens.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

import result
import trainer
import weights as lora
from failures import RepoGone, RunnerFailure, from_output
from hub import Hub, HubTrouble
from inputs import checked_photos
from settings import Settings, child_environment

VIEWS = ("front", "right_profile", "left_profile", "smile")
PREVIEW_SECONDS = 900
CROP_SECONDS = 600
MOST_PREVIEW_BYTES = 4 << 20
TOKEN = re.compile(r"hf_[A-Za-z0-9]+")


def main(env):
    settings = Settings.read(env)
    hub = Hub(settings.hub, settings.token, settings.repo)
    started = result.now()
    try:
        return trained(settings, hub, started)
    except RepoGone:
        say(settings, "The repository is gone; nothing is left to do.")
        return 0
    except RunnerFailure as failure:
        return told(settings, hub, failure, started)
    except HubTrouble as trouble:
        return told(settings, hub, RunnerFailure("job_error", f"The model could not be stored ({trouble})."), started)


def trained(settings, hub, started):
    """The whole story; each step stops it by raising."""
    shutil.rmtree(settings.work, ignore_errors=True)
    settings.output.mkdir(parents=True)
    stage("preparing")
    photos = checked_photos(settings)
    cropped(settings, photos)
    exit_code, loss, tail = trainer.run(settings, trainer.prepared(settings), child_environment(settings, with_token=True), lambda line: print("IDT " + line, flush=True))
    weights, warnings = judged(settings, exit_code, tail)
    stage("verifying")
    stored = {lora.FILE: (weights.sha256, weights.bytes)}
    hub.store(settings.output / lora.FILE, weights.sha256, weights.bytes)
    stored |= drawn(settings, hub, warnings) if settings.previews else {}
    publish(settings, hub, "Add trained weights", result.succeeded(settings, weights, loss, started, warnings), stored)
    stage("done")
    return 0


def judged(settings, exit_code, tail):
    """
    Weights that are whole count even when the trainer fell over after it had written them: it loads the whole base model
    once more at its end, which not every machine survives.
    """
    try:
        weights = lora.verified(settings.output / lora.FILE)
    except RunnerFailure as failure:
        for line in tail:
            say(settings, line)
        raise (failure if exit_code == 0 else from_output(tail, exit_code)) from None
    return weights, [] if exit_code == 0 else [f"The trainer ended with exit code {exit_code} after it had written the weights."]


def cropped(settings, photos):
    done = child(settings, "crop", [str(settings.resolution), str(settings.images), *map(str, photos)], CROP_SECONDS, with_token=False)
    if done != 0 or len(list(settings.images.glob("*.png"))) != len(photos):
        raise RunnerFailure("job_error", "The photos could not be prepared.")


def drawn(settings, hub, warnings):
    """Previews are a gift: without them the model is as good."""
    code = child(
        settings, "previews",
        [settings.base_model, settings.base_revision, str(settings.output / lora.FILE), f"{settings.trigger} {settings.class_word}",
         str(settings.resolution), str(settings.preview_folder)], PREVIEW_SECONDS, with_token=True)
    stored = {}
    for view in VIEWS:
        path = settings.preview_folder / f"{view}.jpg"
        if not path.is_file() or not 0 < path.stat().st_size <= MOST_PREVIEW_BYTES:
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        hub.store(path, digest, len(content))
        stored[f"previews/{view}.jpg"] = (digest, len(content))
    if len(stored) < len(VIEWS):
        warnings.append(f"{len(VIEWS) - len(stored)} of {len(VIEWS)} previews are missing (exit code {code}).")
    return stored


def child(settings, name, arguments, seconds, with_token):
    try:
        return subprocess.run(
            [sys.executable, sys.argv[0], name, *arguments], stdin=subprocess.DEVNULL, env=child_environment(settings, with_token),
            timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        return -1


def told(settings, hub, failure, started):
    """A failure is a commit too, so that the service hears of it at once and in words."""
    say(settings, f"Failed: {failure.code}. {failure.message}")
    try:
        publish(settings, hub, "Training failed", result.failed(settings, failure, started), {})
    except (RepoGone, HubTrouble) as trouble:
        say(settings, f"The failure could not be told ({type(trouble).__name__}).")
    return 1


def publish(settings, hub, what, facts, stored):
    result.publish(hub, f"{what} (attempt {settings.attempt})", facts, stored, time.sleep)


def stage(name):
    print('IDT {"stage":"%s"}' % name, flush=True)


def say(settings, line):
    print(TOKEN.sub("hf_***", line.replace(settings.token, "***")), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import crop
        import previews

        {"crop": lambda args: crop.main(int(args[0]), args[1], args[2:]),
         "previews": lambda args: previews.main(args[0], args[1], args[2], args[3], int(args[4]), args[5])}[sys.argv[1]](sys.argv[2:])
    else:
        sys.exit(main(os.environ))
