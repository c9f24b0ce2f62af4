// The settings as a file, to keep and to restore.
import { Refusal, getSettings, requestBlob, requestJson } from './api.js';
import { ask, make, say } from './dom.js';
import { labelOf } from './field.js';
import { datedName, saveFile } from './files.js';
import { refusalOf } from './refusal.js';
import { loadSettings, schema } from './settings.js';
import { t, tIfAny } from './words.js';

const FILE_BYTES_MAX = 32 * 1024; // the camera takes no larger body
const FINGERPRINT = 'connect.fingerprint';
const NAME = /^[a-z]+\.[a-z0-9_]+$/; // of a setting

const card = document.querySelector('.card.backup');
const saveButton = card.querySelector('[data-part=save]');
const file = card.querySelector('[type=file]');
const outcome = card.querySelector('.outcome');
const list = card.querySelector('ul');

let name = 'camera';

function tell(words, items = []) {
  say(outcome, words);
  list.replaceChildren(...items.map((item) => make('li', {}, item)));
  list.hidden = items.length === 0;
}

async function save() {
  tell('');
  try {
    const { blob } = await requestBlob('GET', '/api/v1/settings/backup');
    saveFile(`${datedName(`${name}-settings`)}.json`, blob);
  } catch (err) {
    tell(err.message);
  }
}

// null: it is no backup.
async function readBackup(chosen) {
  if (chosen.size > FILE_BYTES_MAX) return null;
  try {
    const content = JSON.parse(await chosen.text());
    const { settings } = content;
    return settings && typeof settings === 'object' && !Array.isArray(settings) ? content : null;
  } catch {
    return null; // not JSON, or no longer readable
  }
}

// What to do with a backup: 'settings', 'identity' (its place in Connect too), '' nothing.
async function askWhat(settings) {
  const own = await getSettings();
  const isOther = settings[FINGERPRINT] && settings[FINGERPRINT] !== own[FINGERPRINT];
  if (!isOther) return ask(t('backup.question'), [['settings', t('backup.restore')]]);
  return ask(t('backup.identityQuestion'), [
    ['settings', t('backup.settingsOnly')],
    ['identity', t('backup.withIdentity')],
  ]);
}

function tellRestored(skipped) {
  const missing = skipped.filter((key) => key !== FINGERPRINT); // that one was asked about
  const names = missing.map((key) => (NAME.test(key) && tIfAny(`labels.${key}`)) || key);
  tell(t(missing.length ? 'backup.skipped' : 'backup.restored'), names);
}

function tellRefused(err, settings) {
  const errors = err instanceof Refusal ? err.errors : [];
  const lines = errors.map(({ key, detail }) => {
    const row = schema().find((other) => other.key === key);
    const setting = row ? labelOf(row) : key;
    const problem = row ? refusalOf(row, settings[key], err) : detail;
    return t('backup.refusedValue', { setting, problem });
  });
  tell(lines.length ? t('backup.refused') : err.message, lines);
}

async function restore() {
  const content = await readBackup(file.files[0]);
  file.value = ''; // the same file may be chosen again
  tell('');
  if (!content) {
    tell(t('backup.unreadable'));
    return;
  }
  const { settings } = content;
  try {
    const what = await askWhat(settings);
    if (!what) return;
    const body = { ...content, settings, identity: what === 'identity' };
    const { skipped } = await requestJson('PUT', '/api/v1/settings/backup', { body });
    tellRestored(skipped);
    await loadSettings();
  } catch (err) {
    tellRefused(err, settings);
  }
}

saveButton.addEventListener('click', save);
file.addEventListener('change', restore);

export function showBackup(status) {
  name = status.network.hostname;
}
