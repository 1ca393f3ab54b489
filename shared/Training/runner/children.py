"""Processes of the runner: they print to it, get no more time than is left, and leave nothing behind that runs."""

import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

BLOCK_BYTES = 1 << 16
MOST_LINE_BYTES = 1 << 16
# A progress bar writes over itself with carriage returns.
BREAK = re.compile(rb"[\r\n]")
END_SECONDS = 10
TAIL_LINES = 60
# Large, or only for the commit.
KEPT_BACK = ("HF_TOKEN", "IDT_RUNNER_B64")


class Tail:
    """The last lines of a child, for the case that it fails."""

    def __init__(self):
        self.lines = collections.deque(maxlen=TAIL_LINES)

    def take(self, line):
        if line.strip():
            self.lines.append(line.rstrip())


def run(command, env, seconds, take):
    """Runs a command to its end and hands take each line it prints. Returns its exit code; None when it took too long."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, start_new_session=True)
    _die_first(child.pid)
    reader = threading.Thread(target=_read, args=(child.stdout, take), daemon=True)
    reader.start()
    try:
        return child.wait(max(0.1, seconds))
    except subprocess.TimeoutExpired:
        return None
    finally:
        # All of its group: a launcher's own child would go on holding the GPU, and the pipe that is read here.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        # A process that hangs in a driver cannot be ended; it must not hold up what is left to tell.
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(END_SECONDS)
        reader.join(END_SECONDS)


def own(name, arguments, settings, seconds, take, with_token=False):
    """Runs one of the runner's own scripts that need the image's libraries."""
    return run([sys.executable, sys.argv[0], name, *map(str, arguments)], environment(settings, with_token), seconds, take)


def environment(settings, with_token):
    """Ours without what only the commit needs."""
    env = {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
    if with_token:
        env["HF_TOKEN"] = settings.token
    return env | {"PYTHONUNBUFFERED": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "WANDB_DISABLED": "true"}


def _die_first(process):
    """When the machine's memory runs out, the kernel is to end the child and to leave the runner, which can tell of it."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text("1000")


def _read(stream, take):
    with stream:
        for line in lines(stream):
            take(line)


def lines(stream):
    """Lines of a stream of bytes. One that has no end is passed over, so that it neither fills the memory nor is cut in two."""
    rest, passed = b"", False
    while block := stream.read1(BLOCK_BYTES):
        *whole, rest = BREAK.split(rest + block)
        for line in whole:
            if not passed:
                yield line.decode("utf-8", "replace")
            passed = False
        if len(rest) > MOST_LINE_BYTES:
            rest, passed = b"", True
    if rest and not passed:
        yield rest.decode("utf-8", "replace")
