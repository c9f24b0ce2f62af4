// Wires the page: asks for the status while somebody looks, and hands it to the parts.
import { Refusal, getStatus } from './api.js';
import { showConnect } from './connect.js';
import { fillTexts, toast } from './dom.js';
import { showLight } from './light.js';
import { showPreview } from './preview.js';
import { loadSettings, whenAccessChanges } from './settings.js';
import { setUp } from './setup.js';
import { text } from './strings.js';
import { showSystem, whenReset } from './system.js';

const STATUS_EVERY_MS = 2000;
const SILENT_MS = 5000; // without an answer for so long, the page says so

const heading = document.getElementById('name');
const cameraMain = document.getElementById('camera');
const trouble = document.getElementById('trouble');
const troubleWords = trouble.querySelector('p');
const loginButton = trouble.querySelector('button');

let timer = 0;
let asking = false;
let heard_ms = Date.now(); // when the camera answered last
let known = ''; // what the settings on the page were loaded for
let waitsForLogin = false;

function sayTrouble(words, { login = false } = {}) {
  // only the minutes change: a screen reader need not hear each second
  if (troubleWords.textContent !== words) troubleWords.textContent = words;
  loginButton.hidden = !login;
  trouble.hidden = !words;
}

function askForLogin() {
  waitsForLogin = true; // else the browser's dialog would come up again and again
  sayTrouble(text.loginNeeded, { login: true });
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
  heading.textContent = status.network.hostname;
  cameraMain.hidden = false;
  showPreview(status);
  showConnect(status);
  showLight(status);
  showSystem(status);
  await loadSettingsOnce(status);
}

async function setUpFirst() {
  cameraMain.hidden = true;
  await setUp();
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

function watchSilence() {
  const silent_ms = Date.now() - heard_ms;
  if (!asking || waitsForLogin || silent_ms < SILENT_MS + STATUS_EVERY_MS) return;
  sayTrouble(text.unreachable(silent_ms));
  showPreview(null);
}

async function poll() {
  clearTimeout(timer);
  if (asking || waitsForLogin || document.hidden) return;
  asking = true;
  try {
    await ask();
  } catch (err) {
    if (!(err instanceof Refusal)) watchSilence();
    else if (err.status === 401) askForLogin();
    else sayTrouble(err.message);
  }
  asking = false;
  timer = setTimeout(poll, STATUS_EVERY_MS);
}

loginButton.addEventListener('click', () => {
  waitsForLogin = false;
  heard_ms = Date.now();
  poll();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  heard_ms = Date.now(); // nobody asked it meanwhile
  known = ''; // another page may have changed the settings
  poll();
});
whenAccessChanges(poll);
whenReset(() => {
  known = '';
  poll();
});

fillTexts(document);
setInterval(watchSilence, 1000);
poll();
