// All settings of this camera, in groups. A change goes to the camera at once.
import { changeSettings, getSchema, getSettings } from './api.js';
import { ask, make, toast } from './dom.js';
import { makeField } from './field.js';
import { text } from './strings.js';

const GROUPS = ['connect', 'camera', 'light', 'stream', 'timelapse', 'network', 'system'];
const ELSEWHERE = ['light.level']; // has its slider beside the light's switch
// A setting that means nothing while another one is on.
const MANUAL = {
  'camera.exposure': 'camera.exposure_auto',
  'camera.gain': 'camera.agc',
};
const AUTOMATIC = { 'camera.gain_ceiling': 'camera.agc' };

const container = document.querySelector('.settings [data-part=groups]');
const fields = new Map(); // by key
let schemaText = ''; // what the fields were made from
let values = {};
let changes = Promise.resolve(); // one after another, in the order they were made
let access = { before() {}, after() {} };

function showAll(skipped) {
  for (const [key, field] of fields) {
    if (key !== skipped) field.show(values[key]);
    const off = values[MANUAL[key]] === true || values[AUTOMATIC[key]] === false;
    field.element.hidden = off;
  }
}

function focusedKey() {
  const element = document.activeElement?.closest('.field');
  for (const [key, field] of fields) if (field.element === element) return key;
  return undefined;
}

// What a change of this one means for others too.
async function bodyOf(key, value) {
  if (key === 'system.password') return { [key]: value, 'system.open': false };
  const closes = key === 'system.open' && !value && !values['system.password']?.set;
  if (closes && (await ask(text.openOffQuestion, [['yes', text.openOff]])) !== 'yes') return null;
  return { [key]: value };
}

async function change(field, value) {
  const { key } = field.row;
  const body = await bodyOf(key, value);
  if (!body) {
    field.show(values[key]);
    return false;
  }
  const isAccess = key === 'system.password' || key === 'system.open';
  let needsLogin = false;
  field.element.setAttribute('aria-busy', 'true');
  if (isAccess) access.before();
  try {
    values = await changeSettings(body);
    needsLogin = isAccess && !values['system.open'] && values['system.password'].set;
  } catch (err) {
    const own = err.errors?.find((problem) => problem.key === key);
    if (field.row.type === 'boolean' || field.row.type === 'choice') {
      field.complain('');
      field.show(values[key]); // a switch or a list shows what is
    }
    field.complain(own ? own.detail : err.message);
    return false;
  } finally {
    field.element.removeAttribute('aria-busy');
    if (isAccess) access.after(needsLogin);
  }
  field.complain('');
  showAll();
  toast(text.saved(field.label));
  return true;
}

function save(field, value) {
  const done = changes.then(() => change(field, value));
  changes = done;
  return done;
}

function build(schema) {
  const wasOpen = [...container.querySelectorAll('details[open]')].map(
    (group) => group.dataset.group,
  );
  fields.clear();
  const groups = new Map(GROUPS.map((name) => [name, []]));
  for (const row of schema) {
    if (ELSEWHERE.includes(row.key)) continue;
    const field = makeField(row, (value) => save(field, value));
    fields.set(row.key, field);
    if (!groups.has(row.group)) groups.set(row.group, []);
    groups.get(row.group).push(field.element);
  }
  const elements = [...groups]
    .filter(([, members]) => members.length)
    .map(([name, members]) =>
      make(
        'details',
        { open: wasOpen.includes(name), 'data-group': name },
        make('summary', {}, text.groups[name] || name),
        ...members,
      ),
    );
  container.replaceChildren(...elements);
}

// Reads schema and settings again. What somebody is typing stays.
export async function loadSettings() {
  const schema = await getSchema();
  values = await getSettings();
  const newText = JSON.stringify(schema);
  const typing = focusedKey();
  if (newText !== schemaText && typing === undefined) {
    schemaText = newText;
    build(schema);
  }
  showAll(typing);
}

// Opens the setting's group and puts the focus there.
export function editSetting(key) {
  const field = fields.get(key);
  if (!field) return;
  field.element.closest('details').open = true;
  field.edit();
}

// Around each change of the way in: before() is the last call in which no login is asked for, and
// after(needsLogin) tells whether the next request asks for one.
export function whenAccessChanges(handlers) {
  access = handlers;
}
