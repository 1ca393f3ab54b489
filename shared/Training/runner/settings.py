"""What the job was told by its environment. Everything but the token can be read on the job's page."""

import re
import tempfile
import time
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
PRODIGY = "prodigyopt"

# Kept back from the job's time for the one commit, also that of a training that takes too long.
CLOSING_SECONDS = 180

NUMBER = r"\d{1,7}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?"
SCHEDULERS = ("linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup")


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
    alpha: int
    guidance: str
    optimizer: str
    batch: int
    accumulation: int
    scheduler: str
    warmup: int
    sequence: int
    seed: int
    trigger: str
    class_word: str
    base_model: str
    base_revision: str
    ends: float
    previews: bool
    thumbnail: bool
    trainer: str
    data: Path
    work: Path
    token: str

    @classmethod
    def read(cls, env):
        seconds = int(_given(env, "IDT_TIMEOUT_SECONDS", r"[1-9]\d{0,6}", "5400"))
        rank = _given(env, "IDT_RANK", r"[1-9]\d{0,3}")
        return cls(
            hub=(env.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/"),
            repo=_given(env, "IDT_REPO", r"[\w.-]+/[\w.-]+"),
            revision=_given(env, "IDT_REVISION", r"[0-9a-f]{40}"),
            identity=_given(env, "IDT_IDENTITY", r"[0-9a-f-]{36}"),
            attempt=int(_given(env, "IDT_ATTEMPT", r"\d{1,6}")),
            job=env.get("JOB_ID", ""),
            profile=_given(env, "IDT_PROFILE", r"[\w.@-]+"),
            steps=int(_given(env, "IDT_STEPS", r"[1-9]\d{0,5}")),
            learning_rate=_given(env, "IDT_LEARNING_RATE", NUMBER),
            resolution=int(_given(env, "IDT_RESOLUTION", r"[1-9]\d{1,3}")),
            rank=int(rank),
            alpha=int(_given(env, "IDT_ALPHA", r"[1-9]\d{0,3}", rank)),
            guidance=_given(env, "IDT_GUIDANCE", NUMBER, "1"),
            optimizer=_given(env, "IDT_OPTIMIZER", "adamw|adamw-8bit|prodigy", "adamw-8bit"),
            batch=int(_given(env, "IDT_BATCH", r"[1-9]\d{0,2}", "1")),
            accumulation=int(_given(env, "IDT_ACCUMULATION", r"[1-9]\d{0,2}", "1")),
            scheduler=_given(env, "IDT_SCHEDULER", "|".join(SCHEDULERS), "constant"),
            warmup=int(_given(env, "IDT_WARMUP", r"\d{1,6}", "0")),
            sequence=int(_given(env, "IDT_SEQUENCE", r"[1-9]\d{0,3}", "128")),
            seed=int(_given(env, "IDT_SEED", r"\d{1,9}", "42")),
            trigger=_given(env, "IDT_TRIGGER", r"[a-z0-9]+"),
            class_word=_given(env, "IDT_CLASS", r"[a-z]+(?: [a-z]+)*"),
            base_model=_given(env, "IDT_BASE_MODEL", r"[\w.-]+/[\w.-]+"),
            base_revision=_given(env, "IDT_BASE_REVISION", r"[\w.-]+"),
            ends=time.monotonic() + max(1, seconds - min(CLOSING_SECONDS, seconds // 4)),
            previews=env.get("IDT_PREVIEWS") == "1",
            thumbnail=env.get("IDT_THUMBNAIL") == "1",
            trainer=env.get("IDT_TRAINER", ""),
            data=Path(env.get("IDT_DATA") or "/data"),
            work=Path(env.get("IDT_WORK") or Path(tempfile.gettempdir()) / "idt"),
            token=_given(env, "HF_TOKEN", r"\S+"),
        )

    @property
    def prompt(self):
        return f"a photo of {self.trigger} {self.class_word}"

    @property
    def left(self):
        """Seconds until only as many are left of the job's time as the closing needs."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def images(self):
        return self.work / "img"

    @property
    def first_square(self):
        return self.images / "001.png"

    @property
    def output(self):
        return self.work / "out"

    @property
    def weights(self):
        return self.output / "pytorch_lora_weights.safetensors"

    @property
    def preview_folder(self):
        return self.work / "previews"


def _given(env, name, pattern, default=""):
    value = env.get(name) or default
    if not re.fullmatch(pattern, value):
        raise SystemExit(f"{name} is missing or is not of the form it must have.")
    return value
