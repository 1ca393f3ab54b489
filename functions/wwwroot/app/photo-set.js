import { PhotoRefused, readPhoto } from './photo-file.js';
import { adviceFor, adviceForSet, measured } from './photo-advice.js';

const drawnAtOnce = 2;
const lasting = ['stored', 'refused'];

/**
 * The photos somebody has chosen, by number. States: `reading`, `chosen`, then of sending `waiting`, `sending`,
 * `checking`, `retrying`, `stored`, `refused`. A photo that came from elsewhere is `stored` and has no `blob`.
 * Tells of every change: `change` with the number, `withdrawn` when what is being sent is not wanted any more.
 */
export class PhotoSet extends EventTarget {
  #limits;
  #store;
  #photos = new Map();
  #reading = Promise.resolve();
  #readers = 0;

  constructor(limits, store) {
    super();
    [this.#limits, this.#store] = [limits, store];
  }

  get all() {
    return [...this.#photos.values()].sort((a, b) => a.number - b.number);
  }

  get count() {
    return this.#photos.size;
  }

  get busy() {
    return this.#readers > 0;
  }

  /** Resolves when every picture that was chosen has been read. */
  get settled() {
    return this.#reading;
  }

  get refused() {
    return this.all.filter(photo => photo.state === 'refused');
  }

  get advice() {
    return adviceForSet(this.all);
  }

  at(number) {
    return this.#photos.get(number);
  }

  /** @returns {Promise<string[]>} Why files were not taken. */
  async add(files) {
    const said = [];
    const taken = [];
    for (const file of files) {
      const number = this.#free();
      if (number === null) {
        said.push(`Maximum ${this.#limits.max} photos allowed`);
        break;
      }
      this.#put({ number, name: file.name, state: 'reading', advice: [] });
      taken.push({ number, file });
    }
    await this.#readAll(taken, said);
    return said;
  }

  async replace(number, file) {
    const said = [];
    const before = this.#photos.get(number);
    this.dispatchEvent(new CustomEvent('withdrawn', { detail: number }));
    this.#put({ number, name: file.name, state: 'reading', advice: [] });
    await this.#readAll([{ number, file }], said);
    if (said.length > 0 && before) await this.#keep(before);
    else if (before?.preview) URL.revokeObjectURL(before.previewUrl);
    return said;
  }

  async remove(number) {
    this.dispatchEvent(new CustomEvent('withdrawn', { detail: number }));
    const gone = this.#photos.get(number);
    if (gone?.previewUrl) URL.revokeObjectURL(gone.previewUrl);
    this.#photos.delete(number);
    this.#advise();
    this.#tell(number);
    await this.#store.dropPhoto(number);
  }

  /** What sending says of a photo that is still the one it was. */
  change(photo, changes) {
    if (this.#photos.get(photo.number) !== photo) return;
    const last = photo.state;
    Object.assign(photo, changes);
    this.#tell(photo.number);
    if (photo.state !== last && lasting.includes(photo.state)) {
      void this.#store.markPhoto({ number: photo.number, state: photo.state, sha256: photo.sha256, problem: photo.problem });
    }
  }

  /** Photos as the store or the service has them. */
  restore(photos) {
    for (const photo of photos) {
      this.#put({ advice: [], ...photo, previewUrl: photo.preview && URL.createObjectURL(photo.preview) });
    }
    this.#advise();
  }

  clear() {
    for (const photo of this.#photos.values()) {
      if (photo.previewUrl) URL.revokeObjectURL(photo.previewUrl);
    }
    const numbers = [...this.#photos.keys()];
    this.#photos.clear();
    numbers.forEach(number => this.#tell(number));
  }

  // One queue for all: pictures are large, and a browser on a phone has little room.
  async #readAll(taken, said) {
    this.#readers++;
    const before = this.#reading;
    const mine = before.then(async () => {
      const queue = [...taken];
      const reader = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) await this.#read(next.number, next.file, said);
      };
      await Promise.all(Array.from({ length: drawnAtOnce }, reader));
    });
    this.#reading = mine.catch(() => undefined);
    try {
      await mine;
    } finally {
      this.#readers--;
      this.#advise();
      this.#tell(null);
    }
  }

  async #read(number, file, said) {
    const place = this.#photos.get(number);
    if (place?.state !== 'reading') return;
    try {
      const { pixels, ...photo } = await readPhoto(file, this.#limits);
      if (this.#photos.get(number) !== place) return;
      const twin = this.all.find(other => other.sha === photo.sha && other.number !== number);
      // Two are read at once; the one that was chosen first stays, whichever was read first.
      if (twin && twin.number < number) throw new PhotoRefused(`${photo.name} is there already.`);
      if (twin) {
        said.push(`${twin.name} is there already.`);
        await this.remove(twin.number);
      }
      await this.#keep({ number, state: 'chosen', measure: measured(pixels), advice: [], ...photo, previewUrl: URL.createObjectURL(photo.preview) });
    } catch (trouble) {
      if (!(trouble instanceof PhotoRefused)) throw trouble;
      said.push(trouble.message);
      if (this.#photos.get(number) === place) {
        this.#photos.delete(number);
        this.#tell(number);
      }
    }
  }

  #keep(photo) {
    this.#put(photo);
    this.#advise();
    const { previewUrl, advice, ...kept } = photo;
    return photo.blob ? this.#store.savePhoto(kept) : Promise.resolve();
  }

  #put(photo) {
    this.#photos.set(photo.number, photo);
    this.#tell(photo.number);
  }

  #advise() {
    const earlier = [];
    for (const photo of this.all) {
      if (!photo.measure) continue;
      const advice = adviceFor(photo, earlier);
      earlier.push(photo);
      if (advice.join() === photo.advice.join()) continue;
      photo.advice = advice;
      this.#tell(photo.number);
    }
  }

  #free() {
    for (let number = 1; number <= this.#limits.max; number++) {
      if (!this.#photos.has(number)) return number;
    }
    return null;
  }

  #tell(number) {
    this.dispatchEvent(new CustomEvent('change', { detail: number }));
  }
}
