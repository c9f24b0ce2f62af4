// Wires the page: asks for the status while somebody looks, and hands it to the parts.
import { Refusal, Unreachable, getStatus } from './api.js';
import { showConnect } from './connect.js';
import { fillTexts, say, toast } from './dom.js';
import { showLight } from './light.js';
import { showPreview } from './preview.js';
import { loadSettings, whenAccessChanges } from './settings.js';
import { setUp } from './setup.js';
import { text } from './strings.js';
import { showSystem, whenReset } from './system.js';

const STATUS_EVERY_MS = 2000;
const SILENT_MS = 7000; // without an answer for so long, the page says so

const heading = document.getElementById('name');
const cameraMain = document.getElementById('camera');
const trouble = document.getElementById('trouble');
const troubleWords = trouble.querySelector('p');
const loginButton = trouble.querySelector('button');

let timer = 0;
let polling = false;
let heard_ms = Date.now(); // when the camera answered last
let known = ''; // what the settings on the page were loaded for
let waitsForPerson = false; // for a login, or in the set-up

function sayTrouble(words, { login = false } = {}) {
  say(troubleWords, words);
  loginButton.hidden = !login;
  trouble.hidden = !words;
}

function sayRefusal(refusal) {
  const login = refusal.status === 401;
  sayTrouble(login ? text.loginNeeded : refusal.message, { login });
  waitsForPerson = login; // else the browser's dialog would come up again and again
}

// A camera that starts or changes learns what it offers; then the schema is another one.
async function loadSettingsOnce(status) {
  const now = `${status.camera.state} ${status.camera.model}`;
  if (known === now) return;
  await loadSettings();
  known = now;
}

async function show(status) {
  document.title = status.network.hostname;
  say(heading, status.network.hostname);
  cameraMain.hidden = false;
  showPreview(status);
  showConnect(status);
  showLight(status);
  showSystem(status);
  await loadSettingsOnce(status);
}

async function setUpFirst() {
  cameraMain.hidden = true;
  waitsForPerson = true;
  await setUp();
  waitsForPerson = false;
  heard_ms = Date.now();
  known = '';
  toast(text.setupDone);
  heading.focus();
}

async function ask() {
  const status = await getStatus();
  heard_ms = Date.now();
  sayTrouble('');
  if (status.setup === 'needed') await setUpFirst();
  else await show(status);
}

// A request to a camera that was switched off may hang for minutes; so this does not wait for it.
function watchSilence() {
  const isQuiet = Date.now() - heard_ms > SILENT_MS;
  if (!isQuiet || waitsForPerson || document.hidden) return;
  sayTrouble(text.unreachable);
  showPreview(null);
}

async function poll() {
  clearTimeout(timer);
  if (polling || waitsForPerson || document.hidden) return;
  polling = true;
  try {
    await ask();
  } catch (err) {
    // one that does not answer is watchSilence's
    if (err instanceof Refusal) sayRefusal(err);
    else if (!(err instanceof Unreachable)) throw err;
  } finally {
    polling = false;
    timer = setTimeout(poll, STATUS_EVERY_MS);
  }
}

function goOn() {
  waitsForPerson = false;
  heard_ms = Date.now();
  poll();
}

loginButton.addEventListener('click', goOn);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  heard_ms = Date.now(); // nobody asked it meanwhile
  known = ''; // another page may have changed the settings
  poll();
});
whenAccessChanges({
  before() {
    waitsForPerson = true; // the login dialog shall not come before it was announced
    showPreview(null);
  },
  after(needsLogin) {
    if (needsLogin) sayTrouble(text.loginNext, { login: true });
    else goOn();
  },
});
whenReset(() => {
  known = '';
  poll();
});

fillTexts(document);
setInterval(watchSilence, 1000);
poll();
