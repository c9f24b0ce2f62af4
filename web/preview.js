// The newest picture, or live video; and why there is none.
import { Refusal, Unreachable, request } from './api.js';
import { say } from './dom.js';
import { text } from './strings.js';

const PICTURE_EVERY_MS = 1000;
const OLDEST_MS = 60 * 60 * 1000; // the most that max_age_ms takes

const section = document.querySelector('.preview');
const figure = section.querySelector('figure');
const image = section.querySelector('img');
const reason = section.querySelector('.reason');
const facts = section.querySelector('.facts');
const liveButton = section.querySelector('[data-part=live]');
const download = section.querySelector('[data-part=download]');

let camera = null; // of the last status
let reachable = true;
let isLive = false;
let liveProblem = '';
let picture = null; // what was fetched last: {url, id, bytes, taken_ms}
let olderUrl = ''; // a download of it may just have begun
let timer = 0;
let fetching = false;

function works() {
  return reachable && camera?.state === 'ready';
}

function sizeOf(frame) {
  if (image.naturalWidth && !isLive) return text.pixels(image.naturalWidth, image.naturalHeight);
  return frame ? text.pixels(frame.width, frame.height) : '';
}

function why() {
  if (liveProblem) return liveProblem;
  if (!reachable || works()) return '';
  if (camera.state === 'starting') return text.cameraStarting;
  return camera.reason || text.cameraTrouble;
}

function draw() {
  if (!camera) return;
  const words = why();
  figure.classList.toggle('stale', !works());
  figure.classList.toggle('empty', !image.hasAttribute('src'));
  say(reason, words);
  reason.hidden = !words;
  liveButton.setAttribute('aria-pressed', String(isLive));
  liveButton.hidden = !works() && !isLive;
  if (isLive && works()) {
    say(facts, text.liveFacts(sizeOf(camera.frame)));
  } else if (picture) {
    const age = text.ago(Date.now() - picture.taken_ms);
    say(facts, text.pictureFacts(age, sizeOf(camera.frame), picture.bytes));
  } else {
    say(facts, works() ? text.pictureWait : '');
  }
}

function fileName(taken_ms) {
  return text.downloadName(new Date(taken_ms).toISOString().slice(0, 19).replaceAll(':', '-'));
}

async function take(response) {
  const id = response.headers.get('X-Frame-Id');
  const age_ms = Number(response.headers.get('Age')) * 1000;
  const blob = await response.blob();
  if (picture?.id === id) return;
  URL.revokeObjectURL(olderUrl);
  olderUrl = picture ? picture.url : '';
  picture = {
    url: URL.createObjectURL(blob),
    id,
    bytes: blob.size,
    taken_ms: Date.now() - age_ms,
  };
  download.href = picture.url;
  download.download = fileName(picture.taken_ms);
  download.hidden = false;
  if (!isLive) image.src = picture.url;
}

// Fetches a picture and plans the next one, a second after this one was asked for at the earliest.
async function refresh() {
  clearTimeout(timer);
  const wanted = works() || (camera?.frame && !picture && reachable);
  if (fetching || isLive || document.hidden || !wanted) return;
  fetching = true;
  const begun_ms = Date.now();
  try {
    await take(
      await request('GET', works() ? '/snapshot.jpg' : `/snapshot.jpg?max_age_ms=${OLDEST_MS}`),
    );
  } catch (err) {
    // the status tells why, within two seconds
    if (!(err instanceof Refusal || err instanceof Unreachable)) throw err;
  } finally {
    fetching = false;
  }
  draw();
  if (works()) timer = setTimeout(refresh, Math.max(0, begun_ms + PICTURE_EVERY_MS - Date.now()));
}

function startLive() {
  liveProblem = '';
  image.src = `/stream.mjpg?${Date.now()}`; // a browser may show an ended stream's last picture again
}

function stopLive() {
  if (picture) image.src = picture.url;
  else image.removeAttribute('src');
}

// An image tells only that it failed; the reason is in the answer.
async function explainLive() {
  const abort = new AbortController();
  try {
    const response = await fetch('/stream.mjpg', { signal: abort.signal });
    liveProblem = response.ok ? text.liveEnded : (await response.json()).detail;
  } catch {
    liveProblem = text.liveEnded;
  }
  abort.abort();
  isLive = false;
  stopLive();
  draw();
  refresh();
}

image.addEventListener('error', () => {
  if (isLive && works() && !document.hidden) explainLive();
});
image.addEventListener('load', draw);

liveButton.addEventListener('click', () => {
  isLive = !isLive;
  liveProblem = '';
  if (!isLive) stopLive();
  else if (works()) startLive();
  draw();
  refresh();
});

document.addEventListener('visibilitychange', () => {
  if (isLive && document.hidden) stopLive();
  else if (isLive && works()) startLive();
  refresh();
});

// With each status, and with null when the camera does not answer.
export function showPreview(status) {
  const worked = works();
  reachable = status !== null;
  if (status) {
    camera = status.camera;
    image.alt = text.pictureOf(status.network.hostname);
  }
  if (isLive && works() && !worked && !document.hidden) startLive();
  if (works() !== worked || !picture) refresh();
  draw();
}

setInterval(draw, 1000);
