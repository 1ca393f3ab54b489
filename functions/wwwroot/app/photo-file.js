import { limitSize, size } from './words.js';

/** A file that cannot become a photo here; `message` says what to do. */
export class PhotoRefused extends Error {}

const previewSide = 320;
const measureSide = 256;
const thumbnailSide = 256;
const names = { webp: 'WebP', heic: 'HEIC', avif: 'AVIF', gif: 'GIF', bmp: 'BMP', tiff: 'TIFF' };

/**
 * Looks at a file as the service will, and turns what the browser can decode but the service does not take into a JPEG.
 * @param {File} file
 * @param limits `limits().photos` of the service.
 * @returns What is sent (`blob`), what is shown (`preview`), its size, `sha` of the file and what advice needs.
 */
export async function readPhoto(file, limits) {
  const label = file.name || 'The picture';
  if (file.size === 0) throw new PhotoRefused(`${label} is empty.`);
  const kind = await kindOf(file);
  const bitmap = await decoded(file, label, kind);
  try {
    const { width, height } = bitmap;
    if (Math.min(width, height) < limits.minSide) {
      throw new PhotoRefused(`${label} is too small (${width} × ${height}). A photo needs at least ${limits.minSide} pixels on each side.`);
    }
    const fits = (kind === 'jpeg' || kind === 'png') && file.size <= limits.maxBytes && scaleFor(width, height, limits) === 1;
    const blob = fits ? file : await converted(bitmap, label, limits);
    return {
      blob,
      width,
      height,
      name: label,
      sha: await digest(file),
      preview: await drawn(bitmap, previewSide, 0.8),
      pixels: grey(bitmap),
      convertedFrom: fits ? null : names[kind] ?? (file.size > limits.maxBytes ? size(file.size) : 'its format'),
    };
  } finally {
    bitmap.close();
  }
}

/** A square JPEG of at most `maxBytes` that stands for the identity; the middle of the picture, a little above. */
export async function drawThumbnail(blob, maxBytes) {
  const bitmap = await createImageBitmap(blob);
  try {
    const side = Math.min(bitmap.width, bitmap.height);
    const canvas = Object.assign(document.createElement('canvas'), { width: thumbnailSide, height: thumbnailSide });
    const top = (bitmap.height - side) / 3;
    canvas.getContext('2d').drawImage(bitmap, (bitmap.width - side) / 2, top, side, side, 0, 0, thumbnailSide, thumbnailSide);
    for (const quality of [0.85, 0.7, 0.5]) {
      const made = await toJpeg(canvas, quality);
      if (made.size <= maxBytes) return made;
    }
    return null;
  } finally {
    bitmap.close();
  }
}

/** Pixels that are smaller than this shrink until the service takes them. */
function scaleFor(width, height, limits) {
  return Math.min(1, limits.maxSide / width, limits.maxSide / height, Math.sqrt(limits.maxPixels / (width * height)));
}

/** Better a little smaller than much worse: the size gives way first, the quality only a little. */
async function converted(bitmap, label, limits) {
  let scale = scaleFor(bitmap.width, bitmap.height, limits);
  for (let tries = 0; Math.min(bitmap.width, bitmap.height) * scale >= limits.minSide; tries++) {
    const made = await drawn(bitmap, Math.round(Math.max(bitmap.width, bitmap.height) * scale), Math.max(0.85, 0.95 - tries * 0.05));
    if (made.size <= limits.maxBytes) return made;
    scale *= 0.8;
  }
  throw new PhotoRefused(`${label} is too large (max ${limitSize(limits.maxBytes)}), and your browser could not make it smaller.`);
}

/** What the bytes say; names and types of files are often wrong. */
async function kindOf(file) {
  const head = new Uint8Array(await bytesOf(file.slice(0, 16)));
  const text = String.fromCharCode(...head);
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('GIF8')) return 'gif';
  if (text.startsWith('BM')) return 'bmp';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.slice(4, 8) !== 'ftyp') return null;
  return text.slice(8, 12).startsWith('avi') ? 'avif' : 'heic';
}

async function decoded(file, label, kind) {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    if (kind === 'heic') throw new PhotoRefused(`${label} is a HEIC picture, which this browser cannot open. Export it as JPEG, or add it from the phone that took it.`);
    throw new PhotoRefused(kind ? `${label} cannot be opened; it seems to be damaged.` : `${label} must be JPG or PNG.`);
  }
}

async function digest(file) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytesOf(file)));
  return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
}

async function bytesOf(blob) {
  try {
    return await blob.arrayBuffer();
  } catch {
    throw new PhotoRefused('The picture cannot be read any more. Was it moved or deleted? Please choose it again.');
  }
}

function canvasOf(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: longest === measureSide });
  // What is transparent would become black in a JPEG.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const drawn = (bitmap, longest, quality) => toJpeg(canvasOf(bitmap, longest), quality);

function toJpeg(canvas, quality) {
  return new Promise((done, fail) => canvas.toBlob(
    made => made ? done(made) : fail(new PhotoRefused('Your browser could not convert the picture. Export it as JPEG.')), 'image/jpeg', quality));
}

/** The picture in shades of grey, small, for measuring. */
function grey(bitmap) {
  const canvas = canvasOf(bitmap, measureSide);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const shades = new Uint8Array(canvas.width * canvas.height);
  for (let n = 0; n < shades.length; n++) {
    shades[n] = (data[4 * n] * 299 + data[4 * n + 1] * 587 + data[4 * n + 2] * 114) / 1000;
  }
  return { width: canvas.width, height: canvas.height, shades };
}
