"""A Hub for one repo on loopback: enough of its protocol for one commit, and a record of all it was asked."""

import base64
import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


REPO = "ns/identity-grandmother-ottilie-1700000000000"


class HubServer:
    """refusals: pairs of a part of a path and the status that the next call there gets."""

    def __init__(self):
        self.head = "a" * 40
        self.files = {}
        self.objects = {}
        self.commits = []
        self.refusals = []
        self.calls = []
        self.chunk = None
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer()

            do_POST = do_PUT = do_GET

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hub.calls.append((self.command, self.path, dict(self.headers)))
                status, content = hub.respond(self.command, self.path, body)
                self.send_response(status)
                self.send_header("ETag", '"etag"')
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                # A runner that does not wait for the answer is what some tests are about.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def respond(self, method, path, body):
        for n, (part, status) in enumerate(self.refusals):
            if part in path:
                self.refusals.pop(n)
                return status, b"{}"
        if path == f"/api/models/{REPO}":
            return 200, json.dumps({"sha": self.head}).encode()
        if "/paths-info/" in path:
            wanted = json.loads(body)["paths"][0]
            return 200, json.dumps([{"path": wanted, "oid": self.files[wanted]}] if wanted in self.files else []).encode()
        if path.endswith("/objects/batch"):
            return 200, json.dumps({"objects": [self._offer(one) for one in json.loads(body)["objects"]]}).encode()
        if path.startswith("/store/"):
            self.objects.setdefault(path.split("/")[2], []).append(body)
            return 200, b""
        if path in ("/verify", "/complete"):
            return 200, b"{}"
        if path.endswith("/commit/main"):
            return self._commit([json.loads(line) for line in body.decode().splitlines()])
        return 404, b"{}"

    def _offer(self, one):
        if self.chunk is None:
            upload = {"href": f"{self.url}/store/{one['oid']}"}
        else:
            parts = -(-one["size"] // self.chunk)
            upload = {"href": f"{self.url}/complete", "header": {"chunk_size": str(self.chunk)} | {f"{n:05}": f"{self.url}/store/{one['oid']}/{n}" for n in range(1, parts + 1)}}
        return {"oid": one["oid"], "size": one["size"], "actions": {"upload": upload, "verify": {"href": f"{self.url}/verify"}}}

    def _commit(self, lines):
        if lines[0]["value"]["parentCommit"] != self.head:
            return 412, b"{}"
        self.commits.append(lines)
        for line in lines[1:]:
            if line["key"] == "file":
                content = base64.b64decode(line["value"]["content"])
                self.files[line["value"]["path"]] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        self.head = hashlib.sha1(self.head.encode()).hexdigest()
        return 200, json.dumps({"commitOid": self.head}).encode()

    def stored(self):
        """What the last commit put into large-file storage: path to oid and size."""
        return {line["value"]["path"]: (line["value"]["oid"], line["value"]["size"]) for line in self.commits[-1] if line["key"] == "lfsFile"}

    def result(self):
        [line] = [line for line in self.commits[-1] if line["value"].get("path") == "training_result.json"]
        return json.loads(base64.b64decode(line["value"]["content"]))
