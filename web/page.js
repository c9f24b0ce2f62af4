// Wires the page: loads its words, asks for the status while somebody looks, and hands it to the parts.
import { Refusal, Unreachable, getStatus, requestJson } from './api.js';
import { showConnect } from './connect.js';
import { announce, fillTexts, make, say } from './dom.js';
import { showLight } from './light.js';
import { pause } from './pause.js';
import { isLiveSeen, showPreview, wakePreview } from './preview.js';
import { loadSettings, value, whenAccessChanges, whenSettingsChange } from './settings.js';
import { isUnfinished } from './setup_memory.js';
import { showSystem, whenReset } from './system.js';
import { offerTimelapse } from './timelapse.js';
import { showView, whenViewChanges } from './views.js';
import {
  chooseLanguage,
  currentLanguage,
  languages,
  loadMoreWords,
  loadWords,
  t,
} from './words.js';

const STATUS_EVERY_MS = 2000;
const FOCUS_EVERY_MS = 500; // while somebody may turn the lens; the camera measures as often
const LOGIN_WITHIN_MS = 10 * 60 * 1000;
const SILENT_MS = 7000; // without an answer for so long, the page says so

const heading = document.getElementById('name');
const setupMain = document.getElementById('setup');
const cameraMain = document.getElementById('camera');
const nav = document.getElementById('views');
const languageSelect = document.getElementById('language');
const trouble = document.getElementById('trouble');
const troubleWords = trouble.querySelector('p');
const loginButton = trouble.querySelector('button');

let timer = 0;
let polling = false;
let heard_ms = Date.now(); // when the camera answered last
let known = ''; // what the settings on the page were loaded for
let waitsForPerson = false; // for a login, or in the set-up
let hostname = '';
let hasAllWords = false;
let notBefore_ms = 0; // a camera that is asked too often says when it wants to be asked again

function sayTrouble(words, { login = false } = {}) {
  say(troubleWords, words);
  loginButton.hidden = !login;
  trouble.hidden = !words;
}

// It answered, if only to refuse.
function sayRefusal(refusal) {
  const login = refusal.status === 401;
  heard_ms = Date.now();
  sayTrouble(login ? t('trouble.loginNeeded') : refusal.message, { login });
  waitsForPerson = login; // else the browser's dialog would come up again and again
  if (login) showPreview(null);
  notBefore_ms = Date.now() + refusal.retry_s * 1000;
}

function showName() {
  const name = value('connect.name') || hostname;
  document.title = name;
  say(heading, name);
}

// What the first view does without.
async function loadTheRest() {
  if (hasAllWords) return;
  try {
    await loadMoreWords();
  } catch {
    throw new Unreachable();
  }
  hasAllWords = true;
  fillTexts(document);
}

// A camera that starts or changes learns what it offers; then the schema is another one, and this
// tells so.
async function loadSettingsIfNew(status) {
  const now = `${status.camera.state} ${status.camera.model}`;
  if (known === now) return false;
  await loadSettings();
  known = now;
  return true;
}

async function show(status) {
  hostname = status.network.hostname;
  showName();
  cameraMain.hidden = false;
  nav.hidden = false;
  showPreview(status);
  showConnect(status);
  showLight(status);
  const isNew = await loadSettingsIfNew(status);
  await loadTheRest();
  if (isNew) offerTimelapse();
  showSystem(status);
}

// Most visits do without it.
async function loadSetup() {
  try {
    return await import('./setup.js');
  } catch {
    throw new Unreachable();
  }
}

async function setUpFirst(status) {
  const { setUp } = await loadSetup();
  await loadTheRest();
  cameraMain.hidden = true;
  nav.hidden = true;
  setupMain.hidden = false;
  waitsForPerson = true;
  await setUp(status);
  waitsForPerson = false;
  setupMain.hidden = true;
  heard_ms = Date.now();
  known = '';
  showView('camera');
  heading.focus();
}

async function ask() {
  const status = await getStatus();
  if (waitsForPerson) return; // what changes the access has begun meanwhile
  const wasLost = !trouble.hidden && loginButton.hidden;
  heard_ms = Date.now();
  if (status.setup === 'needed' || isUnfinished()) {
    sayTrouble('');
    await setUpFirst(status);
    await ask();
    return;
  }
  await show(status);
  if (waitsForPerson) return;
  sayTrouble('');
  if (wasLost) announce(t('trouble.back'));
}

// A request to a camera that was switched off may hang for minutes; so this does not wait for it.
function watchSilence() {
  const isQuiet = Date.now() - heard_ms > SILENT_MS && Date.now() > notBefore_ms;
  if (!isQuiet || waitsForPerson || document.hidden) return;
  sayTrouble(t('trouble.unreachable'));
  showPreview(null);
  showConnect(null);
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
    const every_ms = isLiveSeen() ? FOCUS_EVERY_MS : STATUS_EVERY_MS;
    timer = setTimeout(poll, Math.max(every_ms, notBefore_ms - Date.now()));
  }
}

function goOn() {
  waitsForPerson = false;
  heard_ms = Date.now();
  poll();
}

// The browser's dialog stands open for as long as a person types: nothing else is asked meanwhile.
async function logIn() {
  sayTrouble(t('trouble.loginNeeded'));
  try {
    await requestJson('GET', '/api/v1/status', { wait_ms: LOGIN_WITHIN_MS });
    goOn();
  } catch (err) {
    if (err instanceof Refusal) sayRefusal(err);
    else goOn();
  }
}

function offerLanguages() {
  languageSelect.replaceChildren(
    ...languages().map(([code, name]) => make('option', { value: code, lang: code }, name)),
  );
  languageSelect.value = currentLanguage();
  // By keyboard, each arrow key is a change: there only Enter or leaving it is a choice.
  let byKeyboard = false;
  const choose = () => {
    if (languageSelect.value !== currentLanguage()) chooseLanguage(languageSelect.value);
  };
  languageSelect.addEventListener('pointerdown', () => (byKeyboard = false));
  languageSelect.addEventListener('keydown', ({ key }) => {
    byKeyboard = true;
    if (key === 'Enter') choose();
  });
  languageSelect.addEventListener('blur', choose);
  languageSelect.addEventListener('change', () => {
    if (!byKeyboard) choose();
  });
}

// Nothing can be said before there are words; so this tries until the camera gives them.
for (let isReady = false; !isReady; ) {
  try {
    await loadWords();
    isReady = true;
  } catch {
    await pause(STATUS_EVERY_MS);
  }
}
fillTexts(document);
say(heading, t('common.camera'));
offerLanguages();

loginButton.addEventListener('click', logIn);
document.addEventListener('visibilitychange', () => {
  wakePreview();
  if (document.hidden) return;
  heard_ms = Date.now(); // nobody asked it meanwhile
  known = ''; // another page may have changed the settings
  poll();
});
whenViewChanges((view) => {
  wakePreview();
  if (view === 'settings' && known) loadSettings().catch(() => {}); // light.js may have changed one
});
whenSettingsChange(showName);
whenAccessChanges({
  before() {
    waitsForPerson = true; // the login dialog shall not come before it was announced
    showPreview(null);
  },
  after(needsLogin) {
    if (needsLogin) sayTrouble(t('trouble.loginNext'), { login: true });
    else goOn();
  },
});
whenReset(() => {
  known = '';
  showPreview(null); // nobody may see a picture before the set-up
  poll();
});

setInterval(watchSilence, 1000);
poll();
