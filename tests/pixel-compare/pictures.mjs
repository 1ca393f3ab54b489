// Encodes the pictures that a case file describes, and compares pairs of files pixel by pixel.
//   node pictures.mjs encode CASES FOLDER     writes FOLDER/0, FOLDER/1, … in the order of the cases
//   node pictures.mjs compare FILE FILE …     one line of JSON for each pair
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const personal = { IFD0: { Artist: 'CANARY' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '41/1 51/1 12/1' } };

function picture({ width = 160, height = 120, alpha }) {
  const channels = alpha ? 4 : 3;
  const pixels = Buffer.alloc(width * height * channels);
  for (let i = 0; i < pixels.length; i++) {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    pixels[i] = (x * (1 + (i % channels)) + y * 2 + ((x * y) % 7) * 5) % 256;
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

async function encode(one, file) {
  let image = picture(one);
  if (one.space) image = image.toColourspace(one.space);
  if (one.exif) image = image.withExif(personal);
  if (one.profile) image = image.withIccProfile(one.profile);
  if (one.orientation) image = image.withMetadata({ orientation: one.orientation, ...(one.exif ? { exif: personal } : {}) });
  await (one.format === 'png'
    ? image.png({ palette: one.palette ?? false, progressive: one.progressive ?? false })
    : image.jpeg({ chromaSubsampling: one.chroma ?? '4:2:0', progressive: one.progressive ?? false, mozjpeg: one.mozjpeg ?? false })
  ).toFile(file);
}

// As stored: no profile, no turning. As shown: turned upright and in the colors of the profile.
async function look(file) {
  const bytes = await readFile(file);
  const digest = async image => {
    const { data, info } = await image.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
    return `${info.width} x ${info.height} x ${info.channels} ${createHash('sha256').update(data).digest('hex')}`;
  };
  const { orientation, hasProfile, isProgressive, space } = await sharp(bytes).metadata();
  return {
    stored: await digest(sharp(bytes, { ignoreIcc: true, failOn: 'warning' })),
    shown: await digest(sharp(bytes, { failOn: 'warning' }).autoOrient()),
    orientation: orientation ?? 1,
    hasProfile,
    isProgressive,
    space,
  };
}

const [verb, ...words] = process.argv.slice(2);
if (verb === 'encode') {
  const cases = JSON.parse(await readFile(words[0], 'utf8'));
  for (const [n, one] of cases.entries()) await encode(one, join(words[1], String(n)));
} else {
  for (let n = 0; n < words.length; n += 2) console.log(JSON.stringify({ before: await look(words[n]), after: await look(words[n + 1]) }));
}
