// The machine: what it is, its log, backup, restart and reset.
import { request, requestJson } from './api.js';
import { ask, make, say, toast } from './dom.js';
import { loadSettings } from './settings.js';
import { text } from './strings.js';

const LOG_CHARACTERS_MAX = 65536;

const section = document.querySelector('.system');
const facts = section.querySelector('dl');
const logDetails = section.querySelector('[data-part=log]');
const log = logDetails.querySelector('pre');
const backup = section.querySelector('[data-part=backup]');
const file = backup.querySelector('input');
const outcome = backup.querySelector('.outcome');
const problem = section.querySelector(':scope > .problem');

let logNext = 0; // where the camera's log goes on
let readingLog = false;
let onReset = () => {};

function factsOf({
  version,
  platform,
  uptime_ms,
  camera,
  network,
  memory,
  storage,
  temperature_c,
}) {
  return [
    [text.factVersion, `${version}, ${platform}`],
    [text.factUptime, text.duration(uptime_ms)],
    [text.factCamera, [camera.model, camera.path].filter(Boolean).join(', ')],
    [text.factSize, camera.frame ? text.pixels(camera.frame.width, camera.frame.height) : ''],
    [text.factViewers, String(camera.viewers)],
    [text.factName, network.hostname],
    [text.factAddress, [network.ipv4, network.ipv6].filter(Boolean).join(', ')],
    [text.factMac, network.mac],
    [text.factWifi, network.wifi ? text.wifi(network.ssid || '', network.rssi_dbm) : ''],
    [text.factMemory, text.memory(memory.used_bytes, memory.free_bytes)],
    [text.factStorage, storage ? text.storage(storage.free_bytes, storage.total_bytes) : ''],
    [text.factTemperature, temperature_c === undefined ? '' : text.temperature(temperature_c)],
  ].filter(([, value]) => value);
}

function showFacts(status) {
  const rows = factsOf(status);
  if (facts.childElementCount !== rows.length)
    facts.replaceChildren(...rows.map(() => make('div', {}, make('dt'), make('dd'))));
  rows.forEach(([name, value], i) => {
    say(facts.children[i].firstElementChild, name);
    say(facts.children[i].lastElementChild, value);
  });
}

async function readLog() {
  if (readingLog || !logDetails.open) return;
  readingLog = true;
  try {
    const response = await request('GET', `/api/v1/log?since=${logNext}`);
    const next = Number(response.headers.get('X-Log-Next'));
    const words = await response.text();
    const wasAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    if (words) log.append(words);
    log.normalize();
    if (log.textContent.length > LOG_CHARACTERS_MAX)
      log.textContent = log.textContent.slice(-LOG_CHARACTERS_MAX / 2);
    if (wasAtEnd) log.scrollTop = log.scrollHeight;
    logNext = next < logNext ? 0 : next; // the camera was restarted: from its beginning
    log.dataset.empty = log.textContent ? '' : text.logEmpty;
  } catch (err) {
    log.dataset.empty = err.message;
  }
  readingLog = false;
}

async function carryOut(action, done) {
  problem.textContent = '';
  try {
    await action();
    toast(done);
    return true;
  } catch (err) {
    problem.textContent = err.message;
    return false;
  }
}

async function restart() {
  if ((await ask(text.restartQuestion, [['yes', text.restart]])) !== 'yes') return;
  carryOut(() => request('POST', '/api/v1/reboot'), text.restarting);
}

async function reset() {
  const what = await ask(text.resetQuestion, [
    ['settings', text.resetSettings],
    ['everything', text.resetEverything],
  ]);
  if (!what) return;
  const body = { everything: what === 'everything' };
  if (!(await carryOut(() => request('POST', '/api/v1/settings/reset', { body }), text.resetDone)))
    return;
  onReset();
}

async function readBackup() {
  try {
    const content = JSON.parse(await file.files[0].text());
    return content && typeof content.settings === 'object' ? content : null;
  } catch {
    return null; // not JSON
  }
}

async function restore() {
  const content = await readBackup();
  file.value = ''; // the same file may be chosen again
  if (!content) {
    outcome.textContent = text.backupUnreadable;
    return;
  }
  try {
    const { skipped } = await requestJson('PUT', '/api/v1/settings/backup', { body: content });
    outcome.textContent = skipped.length ? text.backupSkipped(skipped) : text.backupRestored;
    await loadSettings();
  } catch (err) {
    outcome.textContent = err.message;
  }
}

logDetails.addEventListener('toggle', readLog);
file.addEventListener('change', restore);
section.querySelector('[data-part=restart]').addEventListener('click', restart);
section.querySelector('[data-part=reset]').addEventListener('click', reset);

export function showSystem(status) {
  showFacts(status);
  readLog();
}

// `handler` is called after a reset; set-up may be needed again.
export function whenReset(handler) {
  onReset = handler;
}
