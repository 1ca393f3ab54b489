// Uploads a folder as it is and lists two repos: the one it went to, and the one it is to be like.
import { readdir } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { createRepo, listFiles, uploadFiles } from "@huggingface/hub";
import { all, hub, say } from "./client.mjs";

const [folder, name, other] = process.argv.slice(2);
const repo = { type: "model", name };
const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  // Node.js 18 has only the older name.
  .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
  .map((path) => ({ path: path.slice(folder.length + 1), content: pathToFileURL(path) }));

await createRepo({ ...hub, repo, visibility: "private" });
say("uploaded", await uploadFiles({ ...hub, repo, files }));
say("theirs", await all(listFiles({ ...hub, repo, recursive: true })));
say("ours", await all(listFiles({ ...hub, repo: { type: "model", name: other }, recursive: true })));
