"""What a trainer's image would have of PyTorch, as far as the previews use it; none at all if IDT_STAND_IN_PREVIEWS says absent."""

import os

if os.environ.get("IDT_STAND_IN_PREVIEWS") == "absent":
    raise ModuleNotFoundError("No module named 'torch'")

bfloat16 = "bfloat16"


class OutOfMemoryError(RuntimeError):
    pass


class Generator:
    def __init__(self, device):
        assert device == "cpu"
        self.seed = None

    def manual_seed(self, seed):
        self.seed = int(seed)
        return self
