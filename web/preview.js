// The picture: the newest one, live video, one that was just taken, or how it was before the
// settings were changed; and why there is none.
import { Refusal, Unreachable, problemOf, request } from './api.js';
import { announce, say } from './dom.js';
import { value } from './settings.js';
import { ago, bytes, number, t, time } from './words.js';

const PICTURE_EVERY_MS = 500; // at most; on a slow link the next one waits for the last
const HURRY_MS = 100;
const OLDEST_MS = 60 * 60 * 1000; // the most that max_age_ms takes

const section = document.querySelector('.preview');
const figure = section.querySelector('figure');
const image = section.querySelector('img');
const badge = section.querySelector('.badge');
const reason = section.querySelector('.reason');
const facts = section.querySelector('.facts');
const part = (name) => section.querySelector(`[data-part=${name}]`);
const liveButton = part('live');
const captureButton = part('capture');
const fullButton = part('full');
const leaveButton = figure.querySelector('.leave');
const compareButton = part('compare');
const download = part('download');

let camera = null; // of the last status
let reachable = true;
let isLive = false;
let liveUrl = '';
let problem = ''; // of live video or of taking a picture
let picture = null; // what was fetched last: {url, blob, id, taken_ms}
let olderUrl = ''; // a download of it may just have begun
let held = null; // a picture that a person took, and looks at
let before = null; // as it was before the settings were changed
let isComparing = false;
let isTaking = false;
let announced = ''; // the camera's state that screen readers were told last
let pace_ms = PICTURE_EVERY_MS;
let timer = 0;
let isFetching = false;

function works() {
  return reachable && camera?.state === 'ready';
}

// A tab in the background and a picture that this view does not show need no new pictures.
function isSeen() {
  return !document.hidden && figure.offsetParent !== null;
}

function shown() {
  if (isComparing && before) return before;
  return held || picture;
}

function shownUrl() {
  const isStill = isComparing || held;
  if (isLive && !isStill && works() && isSeen()) return liveUrl;
  return shown()?.url || '';
}

function drawImage() {
  const url = shownUrl();
  if (url) {
    if (image.getAttribute('src') !== url) image.src = url;
  } else {
    image.removeAttribute('src');
  }
  figure.classList.toggle('empty', !url);
  figure.classList.toggle('stale', !works() && !isComparing);
}

// {words, own}: in the reader's language, and what the camera says of it.
function whyNot() {
  if (problem) return { words: problem, own: '' };
  if (!camera || !reachable || works()) return { words: '', own: '' };
  return { words: t(`picture.${camera.state}`), own: camera.reason || '' };
}

function drawReason() {
  const { words, own } = whyNot();
  say(reason.firstElementChild, words);
  say(reason.lastElementChild, own);
  reason.hidden = !words;
}

function drawBadge() {
  let words = '';
  if (isComparing) words = t('picture.before');
  else if (held) words = t('picture.held', { time: time(held.taken_ms) });
  else if (isLive && works()) words = t('picture.isLive');
  say(badge, words);
  badge.hidden = !words;
  badge.classList.toggle('on-air', isLive && !held && !isComparing);
}

function sizeWords() {
  const frame = camera?.frame;
  const width = image.naturalWidth || frame?.width;
  const height = image.naturalHeight || frame?.height;
  return width
    ? `${number(width, { useGrouping: false })} × ${number(height, { useGrouping: false })}`
    : '';
}

function factWords() {
  const still = shown();
  if (isLive && works() && !held) return sizeWords();
  if (!still) return works() ? t('picture.wait') : '';
  return [ago(Date.now() - still.taken_ms), sizeWords(), bytes(still.blob.size)].join(' · ');
}

function drawButtons() {
  liveButton.setAttribute('aria-pressed', String(isLive));
  liveButton.disabled = !works() && !isLive;
  captureButton.disabled = isTaking || (!works() && !held);
  say(captureButton.lastElementChild, t(held ? 'picture.goOn' : 'picture.capture'));
  compareButton.hidden = !before;
  compareButton.setAttribute('aria-pressed', String(isComparing));
  fullButton.hidden = !shown();
  download.hidden = !shown();
  if (!shown()) return;
  download.href = shown().url;
  const date = new Date(shown().taken_ms).toISOString().slice(0, 19).replaceAll(':', '-');
  download.download = t('picture.fileName', { date });
}

function draw() {
  drawImage();
  drawReason();
  drawBadge();
  drawButtons();
  say(facts, isTaking ? t('picture.taking') : factWords());
}

async function fetchPicture(query) {
  const response = await request('GET', `/snapshot.jpg${query}`);
  const taken_ms = Date.now() - Number(response.headers.get('Age')) * 1000;
  const id = response.headers.get('X-Frame-Id');
  const blob = await response.blob();
  return { id, blob, taken_ms, url: URL.createObjectURL(blob) };
}

function keep(next) {
  if (picture?.id === next.id) {
    URL.revokeObjectURL(next.url);
    return;
  }
  URL.revokeObjectURL(olderUrl);
  olderUrl = picture ? picture.url : '';
  picture = next;
}

// What goes wrong with a picture, the status explains within two seconds.
function unlessOurs(err) {
  if (!(err instanceof Refusal || err instanceof Unreachable || err.name === 'AbortError'))
    throw err;
}

// Fetches a picture and plans the next one, `pace_ms` after this one was asked for at the earliest.
async function refresh() {
  clearTimeout(timer);
  const wanted = works() || (camera?.frame && !picture && reachable);
  if (isFetching || isLive || held || !wanted || !isSeen()) return;
  isFetching = true;
  const begun_ms = Date.now();
  try {
    // the first one may be old: it is there at once
    keep(await fetchPicture(works() && picture ? '' : `?max_age_ms=${OLDEST_MS}`));
  } catch (err) {
    unlessOurs(err);
  }
  isFetching = false;
  draw();
  if (works()) timer = setTimeout(refresh, Math.max(0, begun_ms + pace_ms - Date.now()));
}

function goOn() {
  URL.revokeObjectURL(held.url);
  held = null;
  draw();
  refresh();
}

async function take() {
  problem = '';
  isTaking = true;
  draw();
  try {
    held = await fetchPicture(`?max_age_ms=0${value('flash.enabled') ? '&flash=1' : ''}`);
    announce(t('picture.held', { time: time(held.taken_ms) }));
  } catch (err) {
    problem = err.message;
  }
  isTaking = false;
  draw();
}

function startLive() {
  problem = '';
  liveUrl = `/stream.mjpg?${Date.now()}`; // a browser may show an ended stream's last picture again
}

// An image tells only that it failed; the reason is in the answer.
async function explainLive() {
  const abort = new AbortController();
  try {
    const response = await fetch('/stream.mjpg', { signal: abort.signal });
    if (response.ok) problem = t('picture.liveEnded');
    else if (response.status === 503 && works()) problem = t('picture.viewersFull');
    else problem = (await problemOf(response)).message;
  } catch {
    problem = t('picture.liveEnded');
  }
  abort.abort();
  isLive = false;
  draw();
  refresh();
}

function toggleLive() {
  isLive = !isLive;
  problem = '';
  if (isLive) startLive();
  if (held) goOn();
  draw();
  refresh();
}

function compare(on) {
  if (isComparing === on) return;
  isComparing = on && before !== null;
  draw();
}

async function fill() {
  if (figure.requestFullscreen) await figure.requestFullscreen();
  else figure.classList.add('full'); // iPhones
  leaveButton.focus();
}

async function leave() {
  if (document.fullscreenElement) await document.exitFullscreen();
  figure.classList.remove('full');
  fullButton.focus();
}

function announceChange() {
  const now = reachable && camera ? `${camera.state} ${camera.reason || ''}` : '';
  if (announced && now && announced !== now) {
    const { words, own } = whyNot();
    announce(words ? `${words} ${own}` : t('picture.works'));
  }
  if (now) announced = now;
}

// With each status, and with null when the camera does not answer.
export function showPreview(status) {
  const worked = works();
  reachable = status !== null;
  if (status) {
    camera = status.camera;
    image.alt = t('picture.of', { name: status.network.hostname });
  }
  if (isLive && works() && !worked) startLive();
  announceChange();
  draw();
  if (works() !== worked || !picture) refresh();
}

// After a view or the tab came to the front.
export function wakePreview() {
  if (isLive && works()) startLive();
  draw();
  refresh();
}

// Pictures as fast as the link allows, while somebody watches what a slider does.
export function hurry(on) {
  pace_ms = on ? HURRY_MS : PICTURE_EVERY_MS;
  if (on && !held) refresh();
}

// Keeps the picture that is shown now, to compare with what comes of a change.
export function keepBefore() {
  if (before || !picture) return;
  before = { ...picture, url: URL.createObjectURL(picture.blob) };
  draw();
}

export function forgetBefore() {
  if (!before) return;
  URL.revokeObjectURL(before.url);
  before = null;
  isComparing = false;
  draw();
}

image.addEventListener('error', () => {
  if (image.getAttribute('src') === liveUrl && works() && isSeen()) explainLive();
});
image.addEventListener('load', draw);
liveButton.addEventListener('click', toggleLive);
captureButton.addEventListener('click', () => (held ? goOn() : take()));
fullButton.addEventListener('click', fill);
leaveButton.addEventListener('click', leave);
figure.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && figure.classList.contains('full')) leave();
});

compareButton.addEventListener('pointerdown', (event) => {
  compareButton.setPointerCapture(event.pointerId);
  compare(true);
});
for (const end of ['pointerup', 'pointercancel', 'blur', 'keyup'])
  compareButton.addEventListener(end, () => compare(false));
compareButton.addEventListener('keydown', (event) => {
  if (event.key === ' ' || event.key === 'Enter') compare(true);
});
compareButton.addEventListener('contextmenu', (event) => event.preventDefault()); // a long press

setInterval(() => {
  if (!document.hidden) draw();
}, 1000);
