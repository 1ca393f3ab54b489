import { commit, createRepo, listFiles, modelInfo, uploadFile, whoAmI } from "@huggingface/hub";
import { all, anonymous, hub, refusal, say, text } from "./client.mjs";

const repo = { type: "model", name: "local/refusals" };
const upload = (path, more) => uploadFile({ ...hub, repo, file: text(path, path), ...more });

async function suffer(fault) {
  const answer = await fetch(`${hub.hubUrl}/_emulator/faults`, { method: "POST", body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(await answer.text());
}

await createRepo({ ...hub, repo, visibility: "private" });
say("badToken", await refusal(() => whoAmI({ ...hub, accessToken: "hf_wrong" })));
say("anonymous", await refusal(() => modelInfo({ ...anonymous, name: repo.name })));
say("missing", await refusal(() => all(listFiles({ ...hub, repo: "local/none" }))));
say("revision", await refusal(() => all(listFiles({ ...hub, repo, revision: "none" }))));
say("exists", await refusal(() => createRepo({ ...hub, repo })));
say("foreign", await refusal(() => createRepo({ ...hub, repo: "acme/one" })));
say("name", await refusal(() => createRepo({ ...hub, repo: "local/a--b" })));
say("stale", await refusal(() => upload("a.txt", { parentCommit: "0123456789012345678901234567890123456789" })));
say("noTitle", await refusal(() => commit({ ...hub, repo, title: undefined, operations: [] })));

await suffer({ route: "whoami", fault: "rate-limit" });
say("rateLimit", await refusal(() => whoAmI(hub)));
await suffer({ route: "commit", fault: "quota" });
say("quota", await refusal(() => upload("a.txt")));
await suffer({ route: "commit", fault: "html" });
say("html", await refusal(() => upload("a.txt")));
await suffer({ route: "batch", fault: "batch-object-error" });
say("object", await refusal(() => upload("a.bin")));
await suffer({ route: "put", fault: "s3-timeout" });
say("storage", await refusal(() => upload("a.bin")));
await suffer({ route: "put", fault: "lose-object" });
say("lost", await refusal(() => upload("a.bin")));
