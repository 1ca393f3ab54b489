// What the original edge function did with a request: the whole body in memory, parsed, each photo decoded by way of a
// binary string, a repo created, and everything uploaded by the Hub's official client. Its one insert into a table is
// left out, in its favour. Not a part of the product: the other side of the comparison.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(new URL("../../official-hub/package.json", import.meta.url));
const { createRepo, uploadFiles, whoAmI } = await import(pathToFileURL(here.resolve("@huggingface/hub")));

const { HUB_URL: hubUrl, HUGGINGFACE_TOKEN: accessToken } = process.env;

function decoded(data) {
  const binary = atob(data.includes(",") ? data.split(",")[1] : data);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Blob([bytes]);
}

async function train(text) {
  const { identityName, imageFiles, userId } = JSON.parse(text);
  if (!identityName) throw new Error("Identity name is required");
  if (imageFiles.length < 3) throw new Error("At least 3 images are required for training");
  if (imageFiles.length > 40) throw new Error("Maximum 40 images allowed");

  const { name: owner } = await whoAmI({ accessToken, hubUrl });
  const repo = `${owner}/identity-${identityName.toLowerCase().replace(/[^a-z0-9-]/g, "-").slice(0, 50)}-${Date.now()}`;
  await createRepo({ repo, private: true, accessToken, hubUrl });

  const files = imageFiles.map(({ name, data }, n) => ({
    path: `images/image_${String(n + 1).padStart(3, "0")}.${name.split(".").pop()}`,
    content: decoded(data),
  }));
  const config = {
    identity_name: identityName, num_images: files.length, created_at: new Date().toISOString(), user_id: userId,
    model_type: "flux-lora", training_params: { steps: 1000, learning_rate: 0.0004, resolution: 512 },
  };
  files.push({ path: "training_config.json", content: new Blob([JSON.stringify(config, null, 2)]) });
  files.push({ path: ".gitattributes", content: new Blob(["*.jpg filter=lfs diff=lfs merge=lfs -text\n*.jpeg filter=lfs diff=lfs merge=lfs -text\n*.png filter=lfs diff=lfs merge=lfs -text\n"]) });
  files.push({ path: "README.md", content: new Blob([`# ${identityName} Identity Model\n`]) });
  await uploadFiles({ repo, files, accessToken, hubUrl, commitTitle: `Upload training data for ${identityName}`, useXet: false });
  return { success: true, repoId: repo, modelUrl: `${hubUrl}/${repo}` };
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    answer(200, await train(Buffer.concat(chunks).toString("utf8")));
  } catch (error) {
    answer(500, { success: false, error: String(error.message) });
  }
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
