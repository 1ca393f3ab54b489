import { fromTemplate, setText } from './elements.js';

const words = {
  reading: 'Reading…',
  waiting: 'Waiting',
  sending: 'Sending',
  checking: 'Checking',
  retrying: 'Trying again',
  stored: 'Stored',
};

/** The chosen photos as tiles. */
export class PhotoGrid {
  #photos;
  #list;
  #tiles = new Map();
  #handlers;

  /** @param handlers `{replace(number), remove(number)}` */
  constructor(photos, list, handlers) {
    [this.#photos, this.#list, this.#handlers] = [photos, list, handlers];
    photos.addEventListener('change', ({ detail }) => detail === null || this.#show(detail));
  }

  /** Where the keyboard goes when the photo it was on is gone. */
  focusNear(number) {
    const numbers = [...this.#tiles.keys()].sort((a, b) => a - b);
    const next = numbers.find(other => other >= number) ?? numbers.at(-1);
    if (next === undefined) return false;
    this.#tiles.get(next).querySelector('.remove').focus();
    return true;
  }

  #show(number) {
    const photo = this.#photos.at(number);
    if (!photo) {
      this.#tiles.get(number)?.remove();
      this.#tiles.delete(number);
      return;
    }
    const tile = this.#tiles.get(number) ?? this.#made(number);
    const image = tile.querySelector('img');
    const source = photo.previewUrl ?? 'stored.svg';
    if (photo.state !== 'reading' && image.getAttribute('src') !== source) image.src = source;
    image.alt = photo.name ? `Photo ${number}: ${photo.name}` : `Photo ${number}`;
    tile.classList.toggle('stored', photo.state === 'stored');
    tile.classList.toggle('refused', photo.state === 'refused');
    tile.classList.toggle('sending', photo.state === 'sending' || photo.state === 'checking');
    tile.classList.toggle('moving', photo.state in words);
    this.#progress(tile, photo);
    setText(tile.querySelector('.said'), said(photo));
    this.#name(tile, number, photo);
  }

  #progress(tile, photo) {
    setText(tile.querySelector('.state'), words[photo.state] ?? '');
    const bar = tile.querySelector('progress');
    bar.setAttribute('aria-label', `Photo ${photo.number}`);
    if (photo.state === 'checking') bar.removeAttribute('value');
    else bar.value = photo.bytes ? photo.sent / photo.bytes : 0;
  }

  #name(tile, number, photo) {
    const label = photo.name ? `photo ${number}, ${photo.name}` : `photo ${number}`;
    tile.querySelector('.replace').setAttribute('aria-label', `Replace ${label}`);
    tile.querySelector('.remove').setAttribute('aria-label', `Remove ${label}`);
  }

  #made(number) {
    const tile = fromTemplate('tile');
    tile.querySelector('.replace').addEventListener('click', () => this.#handlers.replace(number));
    tile.querySelector('.remove').addEventListener('click', () => this.#handlers.remove(number));
    const after = [...this.#tiles].filter(([other]) => other > number).sort(([a], [b]) => a - b)[0]?.[1] ?? null;
    this.#tiles.set(number, tile);
    this.#list.insertBefore(tile, after);
    return tile;
  }
}

function said(photo) {
  if (photo.state === 'refused') return photo.problem;
  const parts = [...photo.advice];
  if (photo.convertedFrom) parts.unshift(`Converted from ${photo.convertedFrom}.`);
  return parts.join(' ');
}
