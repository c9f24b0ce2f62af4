// The machine: what it is, restart and reset; and the cards below it.
import { request } from './api.js';
import { showBackup } from './backup.js';
import { ask, make, say, toast } from './dom.js';
import { showFirmware } from './firmware.js';
import { showLog } from './log.js';
import { signalBars, signalWords } from './networks.js';
import { cameraIsBack } from './restart.js';
import { currentView, whenViewChanges } from './views.js';
import { bytes, celsius, dateAndTime, duration, number, t } from './words.js';

const BACK_WITHIN_MS = 90 * 1000;

const card = document.querySelector('.card.machine');
const facts = card.querySelector('dl');
const restartButton = card.querySelector('[data-part=restart]');
const resetButton = card.querySelector('[data-part=reset]');
const factoryButton = card.querySelector('[data-part=factory]');
const dump = card.querySelector('.dump');
const outcome = card.querySelector('.outcome');

let last = null; // the last status
let onReset = () => {};
let isBusy = false;
let isMissed = false; // a restart was asked for, and the camera was not seen since

function wifiParts({ ssid, rssi_dbm }) {
  const name = make('bdi', {}, ssid || t('system.wifiUnnamed'));
  if (rssi_dbm === undefined) return [name];
  const dbm = number(rssi_dbm).replace('-', '−'); // a minus, not a hyphen
  const words = t('system.signal', { signal: signalWords(rssi_dbm), dbm });
  return [name, make('span', { className: 'signal' }, signalBars(rssi_dbm), words)];
}

// The port is known only when the page was opened at the camera itself, not through a proxy.
function isAtCamera({ hostname, ipv4, ipv6 }) {
  const here = location.hostname;
  return here === ipv4 || here === `[${ipv6}]` || here.split('.')[0] === hostname.toLowerCase();
}

function ipAddressesOf({ ipv4, ipv6 }) {
  return [ipv4, ipv6].filter(Boolean);
}

function addressParts(network) {
  const port = location.port ? `:${location.port}` : '';
  return ipAddressesOf(network).map((address) => {
    const host = address.includes(':') ? `[${address}]` : address;
    return isAtCamera(network) && location.hostname !== host
      ? make('a', { href: `http://${host}${port}/` }, address)
      : make('span', {}, address);
  });
}

function timeOf(status) {
  return status.time ? dateAndTime(Date.parse(status.time)) : t('system.timeUnknown');
}

// Each [name, its words, and where elements are made of what these words depend on: how]. Without
// words this camera does not tell it.
function factsOf(status) {
  const { camera, network, memory, storage, temperature_c: degrees } = status;
  const { frame } = camera;
  const { free_bytes: free, total_bytes: total } = storage ?? {};
  const room = total && { free: bytes(free), total: bytes(total) };
  const used = { used: bytes(memory.used_bytes), free: bytes(memory.free_bytes) };
  return [
    ['version', status.version],
    ['platform', status.platform],
    ['uptime', duration(status.uptime_ms)],
    ['time', timeOf(status)],
    ['resetReason', status.reset_reason],
    ['boots', status.boots === undefined ? '' : number(status.boots)],
    ['camera', [camera.model, camera.path].filter(Boolean).join(', ')],
    ['size', frame && `${frame.width} × ${frame.height}`],
    ['viewers', number(camera.viewers)],
    ['memory', t('system.memoryUse', used)],
    ['storage', room && t('system.storageUse', room)],
    ['temperature', degrees === undefined ? '' : celsius(degrees)],
    ['name', network.hostname],
    ['network', network.reason],
    ['wifi', network.wifi && `${network.ssid} ${network.rssi_dbm}`, () => wifiParts(network)],
    ['addresses', ipAddressesOf(network).join(' '), () => addressParts(network)],
    ['mac', network.mac],
  ];
}

function makeRow([name]) {
  return make('div', { 'data-fact': name }, make('dt', {}, t(`system.${name}`)), make('dd'));
}

// What has not changed stays untouched, so that it can be selected and copied.
function showFacts(status) {
  dump.hidden = !status.core_dump_bytes;
  const rows = factsOf(status);
  if (!facts.childElementCount) facts.append(...rows.map(makeRow));
  rows.forEach(([, value, makeParts], i) => {
    const row = facts.children[i];
    const place = row.lastElementChild;
    row.hidden = !value;
    if (!makeParts) say(place, value || '');
    else if (value && place.dataset.of !== value) {
      place.dataset.of = value;
      place.replaceChildren(...makeParts());
    }
  });
}

// Not by `disabled`, which would take the focus away.
function showBusy(on) {
  isBusy = on;
  for (const button of [restartButton, resetButton, factoryButton])
    button.setAttribute('aria-disabled', String(on));
}

// One at a time; what goes wrong is told in the card.
async function carryOut(action) {
  if (isBusy) return;
  showBusy(true);
  say(outcome, '');
  try {
    await action();
  } catch (err) {
    say(outcome, err.message);
  }
  showBusy(false);
}

async function restart() {
  const asked_ms = Date.now();
  await request('POST', '/api/v1/reboot');
  say(outcome, t('system.restarting'));
  const status = await cameraIsBack(asked_ms, BACK_WITHIN_MS);
  isMissed = !status;
  say(outcome, t(status ? 'system.restarted' : 'system.notBack'));
}

async function reset(everything) {
  await request('POST', '/api/v1/settings/reset', { body: { everything } });
  toast(t(everything ? 'system.factoryDone' : 'system.resetDone'));
  onReset();
}

async function askRestart() {
  const answer = await ask(t('system.restartQuestion'), [['yes', t('system.restart')]]);
  if (answer) await carryOut(restart);
}

async function askReset() {
  const answer = await ask(t('system.resetQuestion'), [['yes', t('system.reset')]]);
  if (answer) await carryOut(() => reset(false));
}

async function askFactory() {
  const word = t('system.factoryWord');
  const answer = await ask(t('system.factoryQuestion'), [['yes', t('system.factory')]], word);
  if (answer) await carryOut(() => reset(true));
}

function show() {
  if (!last) return;
  const isShown = currentView() === 'system';
  showLog(last, isShown);
  showFirmware(last);
  showBackup(last);
  if (isShown) showFacts(last);
}

restartButton.addEventListener('click', askRestart);
resetButton.addEventListener('click', askReset);
factoryButton.addEventListener('click', askFactory);
whenViewChanges(show);

export function showSystem(status) {
  last = status;
  if (isMissed) say(outcome, t('system.restarted'));
  isMissed = false;
  show();
}

// `handler` is called after a reset; set-up may be needed again.
export function whenReset(handler) {
  onReset = handler;
}
