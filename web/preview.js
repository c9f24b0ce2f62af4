// The picture: the newest one, live video, one that was just taken, or how it was before the
// settings were changed; and why there is none.
import { Refusal, Unreachable, problemOf, requestBlob } from './api.js';
import { announce, say } from './dom.js';
import { value } from './settings.js';
import { ago, bytes, number, t, time } from './words.js';

const PICTURE_EVERY_MS = 500; // at most; on a slow link the next one waits for the last
const HURRY_MS = 100;
const LIVE_STILL_EVERY_MS = 5000; // beside live video, for download and comparing
const PROBLEM_MS = 15 * 1000; // so long a sentence stays over a picture that comes
const ANSWER_WITHIN_MS = 20 * 1000;
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
let problemTimer = 0;
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

// Live video that nobody sees is taken away, and nothing put in its place: the page may be about to
// be left, and what is loaded then is a ping to the browser, which the policy forbids to pictures.
function shownUrl() {
  const isStill = isComparing || held;
  if (isLive && !isStill && works()) return isSeen() ? liveUrl : '';
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

function complain(words) {
  problem = words;
  announce(words);
  clearTimeout(problemTimer);
  problemTimer = setTimeout(() => {
    problem = '';
  }, PROBLEM_MS);
}

// {words, own}: in the reader's language, and what the camera says of it.
function whyNot() {
  if (works()) return { words: problem, own: camera.not_turned || '' };
  if (!camera || !reachable) return { words: '', own: '' };
  return { words: t(`picture.${camera.state}`), own: camera.reason || '' };
}

function drawReason() {
  const { words, own } = whyNot();
  say(reason.firstElementChild, words);
  say(reason.lastElementChild, own);
  reason.hidden = !words && !own;
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

// For whoever turns the lens.
function sharpnessWords() {
  const sharpness = camera?.sharpness;
  return sharpness === undefined ? '' : t('picture.sharpness', { value: number(sharpness) });
}

function factWords() {
  const still = shown();
  if (isLive && works() && !held)
    return [sizeWords(), sharpnessWords()].filter(Boolean).join(' · ');
  if (!still) return works() ? t('picture.wait') : '';
  return [ago(Date.now() - still.taken_ms), sizeWords(), bytes(still.blob.size)].join(' · ');
}

function drawButtons() {
  liveButton.setAttribute('aria-pressed', String(isLive));
  liveButton.disabled = !works() && !isLive;
  captureButton.disabled = !works() && !held && !isTaking;
  captureButton.setAttribute('aria-disabled', String(isTaking)); // keeps the focus, as disabled would not
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
  const { blob, headers } = await requestBlob('GET', `/snapshot.jpg${query}`, {
    wait_ms: ANSWER_WITHIN_MS,
  });
  const taken_ms = Date.now() - Number(headers.get('Age')) * 1000;
  return { id: headers.get('X-Frame-Id'), blob, taken_ms, url: URL.createObjectURL(blob) };
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
  if (!(err instanceof Refusal || err instanceof Unreachable)) throw err;
}

// Fetches a picture and plans the next one, `pace_ms` after this one was asked for at the earliest.
async function refresh() {
  clearTimeout(timer);
  const wanted = works() || (camera?.frame && !picture && reachable);
  if (isFetching || held || !wanted || !isSeen()) return;
  isFetching = true;
  const begun_ms = Date.now();
  try {
    // the first one may be old: it is there at once
    keep(await fetchPicture(works() && picture ? '' : `?max_age_ms=${OLDEST_MS}`));
  } catch (err) {
    unlessOurs(err);
    if (err.status === 401) reachable = false; // the browser's dialog is not for a picture to open
  } finally {
    isFetching = false;
  }
  draw();
  const every_ms = isLive ? LIVE_STILL_EVERY_MS : pace_ms;
  if (works()) timer = setTimeout(refresh, Math.max(0, begun_ms + every_ms - Date.now()));
}

function goOn() {
  URL.revokeObjectURL(held.url);
  held = null;
  draw();
  refresh();
}

async function take() {
  if (isTaking) return;
  problem = '';
  isTaking = true;
  draw();
  try {
    held = await fetchPicture(`?max_age_ms=0${value('flash.enabled') ? '&flash=1' : ''}`);
    announce(t('picture.held', { time: time(held.taken_ms) }));
  } catch (err) {
    complain(err.message);
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
  const limit = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch('/stream.mjpg', { signal: abort.signal });
    if (response.ok) complain(t('picture.liveEnded'));
    else if (response.status === 503 && works()) complain(t('picture.viewersFull'));
    else complain((await problemOf(response)).message);
  } catch {
    complain(t('picture.liveEnded'));
  }
  clearTimeout(limit);
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
  try {
    await figure.requestFullscreen();
  } catch {
    figure.classList.add('full'); // iPhones, and where it is forbidden
  }
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
    image.alt = t('picture.of', { name: document.title });
  }
  if (works() !== worked) problem = '';
  if (isLive && works() && !worked) startLive();
  announceChange();
  draw();
  if (works() !== worked || !picture) refresh();
}

// Live video is what the page shows: somebody may be turning the lens by the number beside it.
export function isLiveSeen() {
  return isLive && works() && !held && isSeen();
}

// After a view or the tab came to the front or went behind: what nobody sees is not asked for.
export function wakePreview() {
  if (isLive && works() && isSeen()) startLive();
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
document.addEventListener('fullscreenchange', () => {
  if (!document.fullscreenElement) fullButton.focus();
});
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
