import { commit, countCommits, createBranch, createRepo, deleteBranch, deleteFile, listCommits, listFiles, uploadFile } from "@huggingface/hub";
import { all, hub, refusal, say, text } from "./client.mjs";

const repo = { type: "model", name: "local/history" };
const paths = async (revision) => (await all(listFiles({ ...hub, repo, recursive: true, revision }))).map((entry) => entry.path);
const add = (path, more) => uploadFile({ ...hub, repo, file: text(path, path), commitTitle: `Add ${path}`, ...more });

await createRepo({ ...hub, repo, visibility: "private" });
const [initial] = await all(listCommits({ ...hub, repo }));
const first = await add("a.txt", { parentCommit: initial.oid });
await add("old/b.txt");

say("stale", await refusal(() => add("c.txt", { parentCommit: first.commit.oid })));
const both = await commit({
  ...hub,
  repo,
  title: "One goes, one comes",
  operations: [
    { operation: "delete", path: "old/b.txt" },
    { operation: "addOrUpdate", path: "d.txt", content: new Blob(["d"]) },
  ],
});
await deleteFile({ ...hub, repo, path: "a.txt", commitTitle: "Delete a.txt" });
say("deleteMissing", await refusal(() => deleteFile({ ...hub, repo, path: "none.txt" })));
say("commits", (await all(listCommits({ ...hub, repo, batchSize: 2 }))).map((item) => item.title));
say("count", await countCommits({ ...hub, repo }));

await createBranch({ ...hub, repo, branch: "side/one", revision: both.commit.oid });
say("branchTwice", await refusal(() => createBranch({ ...hub, repo, branch: "side/one" })));
await add("side.txt", { branch: "side/one" });
say("branch", (await all(listCommits({ ...hub, repo, revision: encodeURIComponent("side/one") }))).map((item) => item.title));
await createBranch({ ...hub, repo, branch: "bare", empty: true });
say("bare", await paths("bare"));
await deleteBranch({ ...hub, repo, branch: "side/one" });
say("branchGone", await refusal(() => paths(encodeURIComponent("side/one"))));

const pull = await add("pull.bin", { isPullRequest: true });
await add("more.txt", { branch: "refs/pr/1" });
say("pull", { url: pull.pullRequestUrl, paths: await paths("refs/pr/1"), commits: await countCommits({ ...hub, repo, revision: "refs/pr/1" }) });
say("main", await paths("main"));
