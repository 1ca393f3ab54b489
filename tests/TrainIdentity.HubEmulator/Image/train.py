"""
Stands in for the upstream trainer: takes its arguments, prints its progress bar and writes a small LoRA. How it behaves
is said by IDT_STAND_IN: trains, fails, oom, hangs, lies, nothing, crashes.
"""

import argparse
import json
import os
import random
import struct
import sys
import time
from pathlib import Path

FLAGS = ("center_crop", "gradient_checkpointing", "use_8bit_adam", "cache_latents", "allow_tf32")
OPTIONS = (
    "pretrained_model_name_or_path", "revision", "instance_data_dir", "instance_prompt", "output_dir", "mixed_precision", "resolution",
    "train_batch_size", "gradient_accumulation_steps", "guidance_scale", "rank", "lora_alpha", "max_sequence_length", "optimizer",
    "learning_rate", "lr_scheduler", "lr_warmup_steps", "max_train_steps", "checkpointing_steps", "seed",
)
LINES = 20


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in OPTIONS:
        parser.add_argument(f"--{name}", required=True)
    for name in FLAGS:
        parser.add_argument(f"--{name}", action="store_true")
    told = parser.parse_args()
    behaviour = os.environ.get("IDT_STAND_IN", "trains")
    if not list(Path(told.instance_data_dir).iterdir()):
        sys.exit("There are no photos.")
    if behaviour == "oom":
        sys.exit("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.")
    if behaviour == "fails":
        sys.exit("ValueError: something is wrong")
    run(int(told.max_train_steps), float(os.environ.get("IDT_STAND_IN_SECONDS", "1")), behaviour)
    if behaviour == "nothing":
        return
    weights = Path(told.output_dir) / "pytorch_lora_weights.safetensors"
    weights.write_bytes(lora(told.seed, float("nan") if behaviour == "lies" else 0.01))
    if behaviour == "crashes":
        sys.exit("RuntimeError: the second pipeline does not fit")


def run(steps, seconds, behaviour):
    for line in range(1, LINES + 1):
        time.sleep(seconds / LINES)
        step = steps * line // LINES
        sys.stderr.write(f"\rSteps: {100 * step // steps:3}%|#####     | {step}/{steps} [00:0{line % 10}<00:01, 1.00it/s, loss={0.5 - line / 100:.3f}, lr=0.0004]")
        sys.stderr.flush()
        if behaviour == "hangs" and line == 2:
            time.sleep(3600)
    sys.stderr.write("\n")


def lora(seed, value):
    values = random.Random(seed)
    shape = [4, 64]
    tensors = {f"transformer.blocks.0.attn.to_{name}.lora_{side}.weight": shape for name in "qkv" for side in "AB"}
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, sides in tensors.items():
        block = b"".join(struct.pack("<f", value * values.uniform(-1, 1)) for _ in range(sides[0] * sides[1]))
        header[name] = {"dtype": "F32", "shape": sides, "data_offsets": [len(data), len(data) + len(block)]}
        data += block
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


main()
