import { TrainIdentityError, unreadable } from './errors.js';

/** The original's `{name, data}` and files of an input alike, as the photos of a draft. */
export function toPhotos(images) {
  return [...images].map((image, index) => ({ number: index + 1, photo: image instanceof Blob ? image : decoded(image?.data, index + 1) }));
}

/**
 * A file of an input is only a promise of its bytes, and a browser says no more than "network" when it is broken in the middle.
 * One that was gone before anybody looked seems to be empty.
 */
export async function assertReadable(photo) {
  try {
    await (photo.size > 0 ? photo.slice(0, 1) : photo).arrayBuffer();
  } catch (error) {
    throw unreadable(error);
  }
}

function decoded(data, number) {
  try {
    const text = atob(data.replace(/^data:[^,]*;base64,/i, ''));
    return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))]);
  } catch {
    const detail = `Photo ${number} is neither a file nor base64 nor a data URL.`;
    throw new TrainIdentityError(detail, { code: 'base64_invalid', errors: [{ pointer: `/photos/${number}`, code: 'base64_invalid', detail }] });
  }
}
