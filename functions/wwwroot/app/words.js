const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const numbers = new Intl.NumberFormat('en');
const prices = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const number = value => numbers.format(value);

export const day = iso => days.format(new Date(iso));

export const moment = iso => moments.format(new Date(iso));

export const usd = value => `${prices.format(value)} USD`;

export function count(many, one, more = `${one}s`) {
  return `${numbers.format(many)} ${many === 1 ? one : more}`;
}

/** Rough on purpose: an estimate that pretends to seconds is wrong. */
export function timeLeft(seconds) {
  if (seconds < 45) return 'less than a minute left';
  if (seconds < 90 * 60) return `about ${count(Math.max(1, Math.round(seconds / 60)), 'minute')} left`;
  return `about ${count(Math.round(seconds / 3600), 'hour')} left`;
}

export function size(bytes) {
  return bytes < 1e6 ? `${number(Math.ceil(bytes / 1e3))} KB` : `${number(Math.round(bytes / 1e5) / 10)} MB`;
}

/** As the limits of files are spoken of: 20 MB are 20 times 1,048,576 bytes. */
export const limitSize = bytes => `${Math.floor(bytes / 2 ** 20)} MB`;

/** One or two signs as a reader sees them, of a name in any script. */
export function initials(name) {
  const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const first = word => [...signs.segment(word)][0]?.segment ?? '';
  const words = name.trim().split(/\s+/u);
  // Letters of a joined script would become a word of their own.
  const joined = /\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Mongolian}/u.test(name);
  const letters = words.length > 1 && !joined ? [words[0], words.at(-1)] : [words[0]];
  return letters.map(first).join('').toLocaleUpperCase();
}
