import { createRepo, listFiles, uploadFiles } from "@huggingface/hub";
import { all, hub, say, text } from "./client.mjs";

const repo = { type: "dataset", name: "local/many" };
const files = Array.from({ length: 60 }, (_, n) => text(`${n % 6}/${n}.${n % 2 ? "txt" : "jpg"}`, `file ${n}`));

await createRepo({ ...hub, repo, visibility: "private" });
say("uploaded", await uploadFiles({ ...hub, repo, files }));
const listed = await all(listFiles({ ...hub, repo, recursive: true }));
say("count", listed.filter((entry) => entry.type === "file").length);
say("large", listed.filter((entry) => entry.lfs).map((entry) => entry.path));
