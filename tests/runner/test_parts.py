"""Parts of the runner by themselves."""

import json
import struct
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "shared" / "Training" / "runner"), str(ROOT / "tests" / "TrainIdentity.HubEmulator" / "Image")]

import children
import failures
import pictures
import portrait
import result
import settings as known
import trainer
import upstream
import weights
from failures import RepoGone, RunnerFailure, from_output
from hub import Hub, HubTrouble
from hub_server import REPO, HubServer
from voice import Voice

# As the service sends them, and no more than it always sent.
ENVIRONMENT = {
    "IDT_REPO": REPO, "IDT_REVISION": "a" * 40, "IDT_IDENTITY": "0195e1c5-0000-7000-8000-000000000001", "IDT_ATTEMPT": "1", "IDT_PROFILE": "flux-512@1",
    "IDT_STEPS": "1000", "IDT_LEARNING_RATE": "0.0004", "IDT_RESOLUTION": "512", "IDT_RANK": "16", "IDT_TRIGGER": "bkqz7", "IDT_CLASS": "person",
    "IDT_BASE_MODEL": "black-forest-labs/FLUX.1-dev", "IDT_BASE_REVISION": "main", "IDT_WORK": "/w", "HF_TOKEN": "hf_secret",
}
PROFILES = {
    "flux-512": {},
    "flux-512 in full": {
        "IDT_ALPHA": "16", "IDT_GUIDANCE": "1", "IDT_OPTIMIZER": "adamw-8bit", "IDT_BATCH": "1", "IDT_ACCUMULATION": "1", "IDT_SCHEDULER": "constant",
        "IDT_WARMUP": "0", "IDT_SEQUENCE": "128", "IDT_SEED": "42"},
    "flux-1024": {"IDT_STEPS": "1500", "IDT_LEARNING_RATE": "0.0001", "IDT_RESOLUTION": "1024", "IDT_RANK": "32", "IDT_ALPHA": "32", "IDT_OPTIMIZER": "adamw"},
    "flux-prodigy": {
        "IDT_STEPS": "500", "IDT_LEARNING_RATE": "1", "IDT_OPTIMIZER": "prodigy", "IDT_ACCUMULATION": "4", "IDT_GUIDANCE": "3.5", "IDT_BATCH": "2",
        "IDT_SCHEDULER": "constant_with_warmup", "IDT_WARMUP": "100", "IDT_SEQUENCE": "512", "IDT_SEED": "7"},
}
FORBIDDEN = ("push_to_hub", "hub_token", "hub_model_id", "validation_prompt", "report_to", "resume_from_checkpoint")


def settings_of(**more):
    return known.Settings.read(ENVIRONMENT | more)


def is_running(process):
    """A dead one that nobody has asked about yet is none."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


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
            {"a": {"dtype": "F32", "shape": [-1, -500], "data_offsets": [0, 2000]}}, {"a": {"dtype": "F32", "shape": [500.0], "data_offsets": [0, 2000]}},
        ):
            with self.assertRaises(RunnerFailure, msg=header):
                self.check(tensors("F32", fine, header))
        for content in (b"", b"\xff" * 2000, struct.pack("<Q", 1 << 40) + b"{}" * 1000):
            with self.assertRaises(RunnerFailure):
                self.check(content)


class CommandLineTests(unittest.TestCase):
    def names(self, words):
        return [word[2:] for word in words if word.startswith("--")]

    def test_the_record_is_of_the_pinned_trainer(self):
        self.assertEqual(known.TRAINER_SHA256, upstream.RECORD["sha256"])
        self.assertIn(f"/{upstream.RECORD['repository']}/{upstream.RECORD['release']}/{upstream.RECORD['path']}", known.TRAINER_URL)

    def test_the_pinned_trainer_accepts_every_command_line(self):
        recorded = {option["name"] for option in upstream.RECORD["options"]}
        for profile, more in PROFILES.items():
            with self.subTest(profile):
                settings = settings_of(**more)
                words = trainer.arguments(settings)
                told = upstream.parser().parse_args(words)
                names = self.names(words)
                self.assertEqual(sorted(set(names)), sorted(names))
                self.assertLessEqual(set(names), recorded)
                self.assertFalse(set(names) & set(FORBIDDEN))
                self.assertEqual(
                    (settings.steps, float(settings.learning_rate), settings.resolution, settings.rank, settings.alpha, float(settings.guidance), settings.batch,
                     settings.accumulation, settings.scheduler, settings.warmup, settings.sequence, settings.seed, "a photo of bkqz7 person"),
                    (told.max_train_steps, told.learning_rate, told.resolution, told.rank, told.lora_alpha, told.guidance_scale, told.train_batch_size,
                     told.gradient_accumulation_steps, told.lr_scheduler, told.lr_warmup_steps, told.max_sequence_length, told.seed, told.instance_prompt))

    def test_the_optimizer_is_named_as_the_trainer_knows_it(self):
        for name, (optimizer, small) in {"adamw": ("AdamW", False), "adamw-8bit": ("AdamW", True), "prodigy": ("prodigy", False)}.items():
            told = upstream.parser().parse_args(trainer.arguments(settings_of(IDT_OPTIMIZER=name)))
            self.assertEqual((optimizer, small), (told.optimizer, told.use_8bit_adam))

    def test_an_older_service_gets_the_command_line_that_it_knows(self):
        self.assertEqual(trainer.arguments(settings_of(**PROFILES["flux-512 in full"])), trainer.arguments(settings_of()))
        self.assertEqual(32, settings_of(IDT_RANK="32").alpha)

    def test_options_that_the_trainer_never_had_are_refused(self):
        for words in (["--lora_blocks", "0"], ["--private"], ["--caption_ext", "txt"], ["--mixed_precision", "fp8"], ["--rank", "many"]):
            with self.subTest(words), mock.patch("sys.stderr"), self.assertRaises(SystemExit):
                upstream.parser().parse_args([*trainer.arguments(settings_of()), *words])

    def prepared(self, has_prodigy, **more):
        """The command that is run, and what is installed for it, in an image that has the pinned trainer."""
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "trainer.py"
            script.write_bytes(b"")
            empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            with (mock.patch.object(trainer, "INSTALLED", script), mock.patch.object(known, "TRAINER_SHA256", empty),
                  mock.patch("importlib.util.find_spec", return_value=has_prodigy), mock.patch.object(children, "run", return_value=0) as installed):
                command = trainer.prepared(settings_of(**more), None)
        self.assertEqual([*trainer.LAUNCH, str(script)], command[:len(trainer.LAUNCH) + 1])
        return [word for call in installed.call_args_list for word in call.args[0][3:] if not word.startswith("-") and word != "install"]

    def test_an_image_without_prodigy_gets_it_when_it_is_asked_for(self):
        self.assertEqual([], self.prepared(None))
        self.assertEqual([], self.prepared(True, **PROFILES["flux-prodigy"]))
        self.assertEqual(["prodigyopt"], self.prepared(None, **PROFILES["flux-prodigy"]))


class ProgressTests(unittest.TestCase):
    def test_a_progress_bar_becomes_a_line_now_and_then(self):
        said = []
        reader = trainer.Reader(1000, lambda **facts: said.append(facts))
        for step in range(1001):
            reader.take(f"Steps:  {step // 10}%|###   | {step}/1000 [00:10<00:20, 1.2it/s, loss=0.{step:04}, lr=0.0004]")
        self.assertLessEqual(len(said), 22)
        self.assertEqual((0, 1000), (said[0]["step"], said[-1]["step"]))
        before = len(said)
        reader.take("Steps:   5%|#  | 3/60 [00:10<00:20]")
        reader.take("Loading pipeline components...: 100%|###| 7/7")
        self.assertEqual(before, len(said))

    def test_a_loss_that_is_no_number_is_none(self):
        reader = trainer.Reader(10, lambda **_: None)
        reader.take("Steps:  10%|#  | 1/10 [00:10<00:20, loss=nan, lr=1]")
        self.assertIsNone(reader.loss)


class FailureTests(unittest.TestCase):
    def test_the_reason_of_a_failure_is_read_from_its_last_lines(self):
        for line, code, word in (
            ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", "out_of_memory", "memory"),
            ("RuntimeError: CUDA error: out of memory", "out_of_memory", "memory"),
            ("RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "out_of_memory", "memory"),
            ("RuntimeError: [enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory", "out_of_memory", "memory"),
            ("RuntimeError: DataLoader worker (pid 1285) is killed by signal: Killed.", "out_of_memory", "memory"),
            ("subprocess.CalledProcessError: Command '['python', 'train.py']' died with <Signals.SIGKILL: 9>.", "out_of_memory", "memory"),
            ("huggingface_hub.errors.GatedRepoError: 403 Client Error.", "gated_model", "licence"),
            ("Access to model black-forest-labs/FLUX.1-dev is restricted. You must have access to it and be authenticated to access it.\nCannot access gated repo for url", "gated_model", "licence"),
            ("403 Forbidden: Please enable access to public gated repositories in your fine-grained token settings to view this repository.\nMake sure your token has the correct permissions.\n"
             "OSError: We couldn't connect to 'https://huggingface.co' to load this file", "gated_model", "licence"),
            ("requests.exceptions.HTTPError: 402 Client Error: Payment Required", "no_credit", "credit"),
            ("OSError: [Errno 28] No space left on device", "job_error", "disk"),
            ("safetensors_rust.SafetensorError: Error while serializing: IoError(Os { code: 28, message: \"No space left on device\" })", "job_error", "disk"),
            ("RuntimeError: No CUDA GPUs are available", "job_error", "GPU"),
            ("RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU", "job_error", "GPU"),
            ("The NVIDIA driver on your system is too old (found version 12020).", "job_error", "GPU"),
            ("ValueError: bf16 mixed precision requires PyTorch >= 1.10 and a supported device.", "job_error", "GPU"),
            ("OSError: We couldn't connect to 'https://huggingface.co' to load this model", "job_error", "network"),
            ("NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "job_error", "network"),
            ("train.py: error: unrecognized arguments: --lora_blocks", "job_error", "argument"),
            ("ImportError: To use Prodigy, please install the prodigyopt library: `pip install prodigyopt`", "job_error", "lacks"),
            ("boom", "job_error", "exit code 1"),
        ):
            with self.subTest(line):
                failure = from_output(["noise", *line.split("\n"), "noise"], 1)
                self.assertEqual(code, failure.code)
                self.assertIn(word, failure.message)

    def test_a_trainer_that_was_killed_ran_out_of_memory(self):
        self.assertEqual(["out_of_memory"] * 2, [from_output([], code).code for code in (-9, 137)])

    def test_an_accident_is_told_without_its_words(self):
        try:
            raise OSError(2, "No such file", "/home/ottilie")
        except OSError as accident:
            message = failures.from_accident(accident).message
        self.assertIn("FileNotFoundError in test_parts.py", message)
        self.assertNotIn("ottilie", message)
        self.assertEqual("out_of_memory", failures.from_accident(MemoryError()).code)
        self.assertIn("disk", failures.from_accident(OSError(28, "full")).message)


class VoiceTests(unittest.TestCase):
    def test_no_name_and_no_token_is_said(self):
        voice = Voice(settings_of(HF_TOKEN="opaque-token-of-another-kind"))
        voice.hide("Zoë d'Ormesson")
        voice.hide("Al")
        secrets = ("opaque-token-of-another-kind", "hf_another", REPO, REPO.split("/")[1], "models--ns--identity-grandmother-ottilie-1700000000000", "ottilie_final.bin", "D'ORMESSON", "zoë", "al")
        with mock.patch("builtins.print") as printed:
            for secret in secrets:
                voice.say(f"at {secret}.")
                voice.quote([f"{'y' * 240}{secret}{'y' * 1000}{secret}{'y' * 240}"])
        said = "\n".join(call.args[0] for call in printed.call_args_list).lower()
        for secret in ("opaque", "another", "grandmother", "ottilie", "1700000000000", "ormesson", "zoë.", " al."):
            self.assertNotIn(secret, said)

    def test_what_is_left_can_be_read(self):
        voice = Voice(settings_of())
        voice.hide("Al")
        with mock.patch("builtins.print") as printed:
            voice.say("RuntimeError: cannot allocate for a person: allocator")
        self.assertEqual("RuntimeError: cannot allocate for a person: allocator", printed.call_args.args[0])


class ChildrenTests(unittest.TestCase):
    def lines(self, *blocks):
        pending = [*blocks, b""]
        return list(children.lines(mock.Mock(read1=lambda _: pending.pop(0))))

    def test_lines_end_where_a_progress_bar_begins_anew(self):
        self.assertEqual(["one", "two", "three", "\ufffdfour"], self.lines(b"one\rt", b"wo\nthree\n\xfff", b"our"))

    def test_a_line_without_an_end_is_passed_over(self):
        self.assertEqual(["before", "after"], self.lines(b"before\n", *[b"x" * children.BLOCK_BYTES] * 5, b"xx\nafter\n", *[b"x" * children.BLOCK_BYTES] * 2))

    def test_what_a_child_started_ends_with_it(self):
        said = []
        script = "import subprocess, sys; print(subprocess.Popen(['sleep', '3600']).pid, flush=True); sys.exit(3)"
        self.assertEqual(3, children.run([sys.executable, "-c", script], {}, 60, said.append))
        [started] = said
        for _ in range(3000):
            if not is_running(started):
                return
            time.sleep(0.01)
        self.fail("It goes on.")

    def test_a_child_that_takes_too_long_has_no_exit_code(self):
        self.assertIsNone(children.run([sys.executable, "-c", "import time; time.sleep(3600)"], {}, 0.1, print))


class PicturesTests(unittest.TestCase):
    WHOLE = portrait.drawn("front", b"", 64)

    def measure(self, content, most_bytes=64 << 10, most_side=256):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "picture.jpg"
            path.write_bytes(content)
            return pictures.measured(path, "thumbnail.jpg", most_bytes, most_side)

    def test_a_picture_is_measured(self):
        self.assertEqual((64, 64, len(self.WHOLE)), (lambda found: (found.width, found.height, found.bytes))(self.measure(self.WHOLE)))

    def test_what_is_no_picture_or_too_much_of_one_is_not_stored(self):
        extra = b"\xff%s\0\x08hidden"
        for content in (
            b"", b"GIF89a", self.WHOLE[:-2], self.WHOLE[:len(self.WHOLE) // 2], self.WHOLE[:20] + b"\xff\xd9", self.WHOLE + b"more", b"\xff\xd8\xff\xd9",
            *(self.WHOLE[:2] + extra % bytes([kind]) + self.WHOLE[2:] for kind in (0xE1, 0xE2, 0xED, 0xFE)),
        ):
            self.assertIsNone(self.measure(content), content[:40])
        self.assertIsNone(self.measure(self.WHOLE, most_bytes=len(self.WHOLE) - 1))
        self.assertIsNone(self.measure(self.WHOLE, most_side=63))
        self.assertIsNone(pictures.measured(Path("/nowhere/picture.jpg"), "thumbnail.jpg", 1, 1))


class HubTests(unittest.TestCase):
    def setUp(self):
        self.server = HubServer()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.hub = Hub(self.server.url, "hf_secret", REPO, wait=lambda _: None)

    def publish(self):
        result.publish(self.hub, "Add trained weights", {"status": "succeeded"}, {}, lambda _: None)

    def test_a_head_that_moved_is_read_again_three_times(self):
        self.server.refusals = [("/commit/main", 412)] * 3
        self.publish()
        self.assertEqual(1, len(self.server.commits))
        self.assertEqual(4, sum(path.endswith(REPO) for _, path, _ in self.server.calls))

    def test_a_head_that_moves_all_the_time_is_given_up(self):
        self.server.refusals = [("/commit/main", 412)] * 4
        with self.assertRaises(HubTrouble) as raised:
            self.publish()
        self.assertEqual((412, []), (raised.exception.status, self.server.commits))

    def test_a_commit_that_was_made_at_the_last_try_is_seen(self):
        respond = self.server.respond
        answers = iter([412, 412, 412])

        def losing(method, path, body):
            if not path.endswith("/commit/main"):
                return respond(method, path, body)
            status = next(answers, None)
            return (status, b"{}") if status else (504, respond(method, path, body)[1])

        self.server.respond = losing
        self.publish()
        self.assertEqual(1, len(self.server.commits))

    def test_a_refusal_is_not_repeated_and_a_busy_hub_is(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_bytes(b"content")
            sha256 = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
            self.server.refusals = [("/objects/batch", 429), ("/store/", 500), ("/store/", 403), ("/verify", 503)]
            self.hub.store(file, sha256, 7)
            self.assertEqual([], self.server.refusals)
            self.server.refusals = [("/objects/batch", 403)]
            with self.assertRaises(HubTrouble):
                self.hub.store(file, sha256, 7)

    def test_a_repo_that_is_gone_is_told_apart_from_an_upload_that_is(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_bytes(b"content")
            self.server.chunk = 4
            self.server.refusals = [("/complete", 404)] * 3
            with self.assertRaises(HubTrouble):
                self.hub.store(file, "0" * 64, 7)
            self.server.refusals = [("/objects/batch", 404)]
            with self.assertRaises(RepoGone):
                self.hub.store(file, "0" * 64, 7)


if __name__ == "__main__":
    unittest.main()
