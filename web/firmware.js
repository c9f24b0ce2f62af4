// A new firmware, for cameras that take one through their page.
import { Refusal, Unreachable, request } from './api.js';
import { say } from './dom.js';
import { cameraIsBack } from './restart.js';
import { bytes, percent, t } from './words.js';

const BACK_WITHIN_MS = 150 * 1000; // two tries of the new version, and the old one's start
const TRIAL_MS = 130 * 1000; // so long the camera may still go back to the old version by itself

const card = document.querySelector('.card.firmware');
const current = card.querySelector('.current');
const file = card.querySelector('[type=file]');
const form = card.querySelector('form');
const going = card.querySelector('.going');
const progress = going.querySelector('progress');
const share = going.querySelector('span');
const outcome = card.querySelector('.outcome');

let trial = ''; // the version that was sent and has not run for long enough yet
let isBusy = false;
let isFetching = false; // the camera, from an address

function keepPage(event) {
  event.preventDefault(); // the browser asks whether to leave
}

function showProgress(part) {
  progress.value = part;
  say(share, percent(Math.floor(part * 100)));
}

function problemIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

// fetch() tells nothing of how much was sent.
function send(image) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', '/api/v1/firmware');
    sending.setRequestHeader('Content-Type', 'application/octet-stream');
    sending.upload.addEventListener('progress', ({ loaded, total }) =>
      showProgress(total ? loaded / total : 0),
    );
    sending.addEventListener('load', () => {
      const answer = problemIn(sending.responseText);
      if (sending.status === 200) resolve(answer);
      else reject(new Refusal({ status: sending.status, headers: new Headers() }, answer));
    });
    sending.addEventListener('error', () => reject(new Unreachable()));
    sending.send(image);
  });
}

// A new version may fail at once, or after it answered: the camera goes back, and the reader is told.
function watchTrial(status) {
  if (!trial) return;
  if (status.version !== trial) {
    say(outcome, t('firmware.wentBack', { version: status.version }));
    trial = '';
    return;
  }
  say(outcome, t('firmware.runs', { version: trial }));
  if (status.uptime_ms > TRIAL_MS) trial = '';
}

function tellWhatRuns(status, sent) {
  trial = sent;
  if (status) watchTrial(status);
  else say(outcome, t('firmware.notBack')); // the next status tells more
}

async function update(image) {
  say(outcome, t('firmware.sending'));
  const { version: sent } = await send(image);
  const sent_ms = Date.now();
  going.hidden = true;
  window.removeEventListener('beforeunload', keepPage);
  say(outcome, t('firmware.starting', { version: sent }));
  tellWhatRuns(await cameraIsBack(sent_ms, BACK_WITHIN_MS), sent);
}

async function begin() {
  const [image] = file.files;
  file.value = ''; // the same file may be chosen again
  if (isBusy || !image) return;
  isBusy = true;
  trial = '';
  file.disabled = true;
  going.hidden = false;
  showProgress(0);
  window.addEventListener('beforeunload', keepPage);
  try {
    await update(image);
  } catch (err) {
    say(outcome, err instanceof Unreachable ? t('firmware.brokeOff') : err.message);
  }
  window.removeEventListener('beforeunload', keepPage);
  going.hidden = true;
  file.disabled = false;
  isBusy = false;
}

async function askToFetch(event) {
  event.preventDefault();
  const url = form.elements[0].value;
  try {
    await request('POST', '/api/v1/firmware', { body: { url } });
    trial = '';
    isFetching = true;
  } catch (err) {
    say(outcome, err.message);
  }
}

// What came from an address is on trial like what came from a file.
function showFetch({ state, bytes: size, version, reason }) {
  if (state === 'failed' && isFetching) say(outcome, reason);
  isFetching = state === 'runs' || state === 'done';
  if (!isFetching) return;
  trial = version || '';
  say(outcome, t('firmware.fetched', { size: bytes(size) }));
}

file.addEventListener('change', begin);
form.addEventListener('submit', askToFetch);

export function showFirmware(status) {
  card.hidden = !status.firmware;
  if (card.hidden) return;
  const { board, fetch } = status.firmware;
  say(current, t('firmware.current', { version: status.version, board }));
  if (fetch) showFetch(fetch);
  if (!isFetching) watchTrial(status);
}
