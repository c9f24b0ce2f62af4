// The page that writes the firmware: which board, what to do with it, and what came of it. The
// writing itself, the serial log and Wi-Fi are esp-web-tools', in `dialog.js`.
import './dialog.js';
import { openAtRest, waitUntilStarted } from './port.js';

const boards = [...document.querySelectorAll('input[name=board]')];
const ways = [...document.querySelectorAll('[data-for]')];
const install = document.querySelector('#install');
const outcome = document.querySelector('#outcome');

const chosen = () => boards.find((board) => board.checked);

// What stands under "Connect it": what is written for this board, or else for all with such a plug.
function showWays() {
  const board = chosen();
  const isFor = (way, name) => way.dataset.for.split(' ').includes(name);
  const own = ways.filter((way) => isFor(way, board?.value));
  const shown = own.length ? own : ways.filter((way) => isFor(way, board?.dataset.plug ?? 'none'));
  for (const way of ways) way.hidden = !shown.includes(way);
  install.disabled = !board;
}

// One of the sentences that stand in the page, and the help that belongs to it.
function say(name, { words = {}, help } = {}) {
  const template = document.querySelector(`template[data-outcome=${name}]`);
  const sentence = template.content.cloneNode(true);
  for (const [key, value] of Object.entries(words)) {
    const place = sentence.querySelector(`[data-word=${key}]`);
    place.textContent = value;
    if (place.tagName === 'A') place.href = value;
  }
  outcome.replaceChildren(sentence);
  outcome.className = template.dataset.kind;
  if (help) document.getElementById(help).open = true;
}

async function choosePort() {
  try {
    return await navigator.serial.requestPort();
  } catch (error) {
    if (error.name === 'NotFoundError') say('no-port', { help: 'help-no-port' });
    else say('other', { words: { error: error.message } });
    return undefined;
  }
}

async function open(port) {
  try {
    await openAtRest(port);
    return true;
  } catch {
    say('busy');
    return false;
  }
}

function sayWhatCame({ result, url, found }) {
  const { title, chip } = chosen().dataset;
  if (url) say('connected', { words: { url } });
  else if (result === 'finished') say('installed');
  else if (result === 'failed_initialize') say('no-answer', { help: 'help-no-answer' });
  else if (result === 'not_supported') say('wrong-chip', { words: { found, title, chip } });
  else if (result) say('torn');
  else outcome.replaceChildren();
}

async function connect() {
  outcome.replaceChildren();
  const board = chosen();
  const port = await choosePort();
  if (!port || !(await open(port))) return;
  install.disabled = true;
  await waitUntilStarted(port);
  const dialog = document.createElement('connectcam-dialog');
  dialog.port = port;
  dialog.manifestPath = board.dataset.manifest;
  dialog.board = board.dataset;
  dialog.addEventListener('closed', async () => {
    install.disabled = false;
    sayWhatCame(dialog.outcome);
    await port.close();
    install.focus();
  });
  document.body.append(dialog);
}

for (const board of boards)
  board.addEventListener('change', () => {
    history.replaceState(null, '', `#${board.value}`);
    showWays();
  });

// Documents link to a board.
const named = boards.find((board) => board.value === location.hash.slice(1));
if (named) named.checked = true;
showWays();

if ('serial' in navigator) install.addEventListener('click', connect);
document.documentElement.dataset.serial = 'serial' in navigator ? 'yes' : 'no';
