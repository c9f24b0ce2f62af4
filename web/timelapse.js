// The kept pictures: days, the pictures of one, played, taken home and deleted.
import { Refusal, Unreachable, request, requestJson } from './api.js';
import { ask, icon, make, say, toast } from './dom.js';
import { makePlayer } from './player.js';
import { offers } from './settings.js';
import { currentView, offerView, whenViewChanges } from './views.js';
import { bytes, date, t, time } from './words.js';

const API = '/api/v1/timelapse';
const REFRESH_MS = 30 * 1000; // today gets more pictures
const RETRY_MS = 5000; // when the camera did not answer
const SPEEDS = [2, 5, 10, 25]; // pictures a second
const SPEED = 10;
const TROUBLES = ['missing', 'full', 'failing']; // states in which nothing is kept until somebody helps

const view = document.querySelector('.view.timelapse');
const daysCard = view.querySelector('.days');
const none = daysCard.querySelector('.none');
const list = daysCard.querySelector('ul');
const room = daysCard.querySelector('.room');
const problem = daysCard.querySelector('.problem');
const card = view.querySelector('.player');
const title = card.querySelector('h2');
const img = card.querySelector('img');
const reason = card.querySelector('.reason');
const place = card.querySelector('.place');
const scrubber = card.querySelector('[type=range]');
const playButton = card.querySelector('[data-part=play]');
const speed = card.querySelector('select');
const aviLink = card.querySelector('[data-part=avi]');
const pictureLink = card.querySelector('[data-part=picture]');
const deleteButton = card.querySelector('[data-part=delete]');

let days = []; // newest first
let day = ''; // the one that is shown
let pictures = []; // its files
let wish = {}; // the last call of openDay: an earlier one's answer may come later
let isLost = false; // the picture that is wanted could not be asked for
let timer = 0;
let isRefreshing = false;

const player = makePlayer({ draw, fail, moved: showPlace, stopped: () => showPlaying(false) });

// Names of days and files are times of the camera's own clock.
function timeOf(ofDay, file = '12-00-00.jpg') {
  const [year, month, dayOfMonth] = ofDay.split('-').map(Number);
  const [hours, minutes, seconds] = file.split('.')[0].split('-').map(Number);
  return new Date(year, month - 1, dayOfMonth, hours, minutes, seconds).getTime();
}

const dayWords = (ofDay) => date(timeOf(ofDay));
const pathOf = (file) => `${API}/${day}/${file}`;
const isNotThere = (err) => err instanceof Refusal && err.status === 404;

function showReason(words) {
  say(reason, words);
  reason.hidden = !words;
}

function showPlaying(on) {
  playButton.replaceChildren(
    icon(on ? 'pause' : 'play'),
    make('span', {}, t(on ? 'timelapse.pause' : 'timelapse.play')),
  );
  playButton.dataset.playing = on;
}

// What is said of a picture at once, also before it has arrived.
function showPlace(index) {
  const file = pictures[index];
  const words = time(timeOf(day, file));
  scrubber.value = index;
  scrubber.setAttribute('aria-valuetext', words);
  say(place, t('timelapse.place', { time: words, index: index + 1, n: pictures.length }));
  pictureLink.href = pathOf(file);
  pictureLink.download = `${day}-${file}`;
}

function showPicture(index) {
  showPlace(index);
  player.show(index);
}

async function draw(index, url) {
  const taken = time(timeOf(day, pictures[index]));
  img.alt = t('timelapse.pictureOf', { day: dayWords(day), time: taken });
  img.src = url;
  await img.decode();
  isLost = false;
  showReason('');
}

function fail(err) {
  isLost = err instanceof Unreachable;
  showReason(isLost ? err.message : t('timelapse.pictureMissing'));
  if (isLost) {
    player.stop();
    planRefresh(RETRY_MS);
  } else if (isNotThere(err)) refresh(); // has the whole day gone?
}

function close() {
  player.open([]);
  day = '';
  pictures = [];
  card.hidden = true;
  img.removeAttribute('src');
}

// Today's grow in number, and the camera may have made room by deleting the oldest.
function takePictures(now) {
  const file = pictures[scrubber.value];
  const isGrown = pictures.every((name, i) => name === now[i]);
  const more = now.slice(pictures.length);
  pictures = now;
  scrubber.max = Math.max(0, now.length - 1);
  playButton.disabled = now.length < 2;
  if (isGrown) player.grow(more.map(pathOf));
  else {
    player.open(now.map(pathOf));
    showPicture(Math.max(0, now.indexOf(file)));
  }
}

async function readPictures(ofDay) {
  const answer = await requestJson('GET', `${API}/${ofDay}`);
  return answer.pictures;
}

async function openDay(ofDay, { focus = false } = {}) {
  const mine = {};
  wish = mine;
  const found = await readPictures(ofDay);
  if (wish !== mine) return;
  close();
  day = ofDay;
  card.hidden = false;
  say(title, dayWords(day));
  showPlaying(false);
  showReason(found.length ? '' : t('timelapse.dayEmpty'));
  aviLink.href = `${API}/${day}.avi`;
  aviLink.download = `${day}.avi`;
  takePictures(found);
  showDays();
  if (focus) title.focus();
  if (found.length) showPicture(0);
}

function makeDay(name) {
  const button = make(
    'button',
    { type: 'button', 'data-day': name },
    make('span', {}, dayWords(name)),
    make('span', { className: 'soft' }),
  );
  button.addEventListener('click', () => choose(name));
  return make('li', {}, button);
}

function showDays() {
  const names = days.map(({ day: name }) => name).join();
  if (list.dataset.names !== names) {
    list.dataset.names = names;
    list.replaceChildren(...days.map(({ day: name }) => makeDay(name)));
  }
  days.forEach(({ day: name, pictures: n, bytes: size }, i) => {
    const button = list.children[i].firstElementChild;
    button.setAttribute('aria-pressed', name === day);
    say(button.lastElementChild, t('timelapse.dayFacts', { n, size: bytes(size) }));
  });
  none.hidden = days.length > 0;
}

function showRoom({ used_bytes, keep_bytes, free_bytes }) {
  const values = { used: bytes(used_bytes), keep: bytes(keep_bytes), free: bytes(free_bytes) };
  say(room.querySelector('p'), t('timelapse.room', values));
  room.querySelector('meter').value = keep_bytes ? Math.min(1, used_bytes / keep_bytes) : 0;
  room.hidden = false;
}

function sayGone(name) {
  toast(t('timelapse.dayGone', { day: dayWords(name) }));
}

async function read() {
  const answer = await requestJson('GET', API);
  say(problem, TROUBLES.includes(answer.state) ? answer.sentence : '');
  days = [...answer.days].sort((one, other) => (one.day < other.day ? 1 : -1));
  const chosen = days.find(({ day: name }) => name === day);
  const isGone = day && !chosen;
  if (isGone) {
    sayGone(day);
    close();
  }
  showDays();
  showRoom(answer);
  if (chosen && chosen.pictures !== pictures.length) {
    const more = await readPictures(chosen.day);
    if (day === chosen.day) takePictures(more); // else somebody chose another one meanwhile
  }
  if (!day && !isGone && days.length) await openDay(days[0].day);
}

function planRefresh(after_ms) {
  clearTimeout(timer);
  timer = setTimeout(refresh, after_ms);
}

// Reads the days again, and goes on doing so while somebody looks.
async function refresh() {
  if (isRefreshing || currentView() !== 'timelapse' || document.hidden) return;
  isRefreshing = true;
  let wait_ms = REFRESH_MS;
  try {
    await read();
    if (isLost) showPicture(Number(scrubber.value));
  } catch (err) {
    say(problem, err.message);
    wait_ms = RETRY_MS;
  }
  isRefreshing = false;
  planRefresh(wait_ms);
}

async function choose(name) {
  try {
    await openDay(name, { focus: true });
  } catch (err) {
    if (isNotThere(err)) {
      sayGone(name);
      refresh();
    } else say(problem, err.message);
  }
}

function togglePlay() {
  if (playButton.dataset.playing === 'true') {
    player.stop();
    return;
  }
  showPlaying(true);
  player.play(Number(speed.value));
}

async function deleteDay() {
  player.stop();
  const name = day;
  const question = t('timelapse.deleteQuestion', { day: dayWords(name) });
  if (!(await ask(question, [['yes', t('timelapse.delete')]]))) return;
  try {
    await request('DELETE', `${API}/${name}`);
  } catch (err) {
    if (!isNotThere(err)) {
      showReason(err.message);
      return;
    }
  }
  toast(t('timelapse.deleted', { day: dayWords(name) }));
  close();
  days = days.filter(({ day: other }) => other !== name);
  showDays();
  await refresh();
  daysCard.querySelector('h2').focus();
}

function offerSpeeds() {
  if (speed.childElementCount) return;
  speed.append(
    ...SPEEDS.map((n) => make('option', { value: n }, t('timelapse.speedChoice', { n }))),
  );
  speed.value = SPEED;
}

function follow() {
  if (currentView() === 'timelapse' && !document.hidden) refresh();
  else player.stop();
}

scrubber.addEventListener('input', () => showPicture(Number(scrubber.value)));
playButton.addEventListener('click', togglePlay);
speed.addEventListener('change', () => {
  if (playButton.dataset.playing === 'true') player.play(Number(speed.value));
});
deleteButton.addEventListener('click', deleteDay);
document.addEventListener('visibilitychange', follow);
whenViewChanges(follow);

// Shows the way to the view where the camera can keep pictures. Asks once, when the settings are
// known.
export async function offerTimelapse() {
  if (!offers('timelapse.enabled')) return;
  try {
    await request('GET', API);
  } catch {
    return;
  }
  offerSpeeds();
  offerView('timelapse');
}
