"""The upstream trainer as a child: its command line, its progress, its time."""

import hashlib
import importlib.util
import re
import sys
import time
import urllib.request
from pathlib import Path

import children
import settings as known
from failures import TIME, RunnerFailure

STEP = re.compile(r"Steps:\s+\d+%\|.*?\|\s*(\d+)/(\d+)")
LOSS = re.compile(r"loss=([0-9.eE+-]+)")
SHARE_PER_LINE = 0.05
MOST_SCRIPT_BYTES = 4 << 20
INSTALLED = Path("/opt/trainer/train_dreambooth_lora_flux.py")

LAUNCH = [sys.executable, "-m", "accelerate.commands.launch", "--num_processes", "1", "--mixed_precision", "bf16"]

# Prodigy finds its own pace from a learning rate near 1; its further arguments are upstream's, whose defaults are the advice.
OPTIMIZERS = {"adamw": ["AdamW"], "adamw-8bit": ["AdamW", "--use_8bit_adam"], "prodigy": ["prodigy"]}


def arguments(settings):
    """What the trainer's own parser accepts at the pinned release; a test holds them so."""
    return [
        "--pretrained_model_name_or_path", settings.base_model,
        "--revision", settings.base_revision,
        "--instance_data_dir", str(settings.images),
        "--instance_prompt", settings.prompt,
        "--output_dir", str(settings.output),
        "--mixed_precision", "bf16",
        "--resolution", str(settings.resolution),
        "--center_crop",
        "--train_batch_size", str(settings.batch),
        "--gradient_accumulation_steps", str(settings.accumulation),
        "--gradient_checkpointing",
        "--guidance_scale", settings.guidance,
        "--rank", str(settings.rank),
        "--lora_alpha", str(settings.alpha),
        "--max_sequence_length", str(settings.sequence),
        "--optimizer", *OPTIMIZERS[settings.optimizer],
        "--learning_rate", settings.learning_rate,
        "--lr_scheduler", settings.scheduler,
        "--lr_warmup_steps", str(settings.warmup),
        "--max_train_steps", str(settings.steps),
        # The weights are written at the end; a checkpoint would hold another file of the same name.
        "--checkpointing_steps", "1000000",
        "--cache_latents",
        "--allow_tf32",
        "--seed", str(settings.seed),
    ]


def prepared(settings, voice):
    """The command to run: a script of the operator's, the pinned one in the image, or the pinned one with all it needs."""
    if settings.trainer:
        return [sys.executable, settings.trainer, *arguments(settings)]
    script, packages = INSTALLED, []
    if not script.is_file() or hashlib.sha256(script.read_bytes()).hexdigest() != known.TRAINER_SHA256:
        script, packages = settings.work / script.name, [*known.PACKAGES]
        _download(script)
    elif settings.optimizer == "prodigy" and importlib.util.find_spec(known.PRODIGY) is None:
        packages = [known.PRODIGY]
    if packages:
        _install(settings, voice, packages)
    return [*LAUNCH, str(script), *arguments(settings)]


def run(settings, command, voice):
    """Runs the trainer to its end. Returns its exit code, None when it took too long, its last loss and its last lines."""
    reader = Reader(settings.steps, voice.tell)
    exit_code = children.run(command, children.environment(settings, with_token=True), settings.left, reader.take)
    return exit_code, reader.loss, reader.tail.lines


class Reader:
    """Turns the trainer's progress bar into a line now and then, and keeps the last of its other lines."""

    def __init__(self, total, tell):
        self.loss = None
        self.tail = children.Tail()
        self._total = total
        self._tell = tell
        self._told = -1.0

    def take(self, line):
        found = STEP.search(line)
        if not found:
            self.tail.take(line)
            return
        step, total = int(found[1]), int(found[2])
        if loss := LOSS.search(line):
            self.loss = _number(loss[1])
        if total != self._total or not 0 <= step <= total:
            return
        if step - self._told * total >= SHARE_PER_LINE * total or (step == total and self._told < 1):
            self._told = step / total
            self._tell(stage="training", step=step, total=total, loss=self.loss)


def _number(text):
    try:
        value = float(text)
        return value if value == value and abs(value) != float("inf") else None
    except ValueError:
        return None


def _download(script):
    for wait in (0, 5, 20):
        time.sleep(wait)
        try:
            with urllib.request.urlopen(known.TRAINER_URL, timeout=60) as answer:
                text = answer.read(MOST_SCRIPT_BYTES)
            break
        except OSError as reason:
            trouble = reason
    else:
        raise RunnerFailure("job_error", "The trainer could not be downloaded.") from trouble
    if hashlib.sha256(text).hexdigest() != known.TRAINER_SHA256:
        raise RunnerFailure("job_error", "The trainer that was downloaded is not the one that is pinned.")
    script.write_bytes(text)


def _install(settings, voice, packages):
    tail = children.Tail()
    code = children.run(
        [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet", *packages],
        children.environment(settings, with_token=False), settings.left, tail.take)
    if code is None:
        raise RunnerFailure(*TIME)
    if code != 0:
        voice.quote(tail.lines)
        raise RunnerFailure("job_error", "What the trainer needs could not be installed.")
