import { drawThumbnail } from './photo-file.js';

const parallel = 4;
const rounds = 8;

/** Photos that will not do; the others are stored. */
export class PhotosRefused extends Error {}

/**
 * Sends the chosen photos and closes the draft. Whatever was interrupted before, it begins by asking the service what it
 * has, and brings that to what is chosen here.
 */
export class UploadRun {
  #client;
  #photos;
  #upload;
  #save;

  /**
   * @param upload What was typed: `{identityName, consent, classWord, profile, key, draftId}`.
   * @param save Keeps the upload; awaited before anything is done that could be lost.
   */
  constructor(client, photos, upload, save) {
    [this.#client, this.#photos, this.#upload, this.#save] = [client, photos, upload, save];
  }

  /** @returns The identity, in training. */
  async run(limits, signal) {
    const draft = await this.#opened(signal);
    for (let round = 0; round < rounds; round++) {
      const closed = await this.#reconciled(draft, signal);
      if (closed) return closed;
      await this.#sendAll(draft, signal);
      await this.#photos.settled;
      if (this.#photos.refused.length > 0) throw new PhotosRefused();
      if (this.#waiting()) continue;
      await this.#thumbnail(draft, limits, signal);
      const identity = await this.#closed(draft, signal);
      if (identity) return identity;
    }
    throw new Error('The photos do not stay stored.');
  }

  async #opened(signal) {
    if (!this.#upload.draftId) {
      this.#upload.key ??= crypto.randomUUID();
      await this.#save();
      const { identityName, classWord, profile, consent, key } = this.#upload;
      const draft = await this.#client.open({ identityName, classWord, profile, consent }, { idempotencyKey: key, signal });
      this.#upload.draftId = draft.id;
      await this.#save();
    }
    return this.#client.draft(this.#upload.draftId);
  }

  /** @returns The identity when its draft is closed already. */
  async #reconciled(draft, signal) {
    let held;
    try {
      held = new Map((await draft.photos({ signal })).map(photo => [photo.number, photo]));
    } catch (trouble) {
      if (trouble.code !== 'state_conflict') throw trouble;
      return (await this.#client.get(draft.id, { signal })).identity;
    }
    for (const photo of this.#photos.all) {
      const there = held.get(photo.number);
      if (there && (!photo.blob || there.sha256 === photo.sha256)) this.#photos.change(photo, { state: 'stored' });
      else if (photo.state !== 'refused') this.#photos.change(photo, { state: photo.blob ? 'waiting' : 'refused', problem: 'This photo was lost. Please choose it again.' });
    }
    for (const number of held.keys()) {
      if (!this.#photos.at(number)) await draft.removePhoto(number, { signal });
    }
    return null;
  }

  #waiting() {
    return this.#photos.all.find(photo => photo.state === 'waiting' || photo.state === 'chosen');
  }

  async #sendAll(draft, signal) {
    const failed = new AbortController();
    const stop = AbortSignal.any([signal, failed.signal]);
    const sender = async () => {
      for (let photo = this.#waiting(); photo && !stop.aborted; photo = this.#waiting()) {
        await this.#send(draft, photo, stop);
      }
    };
    try {
      await Promise.all(Array.from({ length: parallel }, sender));
    } catch (trouble) {
      failed.abort();
      for (const photo of this.#photos.all) {
        if (['sending', 'checking', 'retrying'].includes(photo.state)) this.#photos.change(photo, { state: 'waiting', sent: 0 });
      }
      throw trouble;
    }
  }

  async #send(draft, photo, stop) {
    const withdrawn = new AbortController();
    const leave = ({ detail }) => detail === photo.number && withdrawn.abort();
    this.#photos.addEventListener('withdrawn', leave);
    this.#photos.change(photo, { state: 'sending', sent: 0, bytes: photo.blob.size });
    const tell = ({ state, sent, photo: stored, error }) => this.#photos.change(photo, { state, sent, sha256: stored?.sha256, problem: error?.message });
    try {
      await draft.put(photo.number, photo.blob, { signal: AbortSignal.any([stop, withdrawn.signal]), onProgress: tell });
    } catch (trouble) {
      if (!withdrawn.signal.aborted && photo.state !== 'refused') throw trouble;
    } finally {
      this.#photos.removeEventListener('withdrawn', leave);
    }
  }

  /** Without one the identity shows its initials; nothing fails for it. */
  async #thumbnail(draft, limits, signal) {
    const face = this.#photos.all.find(photo => photo.blob);
    if (!face) return;
    try {
      const drawn = await drawThumbnail(face.blob, limits.maxBytes);
      if (drawn) await draft.putThumbnail(drawn, { signal });
    } catch (trouble) {
      if (signal.aborted || trouble.retryable) throw trouble;
    }
  }

  /** @returns Null when the service has lost photos, which then go again. */
  async #closed(draft, signal) {
    try {
      return await draft.train({ signal });
    } catch (trouble) {
      if (trouble.code !== 'photos_missing') throw trouble;
      return null;
    }
  }
}
