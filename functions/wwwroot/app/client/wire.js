import { aborted, badAnswer, signedOut, TrainIdentityError } from './errors.js';
import { fetched, uploaded } from './send.js';
import { assertReadable } from './photos.js';
import { repeat } from './tries.js';

const TRIES = 6;

/** One call of the service: who asks, how often it is tried, and what its answer means. */
export class Wire {
  #baseUrl;
  #token;
  #tries;
  #renewal = null;

  constructor({ baseUrl = location.origin, token, tries = TRIES }) {
    if (typeof token !== 'function') throw new TypeError('token must be a function that gives the access token.');
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#token = token;
    this.#tries = tries;
  }

  /**
   * @param options.body Sent as it is when it is a Blob, else as JSON.
   * @param options.photo A Blob that is sent with progress, which `tell` hears.
   * @param options.anonymous The route asks for no token.
   * @param options.repeatable Whether a lost answer may be asked for again.
   * @param options.patient Whether it waits for as long as the browser is offline; what only looks does not, unless told.
   * @param options.goneIsDone A repeated removal that finds nothing has done its work.
   * @param options.seeThrough Aborting ends the waits, but never the request itself.
   */
  call(method, path, { anonymous, repeatable = true, patient = method !== 'GET', goneIsDone, seeThrough, tries = this.#tries, signal, onRetry, ...request }) {
    const cut = seeThrough ? undefined : signal;
    const attempt = async (failures) => {
      try {
        const send = (token) => this.#send(method, path, request, token, cut);
        return await (anonymous ? send(null) : this.#signedIn(send, cut));
      } catch (error) {
        if (goneIsDone && failures > 0 && error.code === 'identity_not_found') return null;
        throw error;
      }
    };
    return repeat(attempt, { tries, patient, repeatable, signal, onRetry });
  }

  async #send(method, path, { body, photo, tell, headers = {} }, token, signal) {
    if (photo) await assertReadable(photo);
    const request = { method, url: this.#baseUrl + path, headers: { accept: 'application/json', ...headers }, body: photo ?? body };
    if (token) request.headers.authorization = `Bearer ${token}`;
    if (request.body instanceof Blob) {
      request.headers['content-type'] = 'application/octet-stream';
    } else if (body) {
      request.headers['content-type'] = 'application/json';
      request.body = JSON.stringify(body);
    }

    const answer = new Answer(await (photo ? uploaded(request, signal, tell) : fetched(request, signal)));
    if (answer.status === 304 || (answer.status >= 200 && answer.status < 300)) return answer;
    throw await answer.refusal();
  }

  /** With a token that is refused, asks for a new one, once. */
  async #signedIn(send, signal) {
    const token = await this.#ask(false, signal);
    try {
      return await send(token);
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    try {
      return await send(await this.#another(token, signal));
    } catch (error) {
      throw error.status === 401 ? signedOut(error) : error;
    }
  }

  /** Photos that are refused together share one renewal. */
  async #another(refused, signal) {
    const current = await this.#ask(false, signal);
    if (current !== refused) return current;
    this.#renewal ??= this.#ask(true).finally(() => (this.#renewal = null));
    return unlessAborted(this.#renewal, signal);
  }

  async #ask(renew, signal) {
    let token;
    try {
      token = await unlessAborted(Promise.resolve(this.#token(renew)), signal);
    } catch (error) {
      throw error instanceof TrainIdentityError ? error : signedOut({ cause: error });
    }
    if (!token) throw signedOut();
    return token;
  }
}

class Answer {
  #header;

  constructor({ status, header, body }) {
    [this.status, this.#header, this.body] = [status, header, body];
  }

  get etag() {
    return this.#header('etag');
  }

  /** @param isRight Whether the answer has the form that it must have. */
  async json(isRight) {
    const read = await this.#read();
    if (read === null || typeof read !== 'object' || !isRight(read)) throw badAnswer(this.status);
    return read;
  }

  async refusal() {
    const problem = await this.#read();
    if (typeof problem?.code !== 'string') return badAnswer(this.status);
    return new TrainIdentityError(String(problem.detail ?? problem.error), {
      code: problem.code,
      status: this.status,
      retryable: problem.retryable === true,
      retryAfterMs: this.#retryAfterMs(problem),
      errors: Array.isArray(problem.errors) ? problem.errors : [],
    });
  }

  #retryAfterMs({ retryAfter }) {
    const seconds = Number(this.#header('retry-after') ?? retryAfter ?? NaN);
    return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
  }

  async #read() {
    try {
      return JSON.parse(await this.body.text());
    } catch {
      return null;
    }
  }
}

function unlessAborted(promise, signal) {
  if (!signal) return promise;
  const over = new AbortController();
  const stopped = new Promise((_, reject) => {
    if (signal.aborted) reject(aborted());
    signal.addEventListener('abort', () => reject(aborted()), { signal: over.signal });
  });
  return Promise.race([promise, stopped]).finally(() => over.abort());
}
