import { aborted, badAnswer, network } from './errors.js';

/** The service ends every request within 220 s. */
const ANSWER_MS = 240_000;

/** A connection that takes no more bytes for so long is dead, whatever the system says. */
const STALLED_MS = 60_000;

export async function fetched({ method, url, headers, body }, signal) {
  const late = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body,
      signal: signal ? AbortSignal.any([signal, late]) : late,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    return { status: response.status, header: (name) => response.headers.get(name), body: await response.blob() };
  } catch {
    // Nothing of the browser's own error is kept: it may quote the request.
    throw signal?.aborted ? aborted() : network();
  }
}

/** By XMLHttpRequest, for fetch does not say how much of a body has left. */
export function uploaded({ method, url, headers, body }, signal, tell) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const over = new AbortController();
    let watchdog;
    const within = (ms) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => xhr.abort(), ms);
    };
    const end = (settle, value) => {
      clearTimeout(watchdog);
      over.abort();
      settle(value);
    };

    xhr.upload.onprogress = ({ loaded }) => {
      within(STALLED_MS);
      tell('sending', loaded);
    };
    xhr.upload.onload = () => {
      within(ANSWER_MS);
      tell('checking', body.size);
    };
    xhr.onload = () => {
      if (xhr.responseURL !== new URL(url, location.href).href) return end(reject, badAnswer(xhr.status));
      end(resolve, { status: xhr.status, header: (name) => xhr.getResponseHeader(name), body: xhr.response });
    };
    xhr.onerror = () => end(reject, network());
    xhr.onabort = () => end(reject, signal?.aborted ? aborted() : network());

    if (signal?.aborted) return end(reject, aborted());
    signal?.addEventListener('abort', () => xhr.abort(), { signal: over.signal });
    xhr.open(method, url);
    xhr.responseType = 'blob';
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    tell('sending', 0);
    within(STALLED_MS);
    xhr.send(body);
  });
}
