import { advice, triedEnough, wayOut } from './failure-words.js';
import { setText } from './elements.js';
import { count, day, initials, number, timeLeft } from './words.js';

const stages = {
  uploading: { badge: 'Preparing', text: 'A private repository is being made.' },
  committing: { badge: 'Storing photos', text: 'The photos are being stored.' },
  queued: { badge: 'Waiting for a machine', text: 'The training begins as soon as a machine is free.' },
  training: { badge: 'Training', text: 'The machine is getting ready.' },
  verifying: { badge: 'Checking the model', text: 'The model is being checked. Nearly done.' },
};

const acts = ['make-link', 'retry', 'anew', 'resume', 'stop', 'rename', 'delete'];

/**
 * Writes what there is to know of an identity into its card.
 * @param card `{element, identity, refused}`, where `refused` says that the service takes no more tries of this failure.
 */
export function fillCard({ element, identity, refused }) {
  const find = name => element.querySelector(name);
  const name = identity.identityName;
  setText(find('.name bdi'), name);
  setText(find('.initials'), initials(name));
  const { text, tone } = badge(identity);
  setText(find('.badge'), text);
  find('.badge').className = `badge ${tone}`;
  setText(find('.when'), when(identity));
  fillRun(find, identity);
  fillFailure(find, identity, refused);
  fillUse(find, identity);
  find('.resume').hidden = identity.status !== 'uploading';
  find('.stop').hidden = identity.status !== 'training';
  for (const act of acts) find(`.${act}`).setAttribute('aria-label', `${find(`.${act}`).textContent}: ${name}`);
}

function fillRun(find, { status, stage, progress }) {
  find('.run').hidden = status !== 'training';
  const bar = find('.run progress');
  bar.setAttribute('aria-label', 'Training');
  if (progress && stage === 'training') {
    bar.max = progress.total;
    bar.value = progress.step;
  } else {
    bar.removeAttribute('value');
  }
  setText(find('.run .now'), runText(stage, progress));
}

function fillFailure(find, identity, refused) {
  const failed = identity.status === 'failed';
  // A draft that has lost photos has a message, too.
  const why = identity.errorMessage ?? (failed ? 'The training did not succeed.' : '');
  const next = refused ? triedEnough : advice(identity);
  const { again, anew } = wayOut(identity.errorCode);
  setText(find('.why'), why);
  setText(find('.next'), failed ? next : '');
  find('.why').hidden = why === '';
  find('.next').hidden = !failed;
  find('.retry').hidden = !failed || !again || refused;
  find('.anew').hidden = !failed || !(anew || refused);
}

function fillUse(find, { status, trainingConfig, modelId }) {
  find('.use').hidden = status !== 'ready';
  const { trigger, class_word: word, base_model: base, license, license_link: terms } = trainingConfig;
  setText(find('.prompt'), `a photo of ${trigger} ${word}, {scene}`);
  setText(find('.trigger'), trigger);
  setText(find('.word'), word);
  setText(find('.base'), base);
  setText(find('.terms'), license);
  if (find('.terms').getAttribute('href') !== terms) find('.terms').href = terms;
  setText(find('.repo'), modelId);
}

function badge({ status, stage }) {
  if (status === 'ready') return { text: 'Ready', tone: 'good' };
  if (status === 'failed') return { text: 'Not trained', tone: 'bad' };
  if (status === 'uploading') return { text: 'Not finished', tone: '' };
  return { text: stages[stage]?.badge ?? 'Training', tone: '' };
}

function when({ status, trainedAt, createdAt, numTrainingImages }) {
  const photos = numTrainingImages > 0 ? `${count(numTrainingImages, 'photo')}, ` : '';
  return status === 'ready' && trainedAt ? `${photos}trained ${day(trainedAt)}` : `${photos}begun ${day(createdAt)}`;
}

function runText(stage, progress) {
  if (stage !== 'training' || !progress) return stages[stage]?.text ?? '';
  const steps = `Step ${number(progress.step)} of ${number(progress.total)}`;
  return progress.secondsLeft === null ? `${steps}.` : `${steps}, ${timeLeft(progress.secondsLeft)}.`;
}
