/**
 * What can be said of photos before they are sent. Advice only: nothing here keeps a photo from being sent, and no face
 * is looked for or measured.
 */

const blurry = 45;
const tooDark = 45;
const tooBright = 225;
const alike = 6;
const enough = 10;
const small = 512;

/** @param pixels Shades of grey: `{width, height, shades}`. */
export function measured(pixels) {
  return { sharpness: sharpness(pixels), light: light(pixels), print: print(pixels) };
}

/** @returns {string[]} What the uploader should know of this one photo. */
export function adviceFor(photo, earlier) {
  const said = [];
  if (Math.min(photo.width, photo.height) < small) said.push(`Small (${photo.width} × ${photo.height}): a larger one trains better.`);
  if (photo.measure.sharpness < blurry) said.push('Looks blurry.');
  if (photo.measure.light < tooDark) said.push('Very dark.');
  if (photo.measure.light > tooBright) said.push('Very bright.');
  if (earlier.some(other => distance(other.measure.print, photo.measure.print) <= alike)) said.push('Nearly the same as another photo.');
  return said;
}

/** @returns {string[]} What the uploader should know of all of them. */
export function adviceForSet(photos) {
  const known = photos.filter(photo => photo.measure);
  if (known.length < 3) return [];
  const said = [];
  if (photos.length < enough) said.push(`${photos.length} photos will do. With 10 to 20 the likeness is usually better.`);
  const twins = known.filter((photo, n) => known.slice(0, n).some(other => distance(other.measure.print, photo.measure.print) <= alike));
  if (twins.length * 3 > known.length) said.push('Many photos look nearly the same. Different days, clothes and places help more.');
  if (known.filter(photo => Math.min(photo.width, photo.height) < 1024).length * 2 > known.length) {
    said.push('Most photos are small. Originals from the phone or camera are better than pictures sent by messenger.');
  }
  return said;
}

/** The variance of the Laplacian: how much fine detail there is. */
function sharpness({ width, height, shades }) {
  let sum = 0, squares = 0, many = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const edge = 4 * shades[at] - shades[at - 1] - shades[at + 1] - shades[at - width] - shades[at + width];
      sum += edge;
      squares += edge * edge;
      many++;
    }
  }
  return many === 0 ? 0 : squares / many - (sum / many) ** 2;
}

function light({ shades }) {
  let sum = 0;
  for (const shade of shades) sum += shade;
  return sum / shades.length;
}

/** A difference hash: 64 bits that change little when the picture changes little. */
function print({ width, height, shades }) {
  const at = (column, row) => {
    const left = Math.floor(column * width / 9), right = Math.max(left + 1, Math.floor((column + 1) * width / 9));
    const top = Math.floor(row * height / 8), bottom = Math.max(top + 1, Math.floor((row + 1) * height / 8));
    let sum = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += shades[y * width + x];
    return sum / ((right - left) * (bottom - top));
  };
  const bits = [];
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) bits.push(at(column, row) < at(column + 1, row) ? 1 : 0);
  }
  return bits;
}

function distance(one, other) {
  return one.reduce((sum, bit, n) => sum + (bit === other[n] ? 0 : 1), 0);
}
