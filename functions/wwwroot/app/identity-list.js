import { byId, confirmed, answered, el, fromTemplate, setText, toast } from './elements.js';
import { fillCard } from './identity-card.js';
import { Previews } from './previews.js';
import { showWeightsLink } from './weights-link.js';
import { count } from './words.js';

const busyMs = 3_000;
const quietMs = 30_000;
const step = 20;
const most = 100;

/** The person's identities as cards, looked at again while somebody looks at them. */
export class IdentityList {
  #client;
  #form;
  #previews;
  #cards = new Map();
  #faces = new Map();
  #limit = step;
  #etag;
  #timer;
  #looking = null;
  #again = false;

  /** @param form `{resume, begin}`: takes a draft of another browser into the form, begins a new one like an identity. */
  constructor(client, form) {
    [this.#client, this.#form, this.#previews] = [client, form, new Previews(client)];
    byId('list-again').addEventListener('click', () => this.look());
    byId('list-more').addEventListener('click', () => {
      this.#limit = Math.min(most, this.#limit + step);
      this.#etag = undefined;
      void this.look();
    });
    document.addEventListener('visibilitychange', () => !document.hidden && this.look());
    addEventListener('online', () => this.look());
  }

  start() {
    byId('cards').replaceChildren(el('li', '', 'card ghost'), el('li', '', 'card ghost'));
    return this.look();
  }

  /** Reads the list now; a look that is under way is followed by another. */
  async look() {
    this.#again = this.#looking !== null;
    this.#looking ??= this.#read().finally(() => {
      this.#looking = null;
      if (this.#again) void this.look();
    });
    await this.#looking;
  }

  /** Puts the keyboard on an identity. */
  focus(id) {
    this.#cards.get(id)?.element.querySelector('.name').focus();
  }

  async #read() {
    clearTimeout(this.#timer);
    try {
      const page = await this.#client.list({ limit: this.#limit, etag: this.#etag });
      if (page) this.#show(page);
      byId('list-trouble').hidden = true;
    } catch (trouble) {
      this.#fail(trouble);
    }
    const busy = [...this.#cards.values()].some(card => card.identity.status === 'training');
    this.#timer = setTimeout(() => document.hidden || this.look(), busy ? busyMs : quietMs);
  }

  #fail(trouble) {
    if (trouble.code === 'network' && !navigator.onLine) return;
    setText(byId('list-trouble-text'), `Your identities could not be loaded. ${trouble.message}`);
    byId('list-trouble').hidden = false;
    if (this.#cards.size === 0) byId('cards').replaceChildren();
    byId('cards').setAttribute('aria-busy', 'false');
  }

  #show(page) {
    this.#etag = page.etag;
    const list = byId('cards');
    const known = new Set(page.identities.map(identity => identity.id));
    for (const [id, card] of this.#cards) if (!known.has(id)) this.#drop(id, card);
    list.querySelectorAll('.ghost').forEach(ghost => ghost.remove());
    page.identities.forEach((identity, n) => {
      const card = this.#cards.get(identity.id) ?? this.#made(identity);
      if (list.children[n] !== card.element) list.insertBefore(card.element, list.children[n] ?? null);
      this.#fill(card, identity);
    });
    list.setAttribute('aria-busy', 'false');
    byId('list-empty').hidden = page.identities.length > 0;
    byId('list-more').hidden = !page.nextCursor || this.#limit >= most;
  }

  #made(identity) {
    const card = { element: fromTemplate('card'), identity: null, refused: false };
    const on = (name, act) => card.element.querySelector(name).addEventListener('click', () => act.call(this, card));
    on('.retry', this.#retry);
    on('.anew', this.#anew);
    on('.resume', this.#goOn);
    on('.stop', this.#stop);
    on('.rename', this.#rename);
    on('.delete', this.#delete);
    on('.copy-prompt', this.#copy);
    on('.make-link', this.#link);
    this.#cards.set(identity.id, card);
    return card;
  }

  #fill(card, identity) {
    const before = card.identity;
    if (identity.status !== 'failed') card.refused = false;
    card.identity = identity;
    fillCard(card);
    this.#previews.show(card.element.querySelector('.previews'), identity);
    void this.#face(card, identity);
    if (before?.status === 'training' && identity.status !== 'training') {
      toast(identity.status === 'ready' ? `${identity.identityName} is ready.` : `The training of ${identity.identityName} did not succeed.`);
    }
  }

  async #face(card, { id, thumbnailUrl }) {
    if (!thumbnailUrl || this.#faces.has(id)) return;
    this.#faces.set(id, null);
    try {
      const picture = await this.#client.thumbnail(id);
      if (!picture || !this.#cards.has(id)) return;
      const address = URL.createObjectURL(picture);
      this.#faces.set(id, address);
      const image = card.element.querySelector('.face img');
      image.src = address;
      image.hidden = false;
    } catch {
      // The initials stand there meanwhile; the next change of the identity tries again.
      this.#faces.delete(id);
    }
  }

  #drop(id, card) {
    card.element.remove();
    this.#previews.forget(card.element.querySelector('.previews'));
    this.#cards.delete(id);
    if (this.#faces.get(id)) URL.revokeObjectURL(this.#faces.get(id));
    this.#faces.delete(id);
  }

  async #delete(card) {
    const { id, identityName, status, numTrainingImages } = card.identity;
    const sure = await confirmed({
      title: `Delete ${identityName}?`,
      lines: ['This erases for good:', 'It cannot be undone.'],
      points: [
        numTrainingImages > 0 ? `its ${count(numTrainingImages, 'photo')}` : 'its photos',
        ...(status === 'training' ? ['the training that is running'] : []),
        ...(status === 'uploading' ? [] : ['the model with its private repository']),
        'its record here',
      ],
      yes: 'Delete for good',
    });
    if (!sure) return;
    await this.#act(async () => {
      await this.#client.remove(id);
      this.#drop(id, card);
      byId('list-title').focus();
      byId('list-empty').hidden = this.#cards.size > 0;
      toast(`${identityName} is deleted.`);
    });
  }

  #retry(card) {
    return this.#act(async () => {
      try {
        await this.#client.retry(card.identity.id);
        toast(`${card.identity.identityName} is being trained again.`);
      } catch (trouble) {
        if (trouble.code !== 'state_conflict') throw trouble;
        // Only asking tells whether the photos are still kept, and whether there are tries left.
        card.refused = true;
        fillCard(card);
        card.element.querySelector('.next').focus();
      }
    });
  }

  #anew(card) {
    return this.#act(() => this.#form.begin(card.identity));
  }

  #link(card) {
    return this.#act(() => showWeightsLink(this.#client, card.identity));
  }

  async #stop(card) {
    const sure = await confirmed({
      title: `Stop training ${card.identity.identityName}?`,
      lines: ['The training ends now. The photos stay for a while, so you can try again.'],
      yes: 'Stop training',
      no: 'Go on training',
    });
    if (sure) await this.#act(() => this.#client.cancel(card.identity.id));
  }

  #goOn(card) {
    return this.#act(() => this.#form.resume(card.identity));
  }

  async #rename(card) {
    const dialog = byId('rename');
    const field = byId('rename-name');
    field.value = card.identity.identityName;
    setText(byId('rename-problem'), '');
    const cancel = () => dialog.close('no');
    byId('rename-no').addEventListener('click', cancel, { once: true });
    const answer = answered(dialog);
    field.select();
    if (await answer !== 'yes' || field.value.trim() === card.identity.identityName) return;
    await this.#act(async () => {
      const { etag } = await this.#client.get(card.identity.id);
      await this.#renamed(card.identity.id, field.value, etag);
      toast(`Renamed to ${field.value.trim()}.`);
    });
  }

  // A training writes its progress all the time; only another name is worth telling.
  async #renamed(id, name, etag, tries = 4) {
    try {
      await this.#client.rename(id, name, etag);
    } catch (trouble) {
      if (trouble.code !== 'precondition_failed' || tries === 0) throw trouble;
      const { etag: next } = await this.#client.get(id);
      await this.#renamed(id, name, next, tries - 1);
    }
  }

  async #copy(card) {
    const prompt = card.element.querySelector('.prompt').textContent;
    await navigator.clipboard.writeText(prompt).then(() => toast('Copied.'), () => toast(`Copying did not work. Write: ${prompt}`));
  }

  async #act(act) {
    try {
      await act();
    } catch (trouble) {
      toast(trouble.message);
    }
    await this.look();
  }
}
