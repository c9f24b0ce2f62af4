// Elements, built and found. Text goes in as text, never as HTML.
import { t, tIfAny } from './words.js';

const TOAST_MS = 5000;

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

// One of the icons that index.html defines as <symbol id="icon-NAME">.
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  svg.append(use);
  return svg;
}

// Screen readers and selections stay undisturbed while nothing changes.
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// data-text="section.key" is an element's text; data-label="section.key" its name and tooltip, for
// buttons that show only an icon. What has no words yet stays empty.
export function fillTexts(root) {
  for (const element of root.querySelectorAll('[data-text]'))
    say(element, tIfAny(element.dataset.text));
  for (const element of root.querySelectorAll('[data-label]')) {
    element.title = tIfAny(element.dataset.label);
    element.setAttribute('aria-label', element.title);
  }
}

// `box`, ticked, shows what is typed into a password's `input`.
export function revealBy(box, input) {
  box.addEventListener('change', () => {
    input.type = box.checked ? 'text' : 'password';
  });
}

const announcer = document.getElementById('announcer');

// For screen readers alone: what others see by looking. Each is heard, the same words twice too.
export function announce(words) {
  const line = make('p', {}, words);
  announcer.append(line);
  setTimeout(() => line.remove(), TOAST_MS);
}

const toastBox = document.getElementById('toast');
let toastTimer = 0;

function hideToast() {
  toastBox.replaceChildren();
}

// Not under the finger of whoever is about to press its button.
function hideToastLater() {
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    if (toastBox.contains(document.activeElement)) hideToastLater();
    else hideToast();
  }, TOAST_MS);
}

// A short word at the page's edge on what was done; it goes away by itself. `action` is a button in
// it: {words, run}.
export function toast(words, action) {
  toastBox.replaceChildren(make('span', {}, words));
  if (action) {
    const button = make('button', { type: 'button', className: 'plain' }, action.words);
    button.addEventListener('click', () => {
      hideToast();
      action.run();
    });
    toastBox.append(button);
  }
  hideToastLater();
}

// Asks in a dialog. `answers` are [value, words]; resolves to the chosen value, '' when cancelled.
// With `typed`, a word that has to be typed before the answers can be given.
export function ask(question, answers, typed = '') {
  const dialog = document.getElementById('question');
  const words = dialog.querySelector('p');
  const input = dialog.querySelector('input');
  const label = dialog.querySelector('label');
  const buttons = answers.map(([value, answer]) =>
    make('button', { value, className: 'danger', disabled: typed !== '' }, answer),
  );
  words.textContent = question;
  label.hidden = typed === '';
  label.firstElementChild.textContent = typed && t('common.typeToConfirm', { word: typed });
  input.value = '';
  input.oninput = () => {
    const isRight = input.value.trim().toLowerCase() === typed.toLowerCase();
    for (const button of buttons) button.disabled = !isRight;
  };
  dialog
    .querySelector('.row')
    .replaceChildren(
      ...buttons,
      make('button', { value: '', type: 'button', autofocus: true }, t('common.cancel')),
    );
  dialog.querySelector('.row').lastElementChild.onclick = () => dialog.close('');
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}
