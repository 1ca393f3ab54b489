// The client of TrainIdentity for any frontend; train-identity.d.ts says what each call promises.

import { TrainIdentityError } from './client/errors.js';
import { Wire } from './client/wire.js';
import { pause, stopIf } from './client/tries.js';
import { toPhotos } from './client/photos.js';

export { TrainIdentityError };

const PARALLEL = 4;
const WATCH_EVERY_MS = 5_000;
const HIDDEN_TIMES = 6;

/** Photos that the service lost and asks for again; more rounds than that are no accident. */
const RESENDS = 2;

/** Nobody waits for long to see a failed upload cleaned up; the service does it too, a day later. */
const DISCARD_TRIES = 2;

const ABOUT_THE_PHOTO = /^(image_\w+|body_too_large|media_type_not_supported|photo_not_found|photo_unreadable)$/;

export class TrainIdentity {
  #wire;
  #parallel;

  constructor({ baseUrl, token, parallel = PARALLEL, tries }) {
    this.#wire = new Wire({ baseUrl, token, tries });
    this.#parallel = parallel;
  }

  async limits({ signal } = {}) {
    const answer = await this.#wire.call('GET', '/api/limits', { signal, anonymous: true });
    return answer.json((limits) => limits.photos && limits.quota && Array.isArray(limits.profiles));
  }

  async list({ limit, cursor, etag, signal } = {}) {
    const query = new URLSearchParams(Object.entries({ limit, cursor }).filter(([, value]) => value != null));
    const answer = await this.#wire.call('GET', `/api/identities${query.size ? `?${query}` : ''}`, { signal, headers: known(etag) });
    if (answer.status === 304) return null;
    const page = await answer.json(({ identities }) => Array.isArray(identities) && identities.every(isIdentity));
    return { identities: page.identities, nextCursor: page.nextCursor ?? null, etag: answer.etag };
  }

  async get(id, { etag, signal } = {}) {
    const answer = await this.#wire.call('GET', address(id), { signal, headers: known(etag) });
    return answer.status === 304 ? null : watched(answer);
  }

  async *watch(id, { everyMs = WATCH_EVERY_MS, signal } = {}) {
    for (let etag; ; ) {
      const news = await this.#look(id, etag, signal);
      if (news) {
        etag = news.etag;
        yield news.identity;
        if (news.identity.status === 'ready' || news.identity.status === 'failed') return;
      }
      await pause(globalThis.document?.hidden ? everyMs * HIDDEN_TIMES : everyMs, signal, { wake: ['online', 'visible'] });
    }
  }

  async rename(id, identityName, etag, { signal } = {}) {
    // Not repeated after a lost answer: the second one would be refused because of the first.
    const answer = await this.#wire.call('PATCH', address(id), { signal, body: { identityName }, headers: { 'if-match': etag }, repeatable: false });
    return watched(answer);
  }

  async remove(id, { signal } = {}) {
    await this.#wire.call('DELETE', address(id), { signal, goneIsDone: true });
  }

  async cancel(id, { signal } = {}) {
    return (await this.#wire.call('POST', `${address(id)}/cancel`, { signal })).json(isIdentity);
  }

  async retry(id, { signal } = {}) {
    return (await this.#wire.call('POST', `${address(id)}/retry`, { signal })).json(isIdentity);
  }

  async thumbnail(id, { signal } = {}) {
    return this.#picture(`${address(id)}/thumbnail`, signal);
  }

  async preview(id, view, { signal } = {}) {
    return this.#picture(`${address(id)}/previews/${encodeURIComponent(view)}`, signal);
  }

  async weightsLink(id, { signal } = {}) {
    // Not repeated after a lost answer: each link that is given is counted.
    const answer = await this.#wire.call('POST', `${address(id)}/weights-link`, { signal, repeatable: false });
    return answer.json(({ url, promptForm }) => typeof url === 'string' && typeof promptForm === 'string');
  }

  async open(opening, { idempotencyKey = crypto.randomUUID(), signal } = {}) {
    return this.#open(opening, { idempotencyKey, signal });
  }

  draft(id) {
    return new Draft(this.#wire, id, this.#parallel);
  }

  async train({ images, thumbnail, onProgress, signal, ...opening }) {
    const photos = toPhotos(images);
    mustBeEnough(photos, await this.limits({ signal }));
    // An answer that is cut off would leave a draft that nobody knows.
    const draft = await this.#open(opening, { idempotencyKey: crypto.randomUUID(), signal, seeThrough: true });
    try {
      stopIf(signal);
      if (thumbnail) await draft.putThumbnail(thumbnail, { signal });
      await sendAll(draft, photos, { signal, onProgress });
      return trained(await closed(draft, photos, { signal, onProgress }));
    } catch (error) {
      await this.#wire.call('DELETE', address(draft.id), { goneIsDone: true, tries: DISCARD_TRIES, patient: false }).catch(() => {});
      throw error;
    }
  }

  async me({ signal } = {}) {
    return (await this.#wire.call('GET', '/api/me', { signal })).json(() => true);
  }

  async eraseMe({ signal } = {}) {
    await this.#wire.call('DELETE', '/api/me', { signal });
  }

  async #open({ identityName, classWord, profile, consent }, { idempotencyKey, ...options }) {
    const body = { identityName, classWord, profile, consent };
    const answer = await this.#wire.call('POST', '/api/identities', { ...options, body, headers: { 'idempotency-key': idempotencyKey } });
    return this.draft((await answer.json(isIdentity)).id);
  }

  async #picture(path, signal) {
    try {
      return (await this.#wire.call('GET', path, { signal, headers: { accept: 'image/*' } })).body;
    } catch (error) {
      if (error.code === 'photo_not_found') return null;
      throw error;
    }
  }

  /** One look of a watch: null when there is no news, or none could be had. */
  async #look(id, etag, signal) {
    try {
      return await this.get(id, { etag, signal });
    } catch (error) {
      if (!error.retryable) throw error;
      return null;
    }
  }
}

export class Draft {
  #wire;
  #parallel;

  /** Made by `TrainIdentity.open` and `TrainIdentity.draft` alone. */
  constructor(wire, id, parallel) {
    this.#wire = wire;
    this.#parallel = parallel;
    Object.defineProperty(this, 'id', { value: id, enumerable: true });
  }

  async photos({ signal } = {}) {
    const answer = await this.#wire.call('GET', `${address(this.id)}/photos`, { signal });
    return (await answer.json(({ photos }) => Array.isArray(photos) && photos.every(isPhoto))).photos;
  }

  async put(number, photo, { signal, onProgress } = {}) {
    const tell = teller(number, photo.size, onProgress);
    try {
      const answer = await this.#wire.call('PUT', this.#photo(number), { signal, photo, tell, onRetry: (error) => tell('retrying', 0, { error }) });
      const accepted = await answer.json(isPhoto);
      tell('stored', photo.size, { photo: accepted });
      return accepted;
    } catch (error) {
      if (ABOUT_THE_PHOTO.test(error.code)) tell('refused', 0, { error });
      throw error;
    }
  }

  async putAll(photos, { signal, onProgress } = {}) {
    const queue = [...photos];
    const [stored, refused] = [[], []];
    const others = new AbortController();
    const either = signal ? AbortSignal.any([signal, others.signal]) : others.signal;
    let trouble = null;
    for (const { number, photo } of queue) teller(number, photo.size, onProgress)('waiting', 0);

    const work = async () => {
      for (let next; !trouble && (next = queue.shift()); ) {
        try {
          stored.push(await this.put(next.number, next.photo, { signal: either, onProgress }));
        } catch (error) {
          if (ABOUT_THE_PHOTO.test(error.code)) {
            refused.push({ number: next.number, error });
          } else {
            trouble ??= error;
            others.abort();
          }
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#parallel, queue.length) }, work));

    if (trouble) throw trouble;
    return { stored: byNumber(stored), refused: byNumber(refused) };
  }

  async removePhoto(number, { signal } = {}) {
    await this.#wire.call('DELETE', this.#photo(number), { signal });
  }

  async putThumbnail(thumbnail, { signal } = {}) {
    await this.#wire.call('PUT', `${address(this.id)}/thumbnail`, { signal, body: thumbnail });
  }

  async train({ signal } = {}) {
    return (await this.#wire.call('POST', `${address(this.id)}/train`, { signal })).json(isIdentity);
  }

  async discard({ signal } = {}) {
    await this.#wire.call('DELETE', address(this.id), { signal, goneIsDone: true });
  }

  #photo(number) {
    return `${address(this.id)}/photos/${encodeURIComponent(number)}`;
  }
}

/** In the words of the original, before any photo is on its way. */
function mustBeEnough({ length }, { photos: { min, max } }) {
  if (length < min) throw new TrainIdentityError(`At least ${min} images are required for training`, { code: 'too_few_images' });
  if (length > max) throw new TrainIdentityError(`Maximum ${max} images allowed`, { code: 'too_many_images' });
}

/** As with the original, a photo that will not do is a refusal of them all, but one that names each. */
async function sendAll(draft, photos, options) {
  const { refused } = await draft.putAll(photos, options);
  if (refused.length === 0) return;
  const first = refused[0].error;
  throw new TrainIdentityError(
    refused.length === 1 ? `Photo ${refused[0].number}: ${first.message}` : `${refused.length} of the photos cannot be used. Photo ${refused[0].number}: ${first.message}`,
    { code: first.code, status: first.status, errors: refused.map(({ number, error }) => ({ pointer: `/photos/${number}`, code: error.code, detail: error.message })) },
  );
}

async function closed(draft, photos, options) {
  for (let resends = 0; ; resends++) {
    try {
      return await draft.train(options);
    } catch (error) {
      const lost = photos.filter(({ number }) => error.errors?.some(({ pointer }) => pointer === `/photos/${number}`));
      if (error.code !== 'photos_missing' || lost.length === 0 || resends === RESENDS) throw error;
      await sendAll(draft, lost, options);
    }
  }
}

function trained(identity) {
  const { id, modelId, huggingfaceRepoUrl, status } = identity;
  return { success: true, repoId: modelId, modelUrl: huggingfaceRepoUrl, identityId: id, status, identity };
}

async function watched(answer) {
  return { identity: await answer.json(isIdentity), etag: answer.etag };
}

/** A listener's own mistake is reported like any other of the page, and stops no upload. */
function teller(number, bytes, onProgress) {
  return (state, sent, more) => {
    try {
      onProgress?.({ number, state, sent: Math.min(sent, bytes), bytes, ...more });
    } catch (mistake) {
      reportError(mistake);
    }
  };
}

const address = (id) => `/api/identities/${encodeURIComponent(id)}`;
const known = (etag) => (etag ? { 'if-none-match': etag } : {});
const isIdentity = (one) => typeof one?.id === 'string' && typeof one.status === 'string';
const isPhoto = (one) => Number.isInteger(one?.number) && typeof one.sha256 === 'string';
const byNumber = (list) => list.sort((a, b) => a.number - b.number);
