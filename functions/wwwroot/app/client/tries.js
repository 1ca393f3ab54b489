import { aborted } from './errors.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Who is told to wait for longer is better told so than kept waiting. */
const LONGEST_TOLD_WAIT_MS = 120_000;

/** These end when a person does something, or tomorrow. */
const FOR_PEOPLE = new Set(['quota_exceeded', 'training_paused']);

/** The service says these before it does anything, so that even what must not be done twice may be sent again. */
const NOTHING_DONE = new Set(['rate_limited', 'busy']);

/**
 * Repeats `attempt` until it succeeds, fails for good, or has failed `tries` times. A wait that the service asks for because of
 * the rate is no failure; nor is, for the `patient`, a failure while the browser knows that it is offline.
 */
export async function repeat(attempt, { tries, patient, repeatable, signal, onRetry }) {
  for (let failures = 0; ; ) {
    stopIf(signal);
    try {
      return await attempt(failures);
    } catch (error) {
      if (!mayPass(error, repeatable)) throw error;
      const counts = error.code !== 'rate_limited' && !(patient && offline());
      if (counts && ++failures >= tries) throw error;
      onRetry?.(error);
      await pause(waitFor(error, failures), signal, { wake: error.code === 'network' ? ['online'] : [] });
    }
  }
}

export function stopIf(signal) {
  if (signal?.aborted) throw aborted();
}

/** Waits, less when one of the events in `wake` comes: the browser is `online` again, the page is `visible` again. */
export function pause(ms, signal, { wake = [] } = {}) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (settle, value) => {
      over.abort();
      clearTimeout(timer);
      settle(value);
    };
    const timer = setTimeout(() => end(resolve), ms);
    const on = (target, event, then) => target?.addEventListener(event, then, { signal: over.signal });
    on(signal, 'abort', () => end(reject, aborted()));
    if (wake.includes('online')) on(globalThis, 'online', () => end(resolve));
    if (wake.includes('visible')) on(globalThis.document, 'visibilitychange', () => document.hidden || end(resolve));
    if (signal?.aborted) end(reject, aborted());
  });
}

const offline = () => navigator.onLine === false;

function mayPass(error, repeatable) {
  if (!error.retryable || FOR_PEOPLE.has(error.code) || error.retryAfterMs > LONGEST_TOLD_WAIT_MS) return false;
  return repeatable || NOTHING_DONE.has(error.code);
}

/** Doubles from try to try. A part of it is left to chance, so that photos refused together do not come back together. */
function waitFor({ retryAfterMs }, failures) {
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
  return retryAfterMs === null ? backoff * (0.5 + Math.random() / 2) : retryAfterMs + Math.random() * backoff;
}
