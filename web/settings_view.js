// All settings of this camera in groups, with a filter and the ways back. A change acts at once.
import { Refusal, Unreachable } from './api.js';
import { ask, make, say, toast } from './dom.js';
import { choiceWords, choicesOf, hintOf, labelOf, makeField } from './field.js';
import { forgetBefore, hurry, keepBefore } from './preview.js';
import { refusalOf } from './refusal.js';
import {
  asOpened,
  change,
  differing,
  endDrag,
  hasWayBack,
  isPending,
  offers,
  schema,
  undo,
  undoable,
  value as valueNow,
  whenSettingsChange,
} from './settings.js';
import { currentView } from './views.js';
import { t, tIfAny } from './words.js';

// In a person's order. What else the schema has goes to the end of the group that it names there.
const GROUPS = {
  picture: ['resolution', 'quality', 'brightness', 'contrast', 'saturation', 'sharpness'],
  orientation: ['rotation', 'hmirror', 'vflip'],
  exposure: [
    'exposure_auto',
    'exposure',
    'ae_level',
    'agc',
    'gain',
    'gain_ceiling',
    'aec2',
    'dark_room',
  ],
  colours: ['awb', 'awb_gain', 'wb_mode', 'effect'],
  sensor: ['lens_correction', 'bpc', 'wpc', 'raw_gamma', 'dcw', 'xclk_mhz', 'test_pattern'],
  light: [],
  connect: [],
  stream: [],
  timelapse: [],
  network: [],
  system: [],
};
// A setting that means nothing while another one is on, or off.
const MANUAL = {
  'camera.exposure': 'camera.exposure_auto',
  'camera.gain': 'camera.agc',
};
const AUTOMATIC = { 'camera.gain_ceiling': 'camera.agc' };
const DEFAULT_GROUPS = ['camera', 'light', 'stream', 'timelapse'];
const SETTLE_MS = 1000; // after a slider's last move

const view = document.querySelector('.view.settings');
const container = view.querySelector('[data-part=groups]');
const filterInput = view.querySelector('[data-part=filter]');
const foundWords = view.querySelector('[data-part=found]');
const clearButton = view.querySelector('[data-part=clear]');
const undoButton = view.querySelector('[data-part=undo]');
const undoWords = undoButton.querySelector('span');
const openedButton = view.querySelector('[data-part=opened]');
const defaultsButton = view.querySelector('[data-part=defaults]');

const fields = new Map(); // by key: {field, made, words}
const groups = new Map(); // by name: {element, summary, words}
const open = new Set(['picture']); // names of the groups that somebody wants to see

let settleTimer = 0;
let isSliding = false;
let isHurrying = false;
let wanted = ''; // the setting that is to be edited once it is there
let builtFor; // the first row of the schema as it was read then

// Groups and their fields

function groupOf(row) {
  const [, name] = row.key.split('.');
  const own = Object.keys(GROUPS).find((group) => GROUPS[group].includes(name));
  if (row.group === 'camera') return own || 'picture';
  return row.group;
}

function groupWords(name) {
  return tIfAny(`groups.${name}`) || name;
}

function plain(words) {
  return words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function wordsOf(row) {
  const choices = choicesOf(row).map((choice) => choiceWords(row, choice));
  const parts = [labelOf(row), row.key, groupWords(groupOf(row)), hintOf(row), ...choices];
  return plain(parts.join(' '));
}

function rank(row) {
  const [, name] = row.key.split('.');
  const place = (GROUPS[groupOf(row)] || []).indexOf(name);
  return place < 0 ? Infinity : place;
}

function membersOf(name) {
  return schema()
    .filter((row) => groupOf(row) === name)
    .sort((a, b) => rank(a) - rank(b) || 0);
}

// Gives the parent these children, and moves none that is there already: that would take the focus.
function arrange(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children)
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
}

function fieldOf(row) {
  const made = JSON.stringify(row);
  const known = fields.get(row.key);
  const isInUse = known?.field.element.contains(document.activeElement);
  if (known && (known.made === made || isInUse)) return known.field;
  const field = makeField(row, (value, options) => save(field, value, options));
  fields.set(row.key, { field, made, words: wordsOf(row) });
  return field;
}

function makeGroup(name) {
  const summary = make('summary', {}, make('h3', {}, groupWords(name)));
  const element = make(
    'details',
    { className: 'card', open: isFiltering() || open.has(name) },
    summary,
  );
  element.addEventListener('toggle', () => {
    if (isFiltering()) return; // that opened it
    if (element.open) open.add(name);
    else open.delete(name);
  });
  groups.set(name, { element, summary });
}

function build() {
  const rows = schema();
  [builtFor] = rows;
  for (const key of fields.keys()) if (!offers(key)) fields.delete(key);
  const names = [...Object.keys(GROUPS), ...rows.map(groupOf)];
  const used = [...new Set(names)].filter((name) => membersOf(name).length);
  for (const name of used) {
    if (!groups.has(name)) makeGroup(name);
    const { element, summary } = groups.get(name);
    arrange(element, [summary, ...membersOf(name).map((row) => fieldOf(row).element)]);
  }
  arrange(
    container,
    used.map((name) => groups.get(name).element),
  );
}

// What is shown

function isMeaningless(key) {
  return valueNow(MANUAL[key]) === true || valueNow(AUTOMATIC[key]) === false;
}

function isFound({ words }, wanted) {
  return wanted.every((word) => words.includes(word));
}

function isFiltering() {
  return filterInput.value.trim() !== '';
}

function showFound() {
  const wanted = plain(filterInput.value).split(/\s+/).filter(Boolean);
  let n = 0;
  for (const [key, entry] of fields) {
    const isShown = !isMeaningless(key) && isFound(entry, wanted);
    entry.field.element.hidden = !isShown;
    if (isShown) n++;
  }
  for (const { element } of groups.values())
    element.hidden = !element.querySelector('.field:not([hidden])');
  const words = n ? t('settings.found', { n }) : t('settings.foundNone');
  say(foundWords, isFiltering() ? words : '');
  clearButton.hidden = !isFiltering();
}

function filter() {
  showFound();
  for (const [name, { element }] of groups) element.open = isFiltering() || open.has(name);
}

function clearFilter() {
  filterInput.value = '';
  filter();
  filterInput.focus();
}

// Disabled buttons would lose the focus of whoever has just pressed them.
function enable(button, on) {
  button.setAttribute('aria-disabled', String(!on));
}

function isEnabled(button) {
  return button.getAttribute('aria-disabled') !== 'true';
}

function nameOf(keys) {
  if (keys.length !== 1) return t('settings.several', { n: keys.length });
  return labelOf(schema().find((row) => row.key === keys[0]));
}

function showWaysBack() {
  const last = undoable();
  const others = differing();
  say(undoWords, last.length ? t('settings.undoOf', { label: nameOf(last) }) : t('settings.undo'));
  enable(undoButton, last.length > 0);
  say(
    openedButton,
    others.length ? t('settings.asOpenedCount', { n: others.length }) : t('settings.asOpened'),
  );
  enable(openedButton, others.length > 0);
  if (!others.some(isOfPicture) && !isAnyPending() && !isSliding) forgetBefore();
}

function isAnyPending() {
  return [...fields.keys()].some(isPending);
}

function show() {
  filterInput.placeholder = t('settings.filter');
  if (builtFor !== schema()[0]) build();
  for (const [key, { field }] of fields) if (!isPending(key)) field.show(valueNow(key));
  showFound();
  showWaysBack();
  editWanted();
}

// Changes

function isOfPicture(key) {
  return key.startsWith('camera.');
}

function keepPicture(keys) {
  if (keys.some(isOfPicture) && !differing().some(isOfPicture) && !isAnyPending()) keepBefore();
}

// Pictures come fast while a slider moves, and a little longer. What it did is told once, at the end.
async function settle(field, isHeld, taken) {
  isHurrying = false;
  hurry(false);
  if (isHeld) return;
  isSliding = false;
  endDrag();
  const entry = await taken.catch(() => null);
  if (entry) offerUndo(t('settings.saved', { label: field.label }), entry);
}

function followDrag(field, isHeld, taken) {
  isSliding = true;
  if (!isHurrying) hurry(true);
  isHurrying = true;
  clearTimeout(settleTimer);
  settleTimer = setTimeout(() => settle(field, isHeld, taken), SETTLE_MS);
}

async function goBack(entry) {
  try {
    const keys = await undo(entry);
    if (keys.length) toast(t('settings.undone', { label: nameOf(keys) }));
  } catch (error) {
    toast(wordsOfFailure(error));
  }
}

function wordsOfFailure(error) {
  if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
  return error.message;
}

function offerUndo(words, entry) {
  toast(words, entry && { words: t('settings.undo'), run: () => goBack(entry) });
}

function explain(changes, error) {
  const isGuilty = (row) => error.errors?.some((problem) => problem.key === row.key);
  const [first] = Object.keys(changes);
  const rows = schema().filter((row) => row.key in changes);
  const row = rows.find(isGuilty) || rows.find(({ key }) => key === first);
  return refusalOf(row, changes[row.key], error);
}

// Without a password, a camera that is no longer open asks everybody to choose one.
async function mayClose() {
  if (valueNow('system.password').set) return true;
  const answer = await ask(t('settings.closeQuestion'), [['yes', t('settings.close')]]);
  return answer === 'yes';
}

async function save(field, value, { drag = false, isHeld = false, also = {} } = {}) {
  const { key, type } = field.row;
  if (key === 'system.open' && !value && !(await mayClose())) {
    field.show(valueNow(key));
    return false;
  }
  const changes = { [key]: value, ...also };
  if (key === 'system.password') changes['system.open'] = false;
  keepPicture([key]);
  const taken = change(changes, { drag });
  if (drag) followDrag(field, isHeld, taken);
  let entry;
  try {
    entry = await taken;
  } catch (error) {
    wordsOfFailure(error);
    const isTyped = !drag && value !== null && error instanceof Refusal;
    field.refuse(explain(changes, error), valueNow(key), { isTyped: isTyped || type === 'text' });
    return false;
  }
  field.complain('');
  if (!isPending(key)) field.show(valueNow(key));
  if (!drag && (entry || !hasWayBack(key)))
    offerUndo(t('settings.saved', { label: field.label }), entry);
  return true;
}

async function putBack(what, words) {
  try {
    offerUndo(words, await what());
  } catch (error) {
    toast(wordsOfFailure(error));
  }
}

async function allToDefault() {
  const question = t('settings.defaultsQuestion');
  if ((await ask(question, [['yes', t('settings.defaults')]])) !== 'yes') return;
  const keys = schema()
    .filter((row) => DEFAULT_GROUPS.includes(row.group) || row.key === 'connect.interval_s')
    .map((row) => row.key);
  keepPicture(keys);
  await putBack(
    () => change(Object.fromEntries(keys.map((key) => [key, null]))),
    t('settings.defaultsDone'),
  );
}

function editWanted() {
  const entry = fields.get(wanted);
  if (!entry || currentView() !== 'settings') return; // the next show() tries again
  wanted = '';
  filterInput.value = '';
  open.add(groupOf(entry.field.row));
  filter();
  entry.field.edit();
}

// Shows the setting, whatever is shown now, and puts the focus there, as soon as it is loaded.
export function editSetting(key) {
  wanted = key;
  if (currentView() === 'settings') editWanted();
  else location.hash = '#settings'; // views.js moves the focus first
}

filterInput.addEventListener('input', filter);
filterInput.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') clearFilter();
});
clearButton.addEventListener('click', clearFilter);
undoButton.addEventListener('click', () => {
  if (isEnabled(undoButton)) goBack();
});
openedButton.addEventListener('click', () => {
  if (isEnabled(openedButton)) putBack(asOpened, t('settings.asOpenedDone'));
});
defaultsButton.addEventListener('click', allToDefault);
whenSettingsChange(show);
window.addEventListener('hashchange', editWanted); // after views.js, which moves the focus
