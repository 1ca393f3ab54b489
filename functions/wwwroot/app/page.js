import { byId, answered, confirmed, el, setText, toast } from './elements.js';
import { IdentityList } from './identity-list.js';
import { Account } from './sign-in.js';
import { TrainIdentity } from './train-identity.js';
import { UploadForm } from './upload-form.js';
import { UploadStore } from './upload-store.js';
import { number, size } from './words.js';

const base = location.origin;

async function start() {
  const { signIn } = await settings();
  const { account, trouble } = signIn ? await Account.open(signIn) : { account: null, trouble: null };
  byId('starting').hidden = true;
  if (trouble) tell(trouble);
  if (account?.signedIn) await openStudio(account);
  else welcome(account);
}

async function settings() {
  const answer = await fetch('settings.json', { cache: 'no-store', credentials: 'omit' });
  if (!answer.ok) throw new Error(`settings.json: ${answer.status}`);
  return answer.json();
}

function welcome(account) {
  byId('welcome').hidden = false;
  byId('sign-in').hidden = account === null;
  byId('no-sign-in').hidden = account !== null;
  byId('sign-in').addEventListener('click', () => account.begin().catch(() => tell('The sign-in page cannot be reached just now. Try again in a moment.')));
}

async function openStudio(account) {
  const client = new TrainIdentity({ baseUrl: base, token: renew => account.token(renew) });
  const [limits, store] = await Promise.all([client.limits(), UploadStore.open(account.key)]);
  setText(byId('account-name'), account.name);
  byId('account').hidden = false;
  byId('studio').hidden = false;
  const form = Promise.withResolvers();
  const inForm = act => async identity => {
    if (byId('elsewhere').hidden) await act(await form.promise, identity);
    else toast('The upload is open in another tab.');
  };
  const list = new IdentityList(client, { resume: inForm((opened, identity) => opened.adopt(identity)), begin: inForm((opened, identity) => opened.begin(identity)) });
  byId('sign-out').addEventListener('click', () => leave(account, store));
  byId('account-data').addEventListener('click', () => showData(client, list));
  void list.start();
  await alone(account.key);
  const opened = new UploadForm(client, limits, store, account, async identity => {
    await list.look();
    if (!identity) return;
    toast(`The training of ${identity.identityName} has begun.`);
    list.focus(identity.id);
  });
  await opened.open();
  byId('form').hidden = false;
  form.resolve(opened);
}

/** One tab at a time holds the form, so that two never send the same upload. The lock lives as long as the tab. */
function alone(user) {
  if (!navigator.locks) return Promise.resolve();
  const waiting = setTimeout(() => { byId('elsewhere').hidden = false; }, 500);
  return new Promise(held => navigator.locks.request(`train-identity ${user}`, () => {
    clearTimeout(waiting);
    byId('elsewhere').hidden = true;
    held();
    return new Promise(() => undefined);
  }));
}

async function leave(account, store) {
  const kept = await store.load();
  const sure = kept === null || kept.photos.length === 0 || await confirmed({
    title: 'Sign out?',
    lines: ['The upload you have begun is removed from this browser. What is stored already stays in your list.'],
    yes: 'Sign out',
    no: 'Stay',
  });
  if (!sure) return;
  await store.clear();
  await account.end();
}

async function showData(client, list) {
  try {
    const held = rowsOf(await client.me());
    byId('data-list').replaceChildren(...held.flatMap(([name, value]) => [el('dt', name), el('dd', value)]));
    if (await answered(byId('data')) !== 'erase') return;
    const sure = await confirmed({
      title: 'Delete everything?',
      lines: ['This erases for good:', 'It cannot be undone.'],
      points: ['all your identities with their photos and models', 'trainings that are running', 'everything else held about you'],
      yes: 'Delete everything',
    });
    if (!sure) return;
    await client.eraseMe();
    toast('Everything is being deleted.');
    await list.look();
  } catch (trouble) {
    toast(trouble.message);
  }
}

function rowsOf({ identities, beingErased, quota }) {
  const photos = identities.flatMap(one => one.photos);
  return [
    ['Identities', number(identities.length)],
    ['Photos', `${number(photos.length)}, ${size(photos.reduce((sum, photo) => sum + photo.bytes, 0))}`],
    ['Models', number(identities.filter(one => one.weights).length)],
    ['Links made for image generators', number(identities.reduce((sum, one) => sum + one.weightsLinks, 0))],
    ['Trainings begun today', number(quota.startedToday)],
    ...(beingErased > 0 ? [['Being erased just now', number(beingErased)]] : []),
  ];
}

function tell(text) {
  setText(byId('start-trouble'), text);
  byId('start-trouble').hidden = false;
}

function showConnection() {
  byId('offline').hidden = navigator.onLine;
}

addEventListener('online', showConnection);
addEventListener('offline', showConnection);
showConnection();
start().catch(trouble => {
  byId('starting').hidden = true;
  tell(trouble.code ? trouble.message : 'The page could not be loaded. Check your connection and load it again.');
});
