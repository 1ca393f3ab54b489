"""The runner as the job starts it: one zip file, its environment, photos in a folder, a Hub on loopback."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from hub_server import HubServer

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "shared" / "Training" / "runner"
IMAGE = ROOT / "tests" / "TrainIdentity.HubEmulator" / "Image"
IDENTITY = "0195e1c5-0000-7000-8000-000000000001"
NAME = "Grandmother Ottilie"


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
        self.config({"identity_id": IDENTITY, "identity_name": NAME, "images": images})

    def config(self, config):
        (self.work / "data" / "training_config.json").write_text(json.dumps(config))

    def run_it(self, behaviour="trains", **more):
        env = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(IMAGE), "PYTHONDONTWRITEBYTECODE": "1", "HF_ENDPOINT": self.hub.url, "HF_TOKEN": "hf_secretsecret",
            "JOB_ID": "job1", "IDT_REPO": "ns/repo", "IDT_REVISION": "a" * 40, "IDT_IDENTITY": IDENTITY, "IDT_ATTEMPT": "2", "IDT_PROFILE": "flux-512@1",
            "IDT_STEPS": "1000", "IDT_LEARNING_RATE": "0.0004", "IDT_RESOLUTION": "512", "IDT_RANK": "16", "IDT_TRIGGER": "bkqz7", "IDT_CLASS": "old woman",
            "IDT_BASE_MODEL": "black-forest-labs/FLUX.1-dev", "IDT_BASE_REVISION": "main", "IDT_DATA": str(self.work / "data"), "IDT_WORK": str(self.work / "work"),
            "IDT_TRAINER": str(IMAGE / "train.py"), "IDT_STAND_IN": behaviour, "IDT_STAND_IN_SECONDS": "0.2", **more,
        }
        done = subprocess.run([sys.executable, str(self.zip)], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.said = done.stdout + done.stderr
        self.assertNotIn("hf_secret", self.said)
        self.assertNotIn("Ottilie", self.said)
        return done.returncode

    def fails_with(self, code, behaviour="trains", **more):
        self.assertEqual(1, self.run_it(behaviour, **more))
        result = self.hub.result()
        self.assertEqual(("failed", code, 2, "job1"), (result["status"], result["code"], result["attempt"], result["job_id"]))
        self.assertEqual(1, len(self.hub.commits))
        self.assertEqual(["header", "file"], [line["key"] for line in self.hub.commits[0]])

    def test_photos_become_weights_in_one_commit(self):
        self.assertEqual(0, self.run_it())
        [commit] = self.hub.commits
        result = self.hub.result()
        [weights] = [line["value"] for line in commit if line["key"] == "lfsFile"]
        [stored] = self.hub.objects[weights["oid"]]
        self.assertEqual(("pytorch_lora_weights.safetensors", hashlib.sha256(stored).hexdigest(), len(stored)), (weights["path"], weights["oid"], weights["size"]))
        self.assertEqual({"file": weights["path"], "sha256": weights["oid"], "bytes": weights["size"], "tensors": 6}, result["weights"])
        self.assertEqual(("succeeded", "a photo of bkqz7 old woman", []), (result["status"], result["instance_prompt"], result["warnings"]))
        lines = [json.loads(line[4:]) for line in self.said.splitlines() if line.startswith("IDT ")]
        steps = [line["step"] for line in lines if line["stage"] == "training"]
        self.assertEqual(sorted(steps), steps)
        self.assertEqual((1000, 1000), (steps[-1], lines[1]["total"]))
        self.assertLessEqual(len(steps), 21)

    def test_the_token_goes_to_the_hub_alone(self):
        self.assertEqual(0, self.run_it())
        for method, path, headers in self.hub.calls:
            self.assertEqual(not path.startswith("/store/"), "Authorization" in headers, f"{method} {path}")

    def test_large_weights_go_in_parts(self):
        self.hub.chunk = 2000
        self.assertEqual(0, self.run_it())
        oid = self.hub.result()["weights"]["sha256"]
        self.assertEqual(oid, hashlib.sha256(b"".join(self.hub.objects[oid])).hexdigest())
        self.assertGreater(len(self.hub.objects[oid]), 2)

    def test_a_trainer_that_fails_says_why(self):
        self.fails_with("job_error", "fails")

    def test_out_of_memory_is_told_apart(self):
        self.fails_with("out_of_memory", "oom")

    def test_no_weights_are_no_model(self):
        self.fails_with("weights_missing", "nothing")

    def test_weights_that_are_no_numbers_are_no_model(self):
        self.fails_with("weights_invalid", "lies")

    def test_weights_that_were_written_before_the_trainer_fell_over_count(self):
        self.assertEqual(0, self.run_it("crashes"))
        self.assertEqual(("succeeded", 1), (self.hub.result()["status"], len(self.hub.result()["warnings"])))

    def test_a_trainer_that_hangs_is_ended_before_the_job_is(self):
        self.fails_with("job_timeout", "hangs", IDT_TIMEOUT_SECONDS="4")

    def test_photos_that_differ_from_the_manifest_are_not_trained_on(self):
        (self.work / "data" / "images/image_002.jpg").write_bytes(b"photo x")
        self.fails_with("input_changed")

    def test_the_manifest_of_another_identity_is_not_trained_on(self):
        self.config({"identity_id": "other", "images": []})
        self.fails_with("input_changed")

    def test_a_path_out_of_the_folder_is_not_read(self):
        self.config({"identity_id": IDENTITY, "images": [{"path": "../../etc/passwd", "sha256": "", "bytes": 0}]})
        self.fails_with("input_changed")

    def test_a_repo_that_is_gone_ends_quietly(self):
        self.hub.refusals = [("/objects/batch", 404)]
        self.assertEqual(0, self.run_it())
        self.assertEqual([], self.hub.commits)

    def test_a_head_that_moved_is_read_again(self):
        self.hub.refusals = [("/commit/main", 412), ("/commit/main", 412)]
        self.assertEqual(0, self.run_it())
        self.assertEqual(1, len(self.hub.commits))

    def test_a_commit_whose_answer_was_lost_is_not_made_twice(self):
        respond = self.hub.respond

        def losing(method, path, body):
            status, content = respond(method, path, body)
            return (504, b"") if path.endswith("/commit/main") else (status, content)

        self.hub.respond = losing
        self.assertEqual(0, self.run_it())
        self.assertEqual(1, len(self.hub.commits))

    def test_a_busy_hub_is_asked_again(self):
        self.hub.refusals = [("/api/models/ns/repo", 503), ("/objects/batch", 429), ("/store/", 500)]
        self.assertEqual(0, self.run_it())

    def test_an_environment_that_is_wrong_ends_the_start(self):
        self.assertEqual(1, self.run_it(IDT_REPO="no repo"))
        self.assertIn("IDT_REPO", self.said)
        self.assertEqual([], self.hub.calls)


if __name__ == "__main__":
    unittest.main()
