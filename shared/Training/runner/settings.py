"""What the job was told by its environment. Everything but the token can be read on the job's page."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

TRAINER_URL = (
    "https://raw.githubusercontent.com/huggingface/diffusers/v0.40.0/"
    "examples/dreambooth/train_dreambooth_lora_flux.py"
)
TRAINER_SHA256 = "ea51c6843b1e27909a134de1eb59e6bc54ad99f4b349c55bdd62321cb5412885"
TRAINER_NAME = "diffusers/train_dreambooth_lora_flux.py@v0.40.0"

# What the trainer imports and an image for PyTorch alone lacks.
PACKAGES = (
    "diffusers==0.40.0", "transformers", "accelerate", "peft", "bitsandbytes", "sentencepiece", "protobuf", "ftfy",
    "datasets", "tensorboard", "Jinja2", "torchvision", "prodigyopt",
)

# Kept back from the job's time, so that a training that takes too long can still say so.
CLOSING_SECONDS = 180


@dataclass(frozen=True)
class Settings:
    hub: str
    repo: str
    revision: str
    identity: str
    attempt: int
    job: str
    profile: str
    steps: int
    learning_rate: str
    resolution: int
    rank: int
    trigger: str
    class_word: str
    base_model: str
    base_revision: str
    seconds: int
    previews: bool
    trainer: str
    data: Path
    work: Path
    token: str

    @classmethod
    def read(cls, env):
        work = Path(env.get("IDT_WORK") or Path(tempfile.gettempdir()) / "idt")
        return cls(
            hub=(env.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/"),
            repo=_required(env, "IDT_REPO", r"[\w.-]+/[\w.-]+"),
            revision=_required(env, "IDT_REVISION", r"[0-9a-f]{40}"),
            identity=_required(env, "IDT_IDENTITY", r"[0-9a-f-]{36}"),
            attempt=int(_required(env, "IDT_ATTEMPT", r"\d{1,6}")),
            job=env.get("JOB_ID", ""),
            profile=_required(env, "IDT_PROFILE", r"[\w.@-]+"),
            steps=int(_required(env, "IDT_STEPS", r"\d{1,6}")),
            learning_rate=_required(env, "IDT_LEARNING_RATE", r"[0-9.eE-]+"),
            resolution=int(_required(env, "IDT_RESOLUTION", r"\d{2,5}")),
            rank=int(_required(env, "IDT_RANK", r"\d{1,4}")),
            trigger=_required(env, "IDT_TRIGGER", r"[a-z0-9]+"),
            class_word=_required(env, "IDT_CLASS", r"[a-z]+(?: [a-z]+)*"),
            base_model=_required(env, "IDT_BASE_MODEL", r"[\w.-]+/[\w.-]+"),
            base_revision=_required(env, "IDT_BASE_REVISION", r"[\w.-]+"),
            seconds=int(env.get("IDT_TIMEOUT_SECONDS") or 5400),
            previews=env.get("IDT_PREVIEWS") == "1",
            trainer=env.get("IDT_TRAINER", ""),
            data=Path(env.get("IDT_DATA") or "/data"),
            work=work,
            token=_required(env, "HF_TOKEN", r"\S+"),
        )

    @property
    def prompt(self):
        return f"a photo of {self.trigger} {self.class_word}"

    @property
    def seconds_to_train(self):
        return max(1, self.seconds - min(CLOSING_SECONDS, self.seconds // 4))

    @property
    def images(self):
        return self.work / "img"

    @property
    def output(self):
        return self.work / "out"

    @property
    def preview_folder(self):
        return self.work / "previews"


def _required(env, name, pattern):
    value = env.get(name, "")
    if not re.fullmatch(pattern, value):
        raise SystemExit(f"{name} is missing or is not of the form it must have.")
    return value


def child_environment(settings, with_token):
    """The environment for a child: ours without what only the commit needs."""
    env = {name: value for name, value in os.environ.items() if name not in ("HF_TOKEN", "IDT_RUNNER_B64")}
    if with_token:
        env["HF_TOKEN"] = settings.token
    return env | {"PYTHONUNBUFFERED": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "WANDB_DISABLED": "true"}
