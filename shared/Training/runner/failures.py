"""Why a training cannot succeed, in codes that the service knows and words that its owner reads."""

import errno
import traceback
from pathlib import Path


class RunnerFailure(Exception):
    """Ends the run; told in training_result.json. The message names no person, no path and no token."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class RepoGone(Exception):
    """The identity was deleted while it trained. There is nobody left to tell."""


MEMORY = ("out_of_memory", "The training ran out of memory.")
TIME = ("job_timeout", "The training took longer than it may.")
DISK = ("job_error", "The machine ran out of disk space.")
KILLED = (-9, 128 + 9)

# What PyTorch, accelerate, diffusers and huggingface_hub print, in lower case. The first that is found counts: a download
# that is refused ends in "couldn't connect" too, so the network comes last but for what hides no other reason.
KNOWN = (
    (MEMORY, (
        "out of memory", "outofmemoryerror", "cublas_status_alloc_failed", "can't allocate memory", "cannot allocate memory",
        "std::bad_alloc", "memoryerror", "<signals.sigkill", "signal 9 (sigkill)", "is killed by signal: killed")),
    (DISK, ("no space left on device", "disk quota exceeded")),
    (("gated_model", "The account that trains may not read the base model: its licence is not accepted, or its token lacks the right."), (
        "gatedrepoerror", "gated repo", "is restricted and you are not in the authorized list", "invalid credentials in authorization header",
        "401 client error", "401 unauthorized", "make sure your token has the correct permissions")),
    (("no_credit", "The credit of the account that trains is used up."), ("402 client error", "payment required")),
    (("job_error", "The machine has no GPU that the trainer can use."), (
        "no cuda gpus are available", "found no nvidia driver", "nvidia driver on your system is too old", "cuda driver version is insufficient",
        "cuda driver initialization failed", "no cuda-capable device", "devices are busy or unavailable", "not compiled with cuda enabled",
        "cuda unknown error", "no kernel image is available", "uncorrectable ecc error", "mixed precision requires")),
    (("job_error", "The base model could not be downloaded: the network or the Hub was not there."), (
        "couldn't connect to", "localentrynotfounderror", "max retries exceeded", "name resolution", "name or service not known",
        "network is unreachable", "connection reset by peer", "connecterror", "connectionerror", "readtimeout", "server error for url", "server error '5")),
    (("job_error", "The trainer does not know an argument that it was given."), ("error: unrecognized arguments", "error: argument --")),
    (("job_error", "The image lacks something that the trainer needs."), ("modulenotfounderror", "importerror", "this example requires a", "please install")),
)


def from_output(lines, exit_code):
    """What the last lines of a trainer that failed say about the reason."""
    text = "\n".join(lines).lower()
    for reason, marks in KNOWN:
        if any(mark in text for mark in marks) or (reason is MEMORY and exit_code in KILLED):
            return RunnerFailure(*reason)
    return RunnerFailure("job_error", f"The trainer ended with exit code {exit_code}.")


def from_accident(accident):
    """What nobody foresaw. Its own message may quote anything; where it happened names nobody."""
    if isinstance(accident, MemoryError):
        return RunnerFailure(*MEMORY)
    if isinstance(accident, OSError) and accident.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunnerFailure(*DISK)
    place = traceback.extract_tb(accident.__traceback__)[-1]
    return RunnerFailure("job_error", f"The runner fell over ({type(accident).__name__} in {Path(place.filename).name}, line {place.lineno}).")
