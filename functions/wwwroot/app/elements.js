/** The element of this id; a page that lacks it is broken, so that is told at once. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}".`);
  return found;
}

/** A copy of a template's one element. */
export function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

export function el(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Writes only what differs, so that screen readers are not told the same again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setItems(list, texts) {
  const now = [...list.children].map(item => item.textContent);
  if (now.length === texts.length && now.every((text, n) => text === texts[n])) return;
  list.replaceChildren(...texts.map(text => el('li', text)));
}

/** Short word of something that has happened; goes by itself. */
export function toast(text) {
  const shown = el('p', text, 'toast');
  byId('toasts').append(shown);
  setTimeout(() => shown.remove(), 7000);
}

/**
 * Asks before something that cannot be taken back. What is `harmless` to the identity is asked for in a friendlier colour.
 * @param {{title: string, lines: string[], points?: string[], yes: string, no?: string, harmless?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, lines, points = [], yes, no = 'Keep', harmless = false }) {
  const dialog = byId('confirm');
  setText(byId('confirm-title'), title);
  const parts = lines.map(line => el('p', line));
  if (points.length > 0) {
    const list = el('ul');
    list.append(...points.map(point => el('li', point)));
    parts.splice(1, 0, list);
  }
  byId('confirm-text').replaceChildren(...parts);
  setText(byId('confirm-yes'), yes);
  byId('confirm-yes').className = harmless ? 'primary' : 'danger';
  setText(dialog.querySelector('[value=no]'), no);
  return answered(dialog).then(answer => answer === 'yes');
}

/** Shows a dialog and waits for it to close. Escape answers with nothing. */
export function answered(dialog) {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(done => dialog.addEventListener('close', () => done(dialog.returnValue), { once: true }));
}
