import { byId, confirmed, el, setItems, setText, toast } from './elements.js';
import { count, limitSize, size, timeLeft } from './words.js';
import { PhotoGrid } from './photo-grid.js';
import { PhotoSet } from './photo-set.js';
import { ProfileChoice } from './profile-choice.js';
import { PhotosRefused, UploadRun } from './upload-run.js';

const subjects = {
  self: 'This is me',
  permission: 'Someone who gave me permission',
  guardian: 'A child I am responsible for',
  estate: 'Someone who has died, for the family',
};

const kept = {
  keep: () => 'Your photos are kept beside the model until you delete the identity.',
  afterTraining: () => 'Your photos are removed for good as soon as the model is trained. The model, its pictures and a small picture for the list stay until you delete the identity.',
  days: many => `Your photos are removed for good ${count(many, 'day')} after the training. The model, its pictures and a small picture for the list stay until you delete the identity.`,
};

const againMs = 10_000;
const savedAfterMs = 300;

/** A new identity: what is typed, the chosen photos, and the sending of them. */
export class UploadForm {
  #client;
  #limits;
  #store;
  #photos;
  #profiles;
  #grid;
  #account;
  #began;
  #upload = {};
  #running = null;
  #saving;
  #replacing = null;

  /** @param began Called with the identity once it is in training. */
  constructor(client, limits, store, account, began) {
    [this.#client, this.#limits, this.#store, this.#account, this.#began] = [client, limits, store, account, began];
    this.#photos = new PhotoSet(limits.photos, store);
    this.#grid = new PhotoGrid(this.#photos, byId('photos'), { replace: number => this.#pickFor(number), remove: number => this.#remove(number) });
    this.#profiles = new ProfileChoice(client, limits, store.keeps, () => this.#possibleAgain());
    this.#draw();
  }

  /**
   * Takes up what this browser kept, and goes on sending if that is where it was. Until then nothing is listened to: what a
   * browser itself puts back into the fields after a reload would be taken for typed, and be kept in place of it.
   */
  async open() {
    const kept = await this.#store.load();
    this.#listen();
    if (kept) {
      this.#upload = kept.upload;
      this.#photos.restore(kept.photos);
    }
    this.#fill();
    this.#refresh();
    if (this.#upload.sending) void this.#send();
  }

  /** Goes on with a draft that was begun elsewhere. */
  async adopt(identity) {
    if (this.#upload.draftId === identity.id) {
      byId('form-title').focus();
      return;
    }
    if (this.#photos.count > 0 || this.#running) {
      toast('Finish what you have begun here first, or start over.');
      return;
    }
    const held = await this.#client.draft(identity.id).photos();
    this.#upload = { draftId: identity.id, identityName: identity.identityName, consent: true };
    this.#photos.restore(held.map(photo => ({ number: photo.number, state: 'stored', sha256: photo.sha256, width: photo.width, height: photo.height })));
    await this.#save();
    this.#fill();
    this.#refresh();
    byId('form-title').focus();
  }

  /** Begins a new upload of the same person, where nothing is begun yet. */
  begin({ identityName }) {
    if (this.#photos.count > 0 || this.#running || byId('name').value.trim()) {
      toast('Finish what you have begun here first, or start over.');
      return;
    }
    byId('name').value = identityName;
    this.#typed();
    byId('pick').focus();
  }

  #draw() {
    const { photos, consent, name } = this.#limits;
    setText(byId('photo-max'), String(photos.max));
    setText(byId('consent-text'), consent.text);
    const [policy, days] = photos.kept.split(':');
    setText(byId('photos-kept'), kept[policy]?.(Number(days)) ?? '');
    setText(byId('pick-hint'), `JPG or PNG, at most ${limitSize(photos.maxBytes)} each, ${photos.min}–${photos.max} photos. You can paste, too. Other pictures are converted here if your browser can open them.`);
    byId('name').maxLength = name.maxBytes;
    byId('subjects').replaceChildren(...consent.subjects.map(subject => {
      const label = el('label');
      const radio = Object.assign(el('input'), { type: 'radio', name: 'subject', value: subject });
      label.append(radio, ` ${subjects[subject] ?? subject}`);
      return label;
    }));
  }

  #listen() {
    byId('form').addEventListener('submit', event => {
      event.preventDefault();
      void this.#start();
    });
    byId('form').addEventListener('input', () => this.#typed());
    byId('discard').addEventListener('click', () => this.#discard());
    byId('upload-go-on').addEventListener('click', () => this.#goOn());
    byId('pick').addEventListener('change', ({ target }) => {
      const files = [...target.files];
      target.value = '';
      void this.#take(files);
    });
    this.#photos.addEventListener('change', () => this.#refresh());
    const drop = byId('drop');
    addEventListener('dragover', event => event.preventDefault());
    addEventListener('drop', event => event.preventDefault());
    const field = byId('photos-field');
    field.addEventListener('dragover', () => drop.classList.add('over'));
    field.addEventListener('dragleave', event => field.contains(event.relatedTarget) || drop.classList.remove('over'));
    field.addEventListener('drop', event => {
      drop.classList.remove('over');
      void this.#take([...event.dataTransfer.files]);
    });
    addEventListener('paste', event => {
      const files = [...event.clipboardData?.files ?? []];
      if (files.length > 0 && !byId('form').hidden) void this.#take(files);
    });
    addEventListener('online', () => this.#troubled?.code === 'network' && this.#goOn());
  }

  #typed() {
    const chosen = byId('form').querySelector('[name=subject]:checked');
    Object.assign(this.#upload, {
      identityName: byId('name').value,
      subject: chosen?.value,
      classWord: byId('class-word').value,
      profile: this.#profiles.value,
      consent: byId('consent').checked,
    });
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), savedAfterMs);
    this.#showMissing(false);
    this.#refresh();
  }

  #fill() {
    const { identityName = '', subject, classWord, profile, consent } = this.#upload;
    byId('name').value = identityName;
    for (const radio of byId('subjects').querySelectorAll('input')) radio.checked = radio.value === subject;
    if (classWord) byId('class-word').value = classWord;
    this.#profiles.choose(profile);
    byId('consent').checked = consent === true;
  }

  #save() {
    return this.#store.saveUpload(this.#upload);
  }

  async #take(files) {
    const number = this.#replacing;
    this.#replacing = null;
    if (files.length === 0) return;
    const said = number === null ? await this.#photos.add(files) : await this.#photos.replace(number, files[0]);
    setItems(byId('intake-notices'), said);
    this.#say(said.length > 0 ? said.join(' ') : `${count(this.#photos.count, 'photo')} chosen.`);
    if (this.#upload.sending && !this.#running) this.#goOn();
    this.#showMissing(false);
  }

  #pickFor(number) {
    this.#replacing = number;
    byId('pick').addEventListener('cancel', () => { this.#replacing = null; }, { once: true });
    byId('pick').click();
  }

  async #remove(number) {
    await this.#photos.remove(number);
    if (!this.#grid.focusNear(number)) byId('pick').focus();
    this.#say(`Photo ${number} removed. ${count(this.#photos.count, 'photo')} left.`);
    if (this.#upload.sending && !this.#running && this.#photos.refused.length === 0) this.#goOn();
  }

  /** What is missing, by the field that shows it. */
  #missing() {
    const { min } = this.#limits.photos;
    const lacking = min - this.#photos.count;
    const form = byId('form');
    const photos = this.#photos.count === 0 ? `Please upload at least ${min} photos` : lacking > 0 ? `${lacking} more photos needed (minimum ${min})` : '';
    if (this.#upload.draftId) return { photos };
    return {
      name: byId('name').value.trim() ? '' : 'Please provide an identity name',
      subject: form.querySelector('[name=subject]:checked') ? '' : 'Please say who this is',
      photos,
      consent: byId('consent').checked ? '' : 'Please confirm consent to use these images',
    };
  }

  // What is not yet typed is no mistake until somebody wants to start; then it is named, and taken back as it is filled in.
  #showMissing(asked) {
    const missing = this.#missing();
    const fields = { name: byId('name'), subject: byId('subjects').querySelector('input'), photos: byId('pick'), consent: byId('consent') };
    for (const [key, text] of Object.entries(missing)) {
      const problem = byId(`${key}-problem`);
      if (!asked && !problem.textContent) continue;
      setText(problem, text);
      if (key !== 'subject') fields[key].setAttribute('aria-invalid', String(text !== ''));
    }
    const first = Object.keys(missing).find(key => missing[key]);
    if (asked && first) fields[first].focus();
    return first === undefined;
  }

  async #start() {
    if (this.#running || !this.#showMissing(true)) return;
    if (!this.#profiles.possible && !this.#upload.draftId) {
      byId('not-now').focus();
      await this.#profiles.look();
      return;
    }
    this.#typed();
    this.#upload.sending = true;
    await this.#save();
    await this.#send();
  }

  #goOn() {
    if (this.#running) return;
    if (this.#troubled?.code === 'signed_out') {
      void this.#account.begin();
      return;
    }
    if (['identity_not_found', 'identity_deleted', 'state_conflict'].includes(this.#troubled?.code)) {
      Object.assign(this.#upload, { draftId: undefined, key: undefined });
    }
    void this.#send();
  }

  #possibleAgain() {
    if (this.#profiles.possible) this.#say('Trainings are possible again.');
    this.#refresh();
  }

  #troubled = null;

  async #send() {
    clearTimeout(this.#retry);
    this.#troubled = null;
    this.#running = new AbortController();
    this.#rate = { at: performance.now(), sent: this.#sent().sent };
    this.#refresh();
    this.#say('Sending photos.');
    try {
      const { subject, consent: _, ...typed } = this.#upload;
      const upload = Object.assign(this.#upload, { consent: true });
      const opening = { ...typed, identityName: upload.identityName.trim(), consent: { version: this.#limits.consent.version, subject } };
      const run = new UploadRun(this.#client, this.#photos, opening, () => this.#saveOpening(opening));
      const identity = await run.run(this.#limits.thumbnail, this.#running.signal);
      await this.#reset();
      this.#began(identity);
    } catch (trouble) {
      if (!this.#running?.signal.aborted) this.#fail(trouble);
    } finally {
      this.#running = null;
      this.#refresh();
    }
  }

  #saveOpening({ key, draftId }) {
    Object.assign(this.#upload, { key, draftId });
    return this.#save();
  }

  #retry;
  #rate;

  #fail(trouble) {
    this.#troubled = trouble;
    const go = byId('upload-go-on');
    const refused = this.#photos.refused.length;
    go.hidden = false;
    setText(go, 'Go on');
    let text = trouble.message;
    if (trouble instanceof PhotosRefused) {
      text = `${count(refused, 'photo')} cannot be used. Remove or replace ${refused === 1 ? 'it' : 'them'}; the others are stored.`;
      go.hidden = true;
    } else if (trouble.code === 'signed_out') {
      text = 'Your sign-in has expired. Sign in again; the upload goes on where it was.';
      setText(go, 'Sign in');
    } else if (trouble.code === 'network') {
      text = 'The connection was lost. What is stored stays stored, and the rest goes on by itself.';
      this.#retry = setTimeout(() => this.#troubled === trouble && this.#goOn(), againMs);
    } else if (['identity_not_found', 'identity_deleted'].includes(trouble.code)) {
      text = 'This upload was deleted or has expired. Your photos are still here; “Go on” sends them anew.';
    } else if (trouble.code === 'training_paused') {
      text = `No training can be started just now. ${this.#upload.draftId ? 'What is stored stays stored for a day' : 'What you have chosen stays here'}; “Go on” tries again.`;
      void this.#profiles.look();
    } else if (!trouble.code) {
      console.error(trouble);
      text = 'Something went wrong on this page. “Go on” tries again.';
    }
    setText(byId('upload-trouble-text'), text);
    this.#say(text);
  }

  async #discard() {
    const { draftId } = this.#upload;
    const sure = await confirmed({
      title: 'Start over?',
      lines: ['The photos chosen here are removed from this page' + (draftId ? ', and those already stored are erased.' : '.')],
      yes: 'Start over',
      no: 'Go on',
    });
    if (!sure) return;
    this.#running?.abort();
    try {
      if (draftId) await this.#client.remove(draftId);
    } catch (trouble) {
      if (trouble.code !== 'identity_not_found') {
        toast(`What was stored could not be erased yet. Delete it in the list. ${trouble.message}`);
      }
    }
    await this.#reset();
    byId('name').focus();
    this.#began(null);
  }

  async #reset() {
    clearTimeout(this.#saving);
    clearTimeout(this.#retry);
    this.#troubled = null;
    this.#upload = {};
    this.#photos.clear();
    byId('form').reset();
    this.#profiles.choose();
    setItems(byId('intake-notices'), []);
    await this.#store.clear();
    this.#refresh();
  }

  #sent() {
    let sent = 0, total = 0, stored = 0;
    for (const photo of this.#photos.all) {
      const bytes = photo.blob?.size ?? 0;
      total += bytes;
      stored += photo.state === 'stored' ? 1 : 0;
      sent += photo.state === 'stored' ? bytes : photo.sent ?? 0;
    }
    return { sent, total, stored };
  }

  #refresh() {
    const many = this.#photos.count;
    setText(byId('photo-count'), String(many));
    setItems(byId('set-advice'), this.#photos.advice);
    const possible = this.#profiles.possible || Boolean(this.#upload.draftId);
    const ready = possible && Object.values(this.#missing()).every(text => text === '') && !this.#photos.busy;
    const start = byId('start');
    start.setAttribute('aria-disabled', String(!ready || this.#running !== null));
    setText(start, this.#running ? 'Sending photos…' : 'Start training');
    byId('start').hidden = this.#troubled !== null;
    byId('discard').hidden = many === 0 && !this.#upload.draftId;
    byId('upload').hidden = !this.#running && !this.#troubled;
    byId('upload-trouble').hidden = this.#troubled === null;
    const fixed = this.#running !== null || Boolean(this.#upload.draftId);
    for (const id of ['name', 'class-word', 'consent', 'profile-field']) byId(id).disabled = fixed;
    byId('subjects').parentElement.disabled = fixed;
    this.#profiles.describe();
    this.#progress();
  }

  #progress() {
    const { sent, total, stored } = this.#sent();
    const bar = byId('upload-bar');
    bar.max = total || 1;
    bar.value = sent;
    const many = this.#photos.count;
    setText(byId('upload-title'), stored === many && many > 0 ? 'Starting the training' : `${stored} of ${count(many, 'photo')} stored`);
    const seconds = this.#rate ? (performance.now() - this.#rate.at) / 1000 : 0;
    const speed = seconds > 2 ? (sent - this.#rate.sent) / seconds : 0;
    const left = this.#running && speed > 0 && total > sent ? `, ${timeLeft((total - sent) / speed)}` : '';
    setText(byId('upload-detail'), `${size(sent)} of ${size(total)}${left}`);
  }

  #say(text) {
    setText(byId('spoken'), text);
  }
}
