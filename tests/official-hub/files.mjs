import { createCipheriv } from "node:crypto";
import { createRepo, downloadFile, listFiles, pathsInfo, uploadFiles } from "@huggingface/hub";
import { all, hub, say, sha256, text } from "./client.mjs";

const repo = { type: "model", name: "local/files" };
const big = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(20 << 20));
const files = [
  text("README.md", "---\nlicense: other\n---\n# Files\n"),
  text("fotos/Zoë in Köln/こんにちは 1.txt", "grüß dich"),
  text("odd/#1 100% & more?.txt", "odd"),
  text("empty.txt", ""),
  { path: "big.bin", content: new Blob([big]) },
];

await createRepo({ ...hub, repo, visibility: "private" });
say("uploaded", await uploadFiles({ ...hub, repo, files, commitTitle: "First files", commitDescription: "Five of them" }));
say("repeated", await uploadFiles({ ...hub, repo, files, commitTitle: "The same again" }));
say("bigSha256", sha256(big));

say("listed", await all(listFiles({ ...hub, repo, recursive: true })));
say("folder", await all(listFiles({ ...hub, repo, path: "fotos/Zoë in Köln", expand: true })));
say("paths", await pathsInfo({ ...hub, repo, paths: ["big.bin", "missing.txt", "fotos", "empty.txt"], expand: true }));

const bytes = async (blob) => Buffer.from(await blob.arrayBuffer());
const readme = await downloadFile({ ...hub, repo, path: "README.md" });
const weights = await downloadFile({ ...hub, repo, path: "big.bin" });
say("readme", await readme.text());
say("readmePart", await readme.slice(4, 11).text());
say("unicode", await (await downloadFile({ ...hub, repo, path: "fotos/Zoë in Köln/こんにちは 1.txt" })).text());
say("weightsSize", weights.size);
say("weightsWhole", (await bytes(weights)).equals(big));
say("weightsPart", (await bytes(weights.slice(9_999_990, 10_000_010))).equals(big.subarray(9_999_990, 10_000_010)));
say("pointer", await (await downloadFile({ ...hub, repo, path: "big.bin", raw: true })).text());
say("missing", await downloadFile({ ...hub, repo, path: "missing.txt" }));
