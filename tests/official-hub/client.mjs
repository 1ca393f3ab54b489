// What every scenario shares: where the Hub is, how results are told, and a guard that nothing else is called.
import { createHash } from "node:crypto";
import { HubApiError } from "@huggingface/hub";

const { HUB_URL, HUB_TOKEN } = process.env;
const wire = globalThis.fetch;

globalThis.fetch = (target, init) => {
  const url = new URL(target instanceof Request ? target.url : target);
  if (url.hostname !== "127.0.0.1") throw new Error(`A call left for ${url.hostname}.`);
  return wire(target, init);
};

export const anonymous = { hubUrl: HUB_URL };
export const hub = { ...anonymous, accessToken: HUB_TOKEN };

/** One result line: the test asserts on it by name. */
export function say(name, value) {
  process.stdout.write(`${JSON.stringify({ name, value: value ?? null })}\n`);
}

/** How the official client reports a refusal; any other failure is one of the scenario. */
export async function refusal(call) {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof HubApiError)) throw error;
    return { status: error.statusCode, message: error.message, requestId: error.requestId ?? null };
  }
  throw new Error("The call was expected to be refused and was not.");
}

export async function all(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

export function text(path, content) {
  return { path, content: new Blob([content]) };
}

export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
