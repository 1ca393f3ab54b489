"""The few calls of the Hub that a training needs. None creates a repo, none follows a redirect, none sends the token elsewhere."""

import base64
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

from failures import RepoGone, RunnerFailure

TRIES = 5
SECONDS = 90
STORE_SECONDS = 900
BLOCK_BYTES = 1 << 20
RETRIED = (0, 408, 429, 500, 502, 503, 504)
STORAGE = "storage"
LFS_JSON = "application/vnd.git-lfs+json"


class HubTrouble(Exception):
    """An answer that is no success. status is 0 when there was none, and then nobody knows what happened."""

    def __init__(self, status, where):
        super().__init__(f"{where}: {status or 'no answer'}")
        self.status = status
        self.where = where


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Hub:
    def __init__(self, endpoint, token, repo, wait=time.sleep):
        self._endpoint = endpoint
        self._token = token
        self._repo = repo
        self._wait = wait
        self._opener = urllib.request.build_opener(_NoRedirects)

    def head(self):
        return self._json("GET", f"/api/models/{self._repo}")["sha"]

    def oid_at(self, revision, path):
        """The oid of a file at a revision, of the content for one in large-file storage; None when it is not there."""
        found = self._json("POST", f"/api/models/{self._repo}/paths-info/{revision}", {"paths": [path], "expand": False})
        return next((one.get("lfs", one)["oid"] for one in found if one.get("path") == path), None)

    def store(self, path, sha256, size):
        """Puts a file into the repo's large-file storage, where it stays unseen until a commit names it."""
        for wait in (0, 2, 10):
            self._wait(wait)
            try:
                return self._stored(path, sha256, size)
            except HubTrouble as trouble:
                # A signed address may have run out, and the next try gets another; what the Hub itself refuses stays refused.
                if trouble.where != STORAGE and trouble.status not in RETRIED:
                    raise
                last = trouble
        raise last

    def commit(self, parent, summary, files, stored):
        """One commit. files: path to bytes; stored: path to (sha256, size). Returns its id; raises HubTrouble, 412 when the head moved."""
        lines = [{"key": "header", "value": {"summary": summary, "parentCommit": parent}}]
        lines += [
            {"key": "file", "value": {"path": path, "encoding": "base64", "content": base64.b64encode(content).decode()}}
            for path, content in files.items()
        ]
        lines += [
            {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": sha256, "size": size}}
            for path, (sha256, size) in stored.items()
        ]
        body = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
        answer = self._call("POST", f"{self._endpoint}/api/models/{self._repo}/commit/main", body, "application/x-ndjson", tries=1)
        return json.loads(answer[0])["commitOid"]

    def _stored(self, path, sha256, size):
        answer = self._json(
            "POST", f"/{self._repo}.git/info/lfs/objects/batch",
            {"operation": "upload", "transfers": ["basic", "multipart"], "hash_algo": "sha256", "ref": {"name": "main"},
             "objects": [{"oid": sha256, "size": size}]}, LFS_JSON)
        offer = answer["objects"][0]
        if offer["oid"] != sha256 or "error" in offer:
            raise HubTrouble(offer.get("error", {}).get("code", 0), "lfs")
        actions = offer.get("actions") or {}
        if "upload" in actions:
            self._upload(path, size, sha256, actions["upload"])
        if "verify" in actions:
            self._json("POST", self._own(actions["verify"]["href"]), {"oid": sha256, "size": size}, LFS_JSON)

    def _upload(self, path, size, sha256, upload):
        header = upload.get("header") or {}
        if "chunk_size" not in header:
            self._put(upload["href"], path, 0, size, header)
            return
        chunk = int(header["chunk_size"])
        parts = sorted((int(name), address) for name, address in header.items() if name.isdigit())
        if len(parts) != -(-size // chunk):
            raise HubTrouble(0, "lfs parts")
        done = []
        for number, address in parts:
            begin = (number - 1) * chunk
            done.append({"partNumber": number, "etag": self._put(address, path, begin, min(chunk, size - begin), {})})
        self._call("POST", upload["href"], json.dumps({"oid": sha256, "parts": done}).encode(), LFS_JSON, signed=True)

    def _put(self, address, path, begin, length, header):
        with path.open("rb") as file:
            file.seek(begin)
            headers = {**header, "Content-Length": str(length), "Content-Type": "application/octet-stream"}
            request = urllib.request.Request(address, data=_blocks(file, length), headers=headers, method="PUT")
            _, answered = self._open(request, STORE_SECONDS, STORAGE)
            return answered.get("ETag")

    def _json(self, method, address, body=None, media="application/json"):
        url = address if "://" in address else self._endpoint + address
        content = None if body is None else json.dumps(body).encode()
        return json.loads(self._call(method, url, content, media)[0])

    def _own(self, address):
        """An address on the Hub itself: only there the token may go."""
        theirs, ours = urllib.parse.urlsplit(address), urllib.parse.urlsplit(self._endpoint)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise HubTrouble(0, "an address on a foreign host")
        return address

    def _call(self, method, url, body, media, tries=TRIES, signed=False):
        headers = {"Accept": LFS_JSON if media == LFS_JSON else "application/json", "Content-Type": media}
        if not signed:
            headers["Authorization"] = f"Bearer {self._token}"
        for left in reversed(range(tries)):
            request = urllib.request.Request(url, data=body, headers=headers, method=method)
            try:
                return self._open(request, SECONDS, STORAGE if signed else method.lower())
            except HubTrouble as trouble:
                if not left or trouble.status not in RETRIED:
                    raise
                self._wait(2 ** (tries - left))

    def _open(self, request, seconds, where):
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code == 404 and where != STORAGE:
                    raise RepoGone from None
                raise HubTrouble(refusal.code, where) from None
        except (OSError, ValueError, http.client.HTTPException):
            # The reason may quote an address that is signed.
            raise HubTrouble(0, where) from None


def _blocks(file, length):
    while length > 0:
        block = file.read(min(BLOCK_BYTES, length))
        if not block:
            raise RunnerFailure("job_error", "A file became shorter while it was stored.")
        length -= len(block)
        yield block
