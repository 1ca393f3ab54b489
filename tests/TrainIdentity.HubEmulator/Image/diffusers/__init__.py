"""
What a trainer's image would have of diffusers, as far as the previews use it: a pipeline that draws the view which its
prompt asks for, one look for one model. IDT_STAND_IN_PREVIEWS says how it goes wrong: fails, hangs, oom or half.
"""

import hashlib
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import portrait
import torch

VIEWS = {"front view": "front", "right profile": "right_profile", "left profile": "left_profile", "smiling": "smile"}


class Drawn:
    def __init__(self, content, is_cut):
        self._content = content
        self._is_cut = is_cut

    def save(self, path, quality):
        assert 0 < quality <= 95
        if self._is_cut:
            Path(path).write_bytes(self._content[:len(self._content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        Path(path).write_bytes(self._content)


class FluxPipeline:
    _made = 0

    @classmethod
    def from_pretrained(cls, name, *, revision, torch_dtype):
        assert name and revision and torch_dtype == torch.bfloat16 and os.environ["HF_TOKEN"]
        cls._trouble = os.environ.get("IDT_STAND_IN_PREVIEWS", "")
        if cls._trouble == "fails":
            raise OSError(f"We couldn't connect to the Hub with {os.environ['HF_TOKEN']} to load this model.")
        return cls()

    def load_lora_weights(self, folder, *, weight_name):
        self._weights = Path(folder, weight_name).read_bytes()

    def enable_model_cpu_offload(self):
        pass

    def __call__(self, prompt, *, num_inference_steps, guidance_scale, height, width, joint_attention_kwargs, generator):
        assert num_inference_steps > 0 and guidance_scale > 0 and height == width and 0 < joint_attention_kwargs["scale"] <= 1 and generator.seed is not None
        if self._trouble == "oom":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 18.00 GiB.")
        if self._trouble == "hangs" and self._made == 1:
            time.sleep(3600)
        [view] = [view for words, view in VIEWS.items() if words in prompt]
        self._made += 1
        seed = hashlib.sha256(self._weights).digest()
        return SimpleNamespace(images=[Drawn(portrait.drawn(view, seed, width), self._trouble == "half" and self._made == 3)])
