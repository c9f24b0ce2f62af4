// Elements, built and found. Text goes in as text, never as HTML.
import { text } from './strings.js';

// make('button', {type: 'button', 'aria-pressed': 'false'}, 'Words', otherElement)
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Screen readers and selections stay undisturbed while nothing changes.
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function fillTexts(root) {
  for (const element of root.querySelectorAll('[data-text]'))
    element.textContent = text[element.dataset.text];
}

let toastTimer = 0;

// A short word at the page's edge on what was done; it goes away by itself.
export function toast(words) {
  const element = document.getElementById('toast');
  element.textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    element.textContent = '';
  }, 4000);
}

// Asks in a dialog. `answers` are [value, words]; resolves to the chosen value, '' when cancelled.
export function ask(question, answers) {
  const dialog = document.getElementById('question');
  dialog.querySelector('p').textContent = question;
  dialog
    .querySelector('.row')
    .replaceChildren(
      ...answers.map(([value, words]) => make('button', { value, className: 'danger' }, words)),
      make('button', { value: '', autofocus: true }, text.cancel),
    );
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}
