"""Whether a safetensors file is a LoRA that can be used: its header, its size and every single value."""

import hashlib
import json
import math
from dataclasses import dataclass

from failures import RunnerFailure

FILE = "pytorch_lora_weights.safetensors"
LEAST_BYTES = 1_000
MOST_BYTES = 2_000_000_000
MOST_HEADER_BYTES = 16 << 20
BLOCK_BYTES = 1 << 18

# Of each format: bytes per value, and the bits that are all set in what is infinite or no number.
FORMATS = {"F64": (8, 0x7FF0_0000_0000_0000), "F32": (4, 0x7F80_0000), "F16": (2, 0x7C00), "BF16": (2, 0x7F80)}


@dataclass(frozen=True)
class Weights:
    sha256: str
    bytes: int
    tensors: int


def verified(path):
    """Facts about the weights at path. Raises weights_missing or weights_invalid."""
    if not path.is_file():
        raise RunnerFailure("weights_missing", "The training ended without a model.")
    size = path.stat().st_size
    if not LEAST_BYTES <= size <= MOST_BYTES:
        raise _invalid("its size is not that of a LoRA")
    with path.open("rb") as file:
        header_bytes, tensors = _header(file, size)
        for kind, begin, end in tensors:
            _assert_finite(file, kind, 8 + header_bytes + begin, end - begin)
        file.seek(0)
        digest = hashlib.sha256()
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return Weights(digest.hexdigest(), size, len(tensors))


def _header(file, size):
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(MOST_HEADER_BYTES, size - 8):
        raise _invalid("its header is broken")
    try:
        header = json.loads(file.read(length))
        tensors = [_tensor(one) for name, one in header.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as reason:
        raise _invalid("its header is broken") from reason
    at = 0
    for _, begin, end in sorted(tensors, key=lambda tensor: tensor[1]):
        if begin != at:
            raise _invalid("its tensors do not fill it")
        at = end
    if not tensors or at != size - 8 - length:
        raise _invalid("its tensors do not fill it")
    return length, tensors


def _tensor(one):
    kind, shape, (begin, end) = one["dtype"], one["shape"], one["data_offsets"]
    if not all(type(side) is int and side > 0 for side in shape) or not 0 <= begin < end or math.prod(shape) * FORMATS[kind][0] != end - begin:
        raise ValueError("a tensor's place and shape differ")
    return kind, begin, end


def _assert_finite(file, kind, begin, length):
    width, mask = FORMATS[kind]
    file.seek(begin)
    while length > 0:
        block = file.read(min(BLOCK_BYTES, length))
        if not block or not _all_finite(block, width, mask):
            raise _invalid("some of its values are no numbers")
        length -= len(block)


def _all_finite(block, width, mask):
    """All values of a block at once, as one long number: none may have all bits of the mask."""
    many = len(block) // width
    ones = int.from_bytes((1).to_bytes(width, "little") * many, "little")
    top = 1 << (8 * width - 1)
    differing = (int.from_bytes(block, "little") & (ones * mask)) ^ (ones * mask)
    # The mask leaves each value's top bit clear, so adding this sets it exactly where anything differs, without a carry.
    return (differing + ones * (top - 1)) & (ones * top) == ones * top


def _invalid(why):
    return RunnerFailure("weights_invalid", f"The training ended with a model that cannot be used: {why}.")
