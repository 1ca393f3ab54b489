"""The upstream trainer as a child: its command line, its progress, its time."""

import collections
import hashlib
import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import settings as known
from failures import RunnerFailure

STEP = re.compile(r"Steps:\s+\d+%\|.*?\|\s*(\d+)/(\d+)")
LOSS = re.compile(r"loss=([0-9.eE+-]+)")
SHARE_PER_LINE = 0.05
TAIL_LINES = 60
MOST_SCRIPT_BYTES = 4 << 20
INSTALLED = Path("/opt/trainer/train_dreambooth_lora_flux.py")


LAUNCH = [sys.executable, "-m", "accelerate.commands.launch", "--num_processes", "1", "--mixed_precision", "bf16"]


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
        "--train_batch_size", "1",
        "--gradient_accumulation_steps", "1",
        "--gradient_checkpointing",
        "--guidance_scale", "1",
        "--rank", str(settings.rank),
        "--lora_alpha", str(settings.rank),
        "--max_sequence_length", "128",
        "--optimizer", "AdamW",
        "--use_8bit_adam",
        "--learning_rate", settings.learning_rate,
        "--lr_scheduler", "constant",
        "--lr_warmup_steps", "0",
        "--max_train_steps", str(settings.steps),
        # The weights are written at the end; a checkpoint would hold another file of the same name.
        "--checkpointing_steps", "1000000",
        "--cache_latents",
        "--allow_tf32",
        "--seed", "42",
    ]


def prepared(settings):
    """The command to run: a script of the operator's, the pinned one in the image, or the pinned one with all it needs."""
    if settings.trainer:
        return [sys.executable, settings.trainer, *arguments(settings)]
    script = INSTALLED
    if not script.is_file() or hashlib.sha256(script.read_bytes()).hexdigest() != known.TRAINER_SHA256:
        script = settings.work / script.name
        _download(script)
        _install()
    return [*LAUNCH, str(script), *arguments(settings)]


def run(settings, command, env, print_progress):
    """Runs the trainer to its end. Returns its exit code, its last loss and its last lines; raises job_timeout when it takes too long."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
        text=True, encoding="utf-8", errors="replace", bufsize=1,
    )
    late = threading.Event()
    timer = threading.Timer(settings.seconds_to_train, lambda: (late.set(), child.kill()))
    timer.daemon = True
    timer.start()
    reader = Reader(settings.steps, print_progress)
    try:
        for line in _lines(child.stdout):
            reader.take(line)
        exit_code = child.wait()
    finally:
        timer.cancel()
        child.kill()
    if late.is_set():
        raise RunnerFailure("job_timeout", "The training took longer than it may.")
    return exit_code, reader.loss, list(reader.tail)


class Reader:
    """Turns the trainer's progress bar into a line now and then, and keeps the last lines for the case that it fails."""

    def __init__(self, total, print_progress):
        self.loss = None
        self.tail = collections.deque(maxlen=TAIL_LINES)
        self._total = total
        self._print = print_progress
        self._told = -1.0

    def take(self, line):
        found = STEP.search(line)
        if not found:
            if line.strip():
                self.tail.append(line.rstrip()[:500])
            return
        step, total = int(found[1]), int(found[2])
        if loss := LOSS.search(line):
            self.loss = _number(loss[1])
        if total != self._total or not 0 <= step <= total:
            return
        if step - self._told * total >= SHARE_PER_LINE * total or (step == total and self._told < 1):
            self._told = step / total
            self._print(json.dumps({"stage": "training", "step": step, "total": total, "loss": self.loss}))


def _lines(stream):
    """Lines, and what a progress bar writes over itself with carriage returns."""
    rest = ""
    while chunk := stream.read(1):
        if chunk in "\r\n":
            yield rest
            rest = ""
        else:
            rest += chunk
    if rest:
        yield rest


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


def _install():
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet", *known.PACKAGES],
        stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise RunnerFailure("job_error", "What the trainer needs could not be installed.")
