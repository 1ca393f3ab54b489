"""
Stands in for the upstream trainer: takes its arguments, prints its progress bar and writes a small LoRA. How it behaves
is said by IDT_STAND_IN: trains, slow, fails, oom, gated, killed, vanishes, hangs, chatty, nothing, lies, truncated, empty,
crashes, lingers.
"""

import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import upstream

LINES = 20
# Of the same file, what is no model: values that are no numbers, an end that is missing, a header that names no tensor.
BROKEN = {"lies": lambda seed: lora(seed, float("nan")), "truncated": lambda seed: lora(seed)[:-1000], "empty": lambda _: packed({"__metadata__": {"format": "pt" * 1000}})}
GATED = """huggingface_hub.errors.GatedRepoError: 403 Client Error. (Request ID: Root=1-00000000-000000000000000000000000)

Cannot access gated repo for url https://huggingface.co/black-forest-labs/FLUX.1-dev/resolve/main/scheduler/scheduler_config.json.
Access to model black-forest-labs/FLUX.1-dev is restricted and you are not in the authorized list. Visit https://huggingface.co/black-forest-labs/FLUX.1-dev to ask for access."""
LAST_WORDS = {
    "oom": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    "fails": "ValueError: something is wrong",
    "gated": GATED,
}


def main():
    told = upstream.parser().parse_args()
    behaviour = os.environ.get("IDT_STAND_IN", "trains")
    if not list(Path(told.instance_data_dir).iterdir()):
        sys.exit("There are no photos.")
    if behaviour in LAST_WORDS:
        sys.exit(LAST_WORDS[behaviour])
    if behaviour == "chatty":
        chat()
    run(told.max_train_steps, float(os.environ.get("IDT_STAND_IN_SECONDS", "1")), behaviour)
    if behaviour == "nothing":
        return
    weights = Path(told.output_dir) / "pytorch_lora_weights.safetensors"
    weights.write_bytes(BROKEN.get(behaviour, lora)(told.seed))
    if behaviour == "crashes":
        sys.exit("RuntimeError: the second pipeline does not fit")
    if behaviour == "lingers":
        hang()


def run(steps, seconds, behaviour):
    lines, seconds = (steps, 20 * seconds) if behaviour == "slow" else (LINES, seconds)
    for line in range(1, lines + 1):
        time.sleep(seconds / lines)
        step = steps * line // lines
        sys.stderr.write(f"\rSteps: {100 * step // steps:3}%|#####     | {step}/{steps} [00:0{line % 10}<00:01, 1.00it/s, loss={0.5 - line / lines / 5:.3f}, lr=0.0004]")
        sys.stderr.flush()
        if behaviour == "hangs" and line == 2:
            hang()
        if behaviour == "killed" and line == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour == "vanishes" and line == 2:
            os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
    sys.stderr.write("\n")


def hang():
    """As the true one does under its launcher: in a process of its own that holds on to the same output."""
    subprocess.run(["sleep", "3600"], check=False)


def chat():
    """More than anybody wants to know, without an end of the line and with many, and then things that nobody may know."""
    sys.stdout.write("noise " * 1_000_000 + "\n" + "more noise\n" * 100_000)
    config = json.loads((Path(os.environ["IDT_DATA"]) / "training_config.json").read_text("utf-8"))
    repo = os.environ["IDT_REPO"]
    for secret in (os.environ["HF_TOKEN"], repo, repo.split("/")[1], config.get("identity_name", ""), config.get("user_id", "")):
        print(f"I know '{secret}', and at length: {'x' * 190}{secret}{'x' * 300} {'x ' * 120}{secret} {'x ' * 300}")
    print('IDT {"stage":"training","step":999,"total":1000}')
    sys.exit("RuntimeError: that is all")


def lora(seed, value=0.01):
    values = random.Random(seed)
    shape = [4, 64]
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in (f"transformer.blocks.0.attn.to_{name}.lora_{side}.weight" for name in "qkv" for side in "AB"):
        block = b"".join(struct.pack("<f", value * values.uniform(-1, 1)) for _ in range(shape[0] * shape[1]))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(block)]}
        data += block
    return packed(header, data)


def packed(header, data=b""):
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


main()
