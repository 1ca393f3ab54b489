"""The runner as the job starts it: one zip file, its environment, photos in a folder, a Hub on loopback."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path

from hub_server import REPO, HubServer

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "shared" / "Training" / "runner"
IMAGE = ROOT / "tests" / "TrainIdentity.HubEmulator" / "Image"
IDENTITY = "0195e1c5-0000-7000-8000-000000000001"
NAME = "Grandmother Ottilie"
USER = "user-4711"
TOKEN = "hf_secretsecret"
WEIGHTS = "pytorch_lora_weights.safetensors"
VIEWS = ["front", "right_profile", "left_profile", "smile"]
GIFTS = {"IDT_PREVIEWS": "1", "IDT_THUMBNAIL": "1"}
MOST_CHARS_SAID = 100_000

# All that a job may ask of a Hub; above all nothing that makes a repo.
ASKED = re.compile(rf"GET /api/models/{REPO}|POST /api/models/{REPO}/(paths-info/[0-9a-f]{{40}}|commit/main)|POST /{REPO}.git/info/lfs/objects/batch|PUT /store/[0-9a-f]{{64}}(/\d+)?|POST /(verify|complete)")


class RunnerTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.work = Path(self.folder.name)
        self.hub = HubServer()
        self.hub.__enter__()
        self.addCleanup(self.hub.__exit__)
        self.zip = self.work / "runner.pyz"
        with zipfile.ZipFile(self.zip, "w") as packed:
            for source in RUNNER.glob("*.py"):
                packed.write(source, source.name)
        (self.work / "data" / "images").mkdir(parents=True)
        images = []
        for n in range(1, 4):
            content = b"photo %d" % n
            (self.work / "data" / f"images/image_{n:03}.jpg").write_bytes(content)
            images.append({"path": f"images/image_{n:03}.jpg", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
        self.config({"identity_id": IDENTITY, "identity_name": NAME, "user_id": USER, "images": images})

    def config(self, config):
        (self.work / "data" / "training_config.json").write_text(json.dumps(config))

    def run_it(self, behaviour="trains", **more):
        env = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(IMAGE), "PYTHONDONTWRITEBYTECODE": "1", "HF_ENDPOINT": self.hub.url, "HF_TOKEN": TOKEN,
            "JOB_ID": "job1", "IDT_REPO": REPO, "IDT_REVISION": "a" * 40, "IDT_IDENTITY": IDENTITY, "IDT_ATTEMPT": "2", "IDT_PROFILE": "flux-512@1",
            "IDT_STEPS": "1000", "IDT_LEARNING_RATE": "0.0004", "IDT_RESOLUTION": "512", "IDT_RANK": "16", "IDT_TRIGGER": "bkqz7", "IDT_CLASS": "old woman",
            "IDT_BASE_MODEL": "black-forest-labs/FLUX.1-dev", "IDT_BASE_REVISION": "main", "IDT_DATA": str(self.work / "data"), "IDT_WORK": str(self.work / "work"),
            "IDT_TRAINER": str(IMAGE / "train.py"), "IDT_STAND_IN": behaviour, "IDT_STAND_IN_SECONDS": "0.2", **more,
        }
        done = subprocess.run([sys.executable, str(self.zip)], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.said = done.stdout + done.stderr
        for secret in (TOKEN, TOKEN[:9], "Ottilie", "ottilie", "1700000000000", USER):
            self.assertNotIn(secret, self.said)
        self.assertLess(len(self.said), MOST_CHARS_SAID)
        for method, path, headers in self.hub.calls:
            self.assertRegex(f"{method} {path}", rf"^(?:{ASKED.pattern})$")
            self.assertEqual(not path.startswith(("/store/", "/complete")), "Authorization" in headers, f"{method} {path}")
        return done.returncode

    def fails_with(self, code, behaviour="trains", **more):
        self.assertEqual(1, self.run_it(behaviour, **more))
        result = self.hub.result()
        self.assertEqual(("failed", code, 2, "job1"), (result["status"], result["code"], result["attempt"], result["job_id"]))
        self.assertEqual(1, len(self.hub.commits))
        self.assertEqual(["header", "file"], [line["key"] for line in self.hub.commits[0]])
        return result["message"]

    def succeeds(self, behaviour="trains", **more):
        """With one commit that holds the weights. Returns the views that are with them, and the warnings."""
        code = self.run_it(behaviour, **more)
        self.assertEqual(0, code, self.said)
        self.assertEqual(1, len(self.hub.commits))
        result = self.hub.result()
        self.assertEqual("succeeded", result["status"])
        self.assertEqual((result["weights"]["sha256"], result["weights"]["bytes"]), self.hub.stored()[WEIGHTS])
        told = [*result["previews"], *([result["thumbnail"]] if "thumbnail" in result else [])]
        self.assertEqual({picture["path"]: (picture["sha256"], picture["bytes"]) for picture in told}, {path: facts for path, facts in self.hub.stored().items() if path != WEIGHTS})
        return [preview["view"] for preview in result["previews"]], result["warnings"]

    def test_photos_become_weights_in_one_commit(self):
        self.assertEqual(0, self.run_it())
        [commit] = self.hub.commits
        result = self.hub.result()
        [weights] = [line["value"] for line in commit if line["key"] == "lfsFile"]
        [stored] = self.hub.objects[weights["oid"]]
        self.assertEqual((WEIGHTS, hashlib.sha256(stored).hexdigest(), len(stored)), (weights["path"], weights["oid"], weights["size"]))
        self.assertEqual({"file": weights["path"], "sha256": weights["oid"], "bytes": weights["size"], "tensors": 6}, result["weights"])
        self.assertEqual(("succeeded", "a photo of bkqz7 old woman", "a" * 40, [], []), tuple(result[key] for key in ("status", "instance_prompt", "input_commit", "warnings", "previews")))
        self.assertNotIn("thumbnail", result)
        lines = [json.loads(line[4:]) for line in self.said.splitlines() if line.startswith("IDT ")]
        steps = [line["step"] for line in lines if line["stage"] == "training"]
        self.assertEqual(sorted(steps), steps)
        self.assertEqual((1000, 1000), (steps[-1], lines[1]["total"]))
        self.assertLessEqual(len(steps), 21)
        self.assertEqual(len(self.said.splitlines()), len(lines))

    def test_every_step_of_a_slow_training_is_read_and_few_are_told(self):
        self.succeeds("slow", IDT_STAND_IN_SECONDS="0.01")
        self.assertLessEqual(self.said.count('"training"'), 21)

    def test_pictures_go_with_the_weights_in_the_one_commit(self):
        views, warnings = self.succeeds(**GIFTS)
        self.assertEqual((VIEWS, []), (views, warnings))
        result = self.hub.result()
        self.assertEqual([("previews/front.jpg", 512, 512)], [(one["path"], one["width"], one["height"]) for one in result["previews"][:1]])
        self.assertEqual(("thumbnail.jpg", 256, 256), tuple(result["thumbnail"][key] for key in ("path", "width", "height")))
        pictures = [self.hub.objects[oid][0] for path, (oid, _) in self.hub.stored().items() if path != WEIGHTS]
        self.assertEqual(5, len(set(pictures)))
        for picture in pictures:
            self.assertEqual((b"\xff\xd8", b"\xff\xd9"), (picture[:2], picture[-2:]))
            self.assertNotIn(b"of the photo", picture)

    def test_what_was_not_asked_for_is_not_made(self):
        self.assertEqual(([], []), self.succeeds(IDT_PREVIEWS="0"))
        self.assertEqual({WEIGHTS}, set(self.hub.stored()))

    def test_previews_that_fail_are_missed_and_no_more(self):
        for trouble, views in (("fails", []), ("oom", []), ("absent", []), ("half", VIEWS[:2])):
            with self.subTest(trouble):
                self.hub.commits.clear()
                made, warnings = self.succeeds(**GIFTS, IDT_STAND_IN_PREVIEWS=trouble)
                self.assertEqual((views, 4 - len(views)), (made, len(warnings)))
                self.assertIn("thumbnail", self.hub.result())

    def test_previews_that_hang_end_before_the_time_of_the_job_does(self):
        made, warnings = self.succeeds(**GIFTS, IDT_STAND_IN_PREVIEWS="hangs", IDT_TIMEOUT_SECONDS="10")
        self.assertEqual((VIEWS[:1], 3), (made, len(warnings)))

    def test_pictures_that_the_hub_does_not_take_do_not_hold_up_the_weights(self):
        held = threading.Event()
        self.addCleanup(held.set)
        respond = self.hub.respond

        def holding(method, path, body):
            if path.endswith("/objects/batch") and self.hub.objects:
                held.wait()
            return respond(method, path, body)

        self.hub.respond = holding
        made, warnings = self.succeeds(**GIFTS, IDT_TIMEOUT_SECONDS="6")
        self.assertEqual(([], 5), (made, len(warnings)))

    def test_a_picture_that_cannot_be_stored_is_missed_and_no_more(self):
        respond = self.hub.respond
        self.hub.respond = lambda method, path, body: (403, b"{}") if path.endswith("/objects/batch") and self.hub.objects else respond(method, path, body)
        made, [warning] = self.succeeds(IDT_THUMBNAIL="1")
        self.assertEqual([], made)
        self.assertIn("could not be stored", warning)

    def test_a_commit_that_is_refused_for_its_pictures_is_made_without_them(self):
        self.hub.refusals = [("/commit/main", 422)]
        made, warnings = self.succeeds(**GIFTS)
        self.assertEqual(([], 1, {WEIGHTS}), (made, len(warnings), set(self.hub.stored())))

    def test_a_machine_that_was_too_small_is_not_asked_for_previews(self):
        made, warnings = self.succeeds("crashes", **GIFTS)
        self.assertEqual(([], 5), (made, len(warnings)))
        self.assertIn("thumbnail", self.hub.result())

    def test_large_weights_go_in_parts(self):
        self.hub.chunk = 2000
        self.assertEqual(0, self.run_it())
        oid = self.hub.result()["weights"]["sha256"]
        self.assertEqual(oid, hashlib.sha256(b"".join(self.hub.objects[oid])).hexdigest())
        self.assertGreater(len(self.hub.objects[oid]), 2)

    def test_a_training_that_goes_wrong_says_why(self):
        for behaviour, code in (
            ("fails", "job_error"), ("oom", "out_of_memory"), ("killed", "out_of_memory"), ("gated", "gated_model"), ("nothing", "weights_missing"),
            ("lies", "weights_invalid"), ("truncated", "weights_invalid"), ("empty", "weights_invalid"),
        ):
            with self.subTest(behaviour):
                self.hub.commits.clear()
                self.fails_with(code, behaviour, **GIFTS)

    def test_a_trainer_that_says_too_much_is_quoted_with_care(self):
        self.fails_with("job_error", "chatty")
        self.assertIn("> RuntimeError: that is all", self.said)
        self.assertIn("> I know '***'", self.said)
        self.assertNotIn('\nIDT {"stage":"training","step":999', self.said)

    def test_weights_that_were_written_before_the_trainer_fell_over_count(self):
        for behaviour in ("crashes", "lingers"):
            with self.subTest(behaviour):
                self.hub.commits.clear()
                self.assertEqual(1, len(self.succeeds(behaviour, IDT_TIMEOUT_SECONDS="4")[1]))

    def test_a_trainer_that_hangs_is_ended_before_the_job_is(self):
        self.fails_with("job_timeout", "hangs", IDT_TIMEOUT_SECONDS="4")

    def test_a_runner_that_is_killed_leaves_nothing(self):
        self.assertEqual(-9, self.run_it("vanishes"))
        self.assertEqual([], self.hub.calls)

    def test_photos_that_differ_from_the_manifest_are_not_trained_on(self):
        (self.work / "data" / "images/image_002.jpg").write_bytes(b"photo x")
        self.fails_with("input_changed")

    def test_a_manifest_that_is_none_of_ours_is_not_trained_on(self):
        for config in ({"identity_id": "other", "images": []}, {"identity_id": IDENTITY, "images": []}, {"identity_id": IDENTITY}, [], {"identity_id": IDENTITY, "images": [1]}):
            with self.subTest(config):
                self.hub.commits.clear()
                self.config(config)
                self.fails_with("input_changed")

    def test_a_path_out_of_the_folder_is_not_read(self):
        self.config({"identity_id": IDENTITY, "images": [{"path": "../../etc/passwd", "sha256": "", "bytes": 0}]})
        self.fails_with("input_changed")

    def test_an_accident_of_the_runner_is_told_too(self):
        (self.work / "file").write_text("")
        self.assertIn("NotADirectoryError", self.fails_with("job_error", IDT_WORK=str(self.work / "file" / "work")))

    def test_a_hub_without_credit_is_told_apart(self):
        self.hub.refusals = [("/objects/batch", 402)]
        self.fails_with("no_credit")

    def test_a_repo_that_is_gone_ends_quietly(self):
        for where in ("/objects/batch", f"/api/models/{REPO}", "/paths-info/", "/commit/main"):
            with self.subTest(where):
                self.hub.refusals = [(where, 404)]
                self.assertEqual(0, self.run_it())
                self.assertEqual([], self.hub.commits)

    def test_a_head_that_moved_is_read_again(self):
        self.hub.refusals = [("/commit/main", 412)]
        self.succeeds()

    def test_a_commit_whose_answer_was_lost_is_not_made_twice(self):
        respond = self.hub.respond

        def losing(method, path, body):
            status, content = respond(method, path, body)
            return (504, b"") if path.endswith("/commit/main") else (status, content)

        self.hub.respond = losing
        self.succeeds()

    def test_an_environment_that_is_wrong_ends_the_start(self):
        for name, value in (
            ("IDT_REPO", "no repo"), ("IDT_REVISION", "main"), ("IDT_STEPS", "0"), ("IDT_LEARNING_RATE", "-1"), ("IDT_ALPHA", "0"), ("IDT_GUIDANCE", "--x"),
            ("IDT_OPTIMIZER", "sgd"), ("IDT_BATCH", "x"), ("IDT_ACCUMULATION", "0"), ("IDT_SCHEDULER", "piecewise_constant"), ("IDT_WARMUP", "-1"),
            ("IDT_SEQUENCE", "many"), ("IDT_SEED", "1.5"), ("IDT_TIMEOUT_SECONDS", "soon"),
        ):
            with self.subTest(name):
                self.assertEqual(1, self.run_it(**{name: value}))
                self.assertIn(name, self.said)
                self.assertEqual([], self.hub.calls)


if __name__ == "__main__":
    unittest.main()
