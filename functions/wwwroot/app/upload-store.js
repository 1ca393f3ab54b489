const keptMs = 24 * 60 * 60 * 1000;

/**
 * Keeps an upload that is not finished in this browser, so that a reload loses nothing. It holds photos, and so it is
 * emptied when they are sent, when the upload is given up and when the person signs out.
 */
export class UploadStore {
  #database;
  #user;

  constructor(database, user) {
    this.#database = database;
    this.#user = user;
  }

  /** @returns A store that forgets when this browser keeps nothing. */
  static async open(user) {
    const request = indexedDB.open('train-identity', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('uploads');
      request.result.createObjectStore('photos');
      request.result.createObjectStore('marks');
    };
    const store = new UploadStore(await settled(request).catch(() => null), user);
    await store.#forgetOld();
    return store;
  }

  get keeps() {
    return this.#database !== null;
  }

  /** @returns The upload's fields and its photos by number; null when there is none. */
  async load() {
    if (!this.#database) return null;
    const upload = await settled(this.#in('uploads', 'readonly').get(this.#user));
    const photos = await settled(this.#in('photos', 'readonly').getAll(this.#range()));
    const marks = new Map((await settled(this.#in('marks', 'readonly').getAll(this.#range()))).map(mark => [mark.number, mark]));
    return upload || photos.length > 0 ? { upload: upload ?? {}, photos: photos.map(photo => ({ ...photo, ...marks.get(photo.number) })) } : null;
  }

  saveUpload(upload) {
    return this.#write('uploads', store => store.put({ ...upload, savedAt: Date.now() }, this.#user));
  }

  async savePhoto(photo) {
    await this.#write('marks', store => store.delete([this.#user, photo.number]));
    await this.#write('photos', store => store.put(photo, [this.#user, photo.number]));
  }

  /** What became of a photo; apart from it, since writing the picture again would take long. */
  markPhoto(mark) {
    return this.#write('marks', store => store.put(mark, [this.#user, mark.number]));
  }

  async dropPhoto(number) {
    await this.#write('marks', store => store.delete([this.#user, number]));
    await this.#write('photos', store => store.delete([this.#user, number]));
  }

  async clear() {
    await this.#write('uploads', store => store.delete(this.#user));
    await this.#write('marks', store => store.delete(this.#range()));
    await this.#write('photos', store => store.delete(this.#range()));
  }

  // The service gives up what is not finished after a day; others who use this browser should not find it either.
  async #forgetOld() {
    if (!this.#database) return;
    const uploads = this.#in('uploads', 'readonly');
    const [users, saved] = await Promise.all([settled(uploads.getAllKeys()), settled(uploads.getAll())]);
    for (const [n, user] of users.entries()) {
      if (Date.now() - saved[n].savedAt > keptMs) await new UploadStore(this.#database, user).clear();
    }
  }

  #range() {
    return IDBKeyRange.bound([this.#user, 0], [this.#user, Number.MAX_SAFE_INTEGER]);
  }

  #in(name, mode) {
    return this.#database.transaction(name, mode).objectStore(name);
  }

  // A full disk only takes the safety net away; the upload itself goes on.
  async #write(name, act) {
    if (!this.#database) return;
    await settled(act(this.#in(name, 'readwrite'))).catch(() => undefined);
  }
}

function settled(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}
