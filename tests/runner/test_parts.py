"""Parts of the runner by themselves."""

import json
import struct
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared" / "Training" / "runner"))

import trainer
import weights
from failures import RunnerFailure, from_output

# Those of diffusers v0.40.0 that the runner may use, as its parser knows them.
KNOWN = {
    "pretrained_model_name_or_path", "revision", "instance_data_dir", "instance_prompt", "output_dir", "mixed_precision", "resolution", "center_crop",
    "train_batch_size", "gradient_accumulation_steps", "gradient_checkpointing", "guidance_scale", "rank", "lora_alpha", "lora_layers", "optimizer",
    "use_8bit_adam", "learning_rate", "lr_scheduler", "lr_warmup_steps", "max_train_steps", "checkpointing_steps", "checkpoints_total_limit",
    "max_sequence_length", "cache_latents", "allow_tf32", "seed", "report_to",
}
SETTINGS = SimpleNamespace(
    base_model="black-forest-labs/FLUX.1-dev", base_revision="main", images=Path("/w/img"), prompt="a photo of bkqz7 person", output=Path("/w/out"),
    resolution=512, rank=16, learning_rate="0.0004", steps=1000)


def tensors(kind, values, header=None):
    data = b"".join(values)
    shape = [len(values)]
    text = json.dumps(header if header is not None else {"a": {"dtype": kind, "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    return struct.pack("<Q", len(text)) + text + data


class WeightsTests(unittest.TestCase):
    def check(self, content):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / weights.FILE
            path.write_bytes(content)
            return weights.verified(path)

    def test_values_that_are_no_numbers_are_found_wherever_they_stand(self):
        odd = {
            "F64": [0x7FF0 << 48, 0xFFF8 << 48, 0x7FF0_0000_0000_0001], "F32": [0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001],
            "F16": [0x7C00, 0xFC00, 0x7E00], "BF16": [0x7F80, 0xFF80, 0x7FC0, 0xFFFF],
        }
        for kind, patterns in odd.items():
            width = weights.FORMATS[kind][0]
            fine = [pattern.to_bytes(width, "little") for pattern in (0, 1, 1 << (8 * width - 1), (weights.FORMATS[kind][1] - 1))] * 400
            self.assertEqual(1, self.check(tensors(kind, fine)).tensors)
            for pattern in patterns:
                for at in (0, 777, len(fine) - 1):
                    broken = [*fine]
                    broken[at] = pattern.to_bytes(width, "little")
                    with self.assertRaises(RunnerFailure, msg=f"{kind} {pattern:x} at {at}") as raised:
                        self.check(tensors(kind, broken))
                    self.assertEqual("weights_invalid", raised.exception.code)

    def test_a_file_that_its_header_does_not_describe_is_no_model(self):
        fine = [struct.pack("<f", 1.0)] * 500
        for header in (
            {}, {"__metadata__": {}}, {"a": {"dtype": "F32", "shape": [499], "data_offsets": [0, 1996]}}, {"a": {"dtype": "I8", "shape": [2000], "data_offsets": [0, 2000]}},
            {"a": {"dtype": "F32", "shape": [501], "data_offsets": [0, 2004]}}, {"a": {"dtype": "F32", "shape": ["x"], "data_offsets": [0, 2000]}}, {"a": 1},
        ):
            with self.assertRaises(RunnerFailure, msg=header):
                self.check(tensors("F32", fine, header))
        for content in (b"", b"\xff" * 2000, struct.pack("<Q", 1 << 40) + b"{}" * 1000):
            with self.assertRaises(RunnerFailure):
                self.check(content)


class TrainerTests(unittest.TestCase):
    def test_the_pinned_trainer_knows_every_argument(self):
        words = trainer.arguments(SETTINGS)
        names = [word[2:] for word in words if word.startswith("--")]
        self.assertEqual(sorted(set(names)), sorted(names))
        self.assertLessEqual(set(names), KNOWN)
        self.assertNotIn("push_to_hub", names)

    def test_a_progress_bar_becomes_a_line_now_and_then(self):
        said = []
        reader = trainer.Reader(1000, said.append)
        for step in range(1001):
            reader.take(f"Steps:  {step // 10}%|###   | {step}/1000 [00:10<00:20, 1.2it/s, loss=0.{step:04}, lr=0.0004]")
        lines = [json.loads(line) for line in said]
        self.assertLessEqual(len(lines), 22)
        self.assertEqual((0, 1000), (lines[0]["step"], lines[-1]["step"]))
        reader.take("Steps:   5%|#  | 3/60 [00:10<00:20]")
        reader.take("Loading pipeline components...: 100%|###| 7/7")
        self.assertEqual(len(lines), len(said))

    def test_the_reason_of_a_failure_is_read_from_its_last_lines(self):
        for line, code in (
            ("torch.OutOfMemoryError: CUDA out of memory.", "out_of_memory"), ("died with <Signals.SIGKILL: 9>", "out_of_memory"),
            ("huggingface_hub.errors.GatedRepoError: 403 Client Error.", "gated_model"), ("OSError: [Errno 28] No space left on device", "job_error"), ("boom", "job_error"),
        ):
            self.assertEqual(code, from_output(["noise", line], 1).code)


if __name__ == "__main__":
    unittest.main()
