import { answered, byId, confirmed, el, setText } from './elements.js';
import { moment, number, size } from './words.js';

/** Asks, fetches a link to an identity's weights and shows it. The address is in this dialog alone, and goes with it. */
export async function showWeightsLink(client, { id, identityName }) {
  const sure = await confirmed({
    title: `Make a link to the model of ${identityName}?`,
    lines: ['An image generator can fetch the private model with it. Before you go on:', 'Give it only to a service you trust with this person’s likeness.'],
    points: [
      'whoever has the link can fetch the model until the link ends, without signing in',
      'it cannot be called back before that',
      'that it was made is counted, and you see how often under “Your data”',
    ],
    yes: 'Make the link',
    no: 'Cancel',
    harmless: true,
  });
  if (!sure) return;
  const link = await client.weightsLink(id);
  const over = fill(identityName, link);
  const forget = () => {
    clearTimeout(over);
    clear();
  };
  // A page that is left may be kept by the browser as it is.
  addEventListener('pagehide', forget, { once: true });
  await answered(byId('link'));
  removeEventListener('pagehide', forget);
  forget();
}

/** @returns The timer of its end. */
function fill(identityName, { url, expiresAt, file, bytes, promptForm, scale, guidanceScale, inferenceSteps, baseModel, baseRevision, license }) {
  setText(byId('link-title'), `Link to the model of ${identityName}`);
  const field = byId('link-url');
  field.value = url;
  field.setSelectionRange(0, 0);
  byId('link-copy').hidden = false;
  byId('link-copy').onclick = () => copy(field);
  const facts = [
    ['Prompt', promptForm],
    ['Strength (LoRA scale)', number(scale)],
    ['Guidance', number(guidanceScale)],
    ['Inference steps', number(inferenceSteps)],
    ['Base model', baseModel],
    ['Its version', baseRevision.slice(0, 12)],
    ['Licence', license],
    ['File', `${file}, ${size(bytes)}`],
  ];
  byId('link-facts').replaceChildren(...facts.flatMap(([name, value]) => [el('dt', name), el('dd', value)]));
  setText(byId('link-said'), '');
  setText(byId('link-end'), expiresAt ? `It ends ${moment(expiresAt)}.` : 'It ends after a short while.');
  return expiresAt ? setTimeout(ended, Math.max(0, Date.parse(expiresAt) - Date.now())) : undefined;
}

function ended() {
  byId('link-url').value = '';
  byId('link-copy').hidden = true;
  setText(byId('link-end'), 'This link has ended. Close this and make another one if you need it.');
}

function clear() {
  byId('link-url').value = '';
  byId('link-copy').onclick = null;
  byId('link-facts').replaceChildren();
  for (const id of ['link-end', 'link-said', 'link-title']) setText(byId(id), '');
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    setText(byId('link-said'), 'Copied.');
  } catch {
    field.select();
    setText(byId('link-said'), 'Copying did not work. The address is selected: copy it with the keyboard.');
  }
}
