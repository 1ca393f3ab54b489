import { checkRepoAccess, createRepo, deleteRepo, modelInfo, repoExists, whoAmI } from "@huggingface/hub";
import { hub, refusal, say } from "./client.mjs";

const repo = { type: "model", name: "local/mira" };

const me = await whoAmI(hub);
say("me", { type: me.type, name: me.name, since: me.auth.accessToken.createdAt instanceof Date });

say("before", await repoExists({ ...hub, repo }));
say("created", await createRepo({ ...hub, repo, private: true, license: "mit", files: [{ path: "a.txt", content: new Blob(["a"]) }] }));
say("after", await repoExists({ ...hub, repo }));
await checkRepoAccess({ ...hub, repo });
say("info", await modelInfo({ ...hub, name: repo.name, additionalFields: ["sha", "filePaths"] }));

await deleteRepo({ ...hub, repo });
say("deleted", await refusal(() => modelInfo({ ...hub, name: repo.name })));
