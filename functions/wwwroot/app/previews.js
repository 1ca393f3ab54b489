import { el } from './elements.js';

const views = {
  front: { label: 'Front', of: name => `${name} from the front` },
  right_profile: { label: 'Right', of: name => `${name} in right profile` },
  left_profile: { label: 'Left', of: name => `${name} in left profile` },
  smile: { label: 'Smile', of: name => `${name} smiling` },
};

/** A little before they are scrolled to, so that nobody waits for them. */
const ahead = '200px';

/** The pictures that models drew, on their cards. Each is fetched when somebody is about to see it. */
export class Previews {
  #client;
  #held = new Map();
  #watcher = new IntersectionObserver(seen => this.#came(seen), { rootMargin: ahead });

  constructor(client) {
    this.#client = client;
  }

  /** @param section Of the card, with the list inside. */
  show(section, { id, identityName, previews }) {
    const list = section.querySelector('ul');
    const wanted = previews.filter(({ view }) => view in views).map(({ view }) => view);
    const held = this.#held.get(list) ?? { id, pictures: new Map() };
    section.hidden = wanted.length === 0;
    if (wanted.join() !== [...held.pictures.keys()].join()) {
      this.forget(section);
      held.pictures = new Map(wanted.map(view => [view, picture(view)]));
      list.replaceChildren(...[...held.pictures.values()].map(({ item }) => item));
      if (wanted.length > 0) {
        this.#held.set(list, held);
        this.#watcher.observe(list);
      }
    }
    list.setAttribute('aria-label', `Pictures of ${identityName} that the model drew`);
    for (const [view, { image }] of held.pictures) image.alt = views[view].of(identityName);
  }

  forget(section) {
    const list = section.querySelector('ul');
    this.#watcher.unobserve(list);
    for (const { image } of this.#held.get(list)?.pictures.values() ?? []) URL.revokeObjectURL(image.src);
    this.#held.delete(list);
  }

  #came(seen) {
    for (const { target, isIntersecting } of seen) {
      const held = this.#held.get(target);
      if (!isIntersecting || !held) continue;
      this.#watcher.unobserve(target);
      for (const [view, drawn] of held.pictures) void this.#fetch(target, held, view, drawn);
    }
  }

  async #fetch(list, held, view, { item, image }) {
    // The client has tried often enough; a picture that cannot be had is no reason to speak of trouble.
    const bytes = await this.#client.preview(held.id, view).catch(() => null);
    if (this.#held.get(list)?.pictures.get(view)?.item !== item) return;
    if (bytes) image.src = URL.createObjectURL(bytes);
    item.hidden = bytes === null;
  }
}

function picture(view) {
  const item = el('li');
  const image = el('img');
  image.width = image.height = 128;
  item.append(image, el('span', views[view].label, 'small'));
  item.lastChild.setAttribute('aria-hidden', 'true');
  return { item, image };
}
