import { byId, el, setText } from './elements.js';
import { count, number, usd } from './words.js';

const nonCommercial = /non-?commercial/i;

/** Asked again so often while no training is possible; the service itself knows no sooner. */
const againMs = 60_000;

/**
 * How to train: what each profile takes and costs, on what terms its base model may be used, and whether any of them can
 * succeed just now. While none can, that stands above the form, and it is asked again.
 */
export class ProfileChoice {
  #client;
  #changed;
  #profiles;
  #usual;
  #again;

  /**
   * @param keeps Whether this browser keeps what is chosen.
   * @param changed Called when what is possible has changed.
   */
  constructor(client, limits, keeps, changed) {
    [this.#client, this.#changed] = [client, changed];
    setText(byId('not-now-kept'), keeps ? 'What you choose here is kept in this browser for a day.' : 'This browser keeps nothing, so leave this page open.');
    this.#take(limits);
    document.addEventListener('visibilitychange', () => document.hidden || this.possible || this.look());
  }

  /** Asks the service again; no answer is no news. */
  async look() {
    const limits = await this.#client.limits().catch(() => null);
    if (this.#take(limits ?? {})) this.#changed();
  }

  /** @returns Whether anything is new. What has not changed stays as it is, with the keyboard on it. */
  #take({ profiles = this.#profiles, defaultProfile = this.#usual }) {
    const news = JSON.stringify([profiles, defaultProfile]) !== JSON.stringify([this.#profiles, this.#usual]);
    [this.#profiles, this.#usual] = [profiles, defaultProfile];
    if (news) this.#draw();
    clearTimeout(this.#again);
    if (!this.possible) this.#again = setTimeout(() => this.look(), againMs);
    return news;
  }

  #draw() {
    const chosen = this.value;
    byId('profiles').replaceChildren(...this.#profiles.map(profile => this.#choice(profile)));
    this.choose(chosen);
    byId('not-now').hidden = this.possible;
  }

  get value() {
    return byId('profiles').querySelector(':checked')?.value;
  }

  /** Whether any training can succeed just now. */
  get possible() {
    return this.#profiles.some(profile => profile.available);
  }

  /** Chooses a profile; the usual one without a name, or when that one is not to be had. */
  choose(name) {
    const free = this.#profiles.filter(profile => profile.available);
    const usable = this.possible ? free : this.#profiles;
    const chosen = usable.find(profile => profile.name === name) ?? usable.find(profile => profile.name === this.#usual) ?? usable[0];
    for (const radio of byId('profiles').querySelectorAll('input')) radio.checked = radio.value === chosen?.name;
    this.describe();
  }

  /** Says of the chosen one what it takes and on what terms. */
  describe() {
    const profile = this.#profiles.find(one => one.name === this.value);
    setText(byId('estimate'), profile?.estimate ? `${takes(profile.estimate)}.` : '');
    if (!profile) return;
    setText(byId('base-model'), profile.baseModel);
    setText(byId('license'), profile.license);
    if (byId('license').getAttribute('href') !== profile.licenseUrl) byId('license').href = profile.licenseUrl;
    setText(byId('base-terms'), terms(profile));
  }

  #choice(profile) {
    const label = el('label');
    const radio = Object.assign(el('input'), { type: 'radio', name: 'profile', value: profile.name, disabled: this.possible && !profile.available });
    const words = el('span');
    const title = el('strong', `${profile.resolution} × ${profile.resolution} pixels, ${steps(profile)}`);
    const facts = [profile.name, ...(profile.name === this.#usual ? ['the usual one'] : []), ...(profile.previews ? ['with four pictures afterwards'] : [])];
    words.append(title, el('span', facts.join(', '), 'small'));
    words.append(el('span', profile.estimate ? `${takes(profile.estimate)}.` : 'How long it takes and what it costs is not known here.', 'small'));
    if (radio.disabled) words.append(el('span', 'Trainings of this kind are not possible just now.', 'small lacking'));
    label.append(radio, words);
    return label;
  }
}

function steps({ steps: fixed, stepsByPhotos }) {
  if (!stepsByPhotos) return `${number(fixed)} steps`;
  const { perPhoto, least, most } = stepsByPhotos;
  return `about ${number(perPhoto)} steps per photo (${number(least)} to ${number(most)})`;
}

const takes = ({ minutes, usd: usual, maxUsd }) => `About ${count(minutes, 'minute')}, usually about ${usd(usual)}, never more than ${usd(maxUsd)}`;

function terms({ gated, license }) {
  const said = [];
  if (gated) said.push('The base model is gated: whoever runs this service has accepted its terms.');
  said.push(nonCommercial.test(license) ? 'Its licence allows non-commercial use only, and holds for your model, too.' : 'Its licence holds for your model, too.');
  return said.join(' ');
}
