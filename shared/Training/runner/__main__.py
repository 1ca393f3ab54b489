"""
One training from photos to weights, inside a job. Sent along with the job as one zip file; needs Python 3.10 and, for
its own work, nothing else. Prints progress as lines that begin with "IDT ", and neither names nor tokens.
"""

import os
import shutil
import sys
import time

import children
import crop
import previews
import result
import trainer
import weights as lora
from failures import TIME, RepoGone, RunnerFailure, from_accident, from_output
from gifts import Gifts
from hub import Hub, HubTrouble
from inputs import checked_photos
from settings import Settings
from voice import Voice

CROP_SECONDS = 600
NO_CREDIT = 402
# What the Hub answers to a commit that it does not like for what is in it.
DISLIKED = (400, 403, 413, 422)


def main(env):
    settings = Settings.read(env)
    voice = Voice(settings)
    hub = Hub(settings.hub, settings.token, settings.repo)
    started = result.now()
    try:
        return trained(settings, hub, voice, started)
    except RepoGone:
        voice.say("The repository is gone; nothing is left to do.")
        return 0
    except RunnerFailure as failure:
        return told(settings, hub, voice, failure, started)
    except HubTrouble as trouble:
        code = "no_credit" if trouble.status == NO_CREDIT else "job_error"
        return told(settings, hub, voice, RunnerFailure(code, f"The model could not be stored ({trouble})."), started)
    except Exception as accident:
        return told(settings, hub, voice, from_accident(accident), started)


def trained(settings, hub, voice, started):
    """The whole story; each step stops it by raising."""
    shutil.rmtree(settings.work, ignore_errors=True)
    settings.output.mkdir(parents=True)
    voice.tell(stage="preparing")
    photos = checked_photos(settings, voice)
    cropped(settings, voice, photos)
    exit_code, loss, tail = trainer.run(settings, trainer.prepared(settings, voice), voice)
    voice.tell(stage="verifying")
    weights, warnings = judged(settings, voice, exit_code, tail)
    hub.store(settings.weights, weights.sha256, weights.bytes)
    pictures, missing = Gifts(settings, hub, voice).gathered(whole=exit_code == 0)
    delivered(settings, hub, weights, pictures, loss, started, warnings + missing)
    voice.tell(stage="done")
    return 0


def judged(settings, voice, exit_code, tail):
    """
    Weights that are whole count even when the trainer fell over after it had written them, or was still busy: it loads the
    whole base model once more at its end, which not every machine survives.
    """
    try:
        weights = lora.verified(settings.weights)
    except RunnerFailure as failure:
        voice.quote(tail)
        raise (failure if exit_code == 0 else RunnerFailure(*TIME) if exit_code is None else from_output(tail, exit_code)) from None
    how = "had to be ended" if exit_code is None else f"ended with exit code {exit_code}"
    return weights, [] if exit_code == 0 else [f"The trainer {how} after it had written the weights."]


def cropped(settings, voice, photos):
    tail = children.Tail()
    done = children.own("squares", [settings.resolution, settings.images, *photos], settings, min(CROP_SECONDS, settings.left), tail.take)
    if done != 0 or len(list(settings.images.glob("*.png"))) != len(photos):
        voice.quote(tail.lines)
        raise RunnerFailure("job_error", "The photos could not be prepared.")


def delivered(settings, hub, weights, pictures, loss, started, warnings):
    """Everything in one commit; without the pictures when they are why it is refused."""
    try:
        commit(settings, hub, weights, pictures, loss, started, warnings)
    except HubTrouble as trouble:
        if not pictures or trouble.status not in DISLIKED:
            raise
        commit(settings, hub, weights, {}, loss, started, [*warnings, f"The pictures were refused ({trouble})."])


def commit(settings, hub, weights, pictures, loss, started, warnings):
    stored = {lora.FILE: (weights.sha256, weights.bytes)} | {path: (one.sha256, one.bytes) for path, one in pictures.items()}
    publish(settings, hub, "Add trained weights", result.succeeded(settings, weights, pictures, loss, started, warnings), stored)


def told(settings, hub, voice, failure, started):
    """A failure is a commit too, so that the service hears of it at once and in words."""
    voice.say(f"Failed: {failure.code}. {failure.message}")
    try:
        publish(settings, hub, "Training failed", result.failed(settings, failure, started), {})
    except (RepoGone, HubTrouble) as trouble:
        voice.say(f"The failure could not be told ({type(trouble).__name__}).")
    return 1


def publish(settings, hub, what, facts, stored):
    result.publish(hub, f"{what} (attempt {settings.attempt})", facts, stored, time.sleep)


def child(name, arguments):
    """What needs the image's libraries runs as this file once more, and may fall over by itself."""
    if name == "squares":
        size, folder, *photos = arguments
        crop.squares(int(size), folder, photos)
    elif name == "thumbnail":
        square, target, side, most_bytes = arguments
        crop.thumbnail(square, target, int(side), int(most_bytes))
    else:
        *what, size, seed, folder = arguments
        previews.main(*what, int(size), int(seed), folder)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(main(os.environ))
