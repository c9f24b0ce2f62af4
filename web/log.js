// The camera's log: live while its view is shown, newest at the bottom.
import { Unreachable, request } from './api.js';
import { announce, make, say, toast } from './dom.js';
import { datedName, saveFile } from './files.js';
import { dateAndTime, t, time } from './words.js';

const LINES_MAX = 1000;
const AT_END_PX = 8; // so near the end, the reader wants to see what comes
const TYPING_MS = 600; // a pause so long: what was found is told to who cannot see it
// As core/status/log.c writes it; before the camera knows the time, seconds since its start.
const LINE = /^\s*(\S+) (ERROR|WARN|INFO|DEBUG) +([^:]+): (.*)$/;
const LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG']; // worst first; the select's values are places here

const card = document.querySelector('.card.log');
const box = card.querySelector('.lines');
const list = box.querySelector('ol');
const empty = box.querySelector('.empty');
const filter = card.querySelector('[type=search]');
const levelSelect = card.querySelector('select');
const tally = card.querySelector('.tally');
const problem = card.querySelector('.problem');

const entries = []; // {text, level, element}, oldest first
let next = 0; // where the camera's log goes on
let uptime_ms = 0; // of the last status
let name = 'camera';
let isReading = false;
let isFollowing = true; // the end is what the reader wants to see
let typingTimer = 0;

function timeOf(stamp) {
  const unix_ms = Date.parse(stamp);
  if (!stamp.endsWith('Z') || Number.isNaN(unix_ms)) return `${stamp} s`;
  const isToday = new Date(unix_ms).toDateString() === new Date().toDateString();
  return isToday ? time(unix_ms) : dateAndTime(unix_ms);
}

function makeEntry(text) {
  const [, stamp, word, module, message] = LINE.exec(text) || [];
  if (!word) return { text, level: -1, element: make('li', {}, text) };
  const element = make(
    'li',
    { className: word.toLowerCase() },
    make('span', { className: 'soft', title: stamp }, timeOf(stamp)),
    ' ',
    make('strong', {}, t(`log.${word}`)),
    ' ',
    `${module}: ${message}`,
  );
  return { text, level: LEVELS.indexOf(word), element };
}

function makeMark(words) {
  return { text: words, level: -1, element: make('li', { className: 'mark' }, words) };
}

// What the reader sees and what the camera wrote are both looked through.
function isWanted({ text, level, element }) {
  if (level > Number(levelSelect.value)) return false;
  const wanted = filter.value.trim().toLocaleLowerCase();
  return [text, element.textContent].some((words) => words.toLocaleLowerCase().includes(wanted));
}

function shownEntries() {
  return entries.filter(({ element }) => !element.hidden);
}

function showTally() {
  const shown = shownEntries().length;
  empty.hidden = shown > 0;
  say(empty, t(entries.length ? 'log.noMatch' : 'log.empty'));
  say(tally, t('log.tally', { n: entries.length, shown }));
}

function noticePlace() {
  if (box.clientHeight === 0) return; // it is not shown
  isFollowing = box.scrollTop + box.clientHeight >= box.scrollHeight - AT_END_PX;
}

// Does what changes the lines, and keeps the reader's place: at the end, or at the line he reads.
// `change` returns how much of what is above went away.
function keepingPlace(change) {
  const before_px = box.scrollTop;
  const gone_px = change();
  box.scrollTop = isFollowing ? box.scrollHeight : before_px - gone_px;
}

function dropOldest() {
  const dropped = entries.splice(0, Math.max(0, entries.length - LINES_MAX));
  if (!dropped.length) return 0;
  const height_px = box.scrollHeight;
  for (const { element } of dropped) element.remove();
  return height_px - box.scrollHeight;
}

function add(added) {
  keepingPlace(() => {
    for (const entry of added) entry.element.hidden = !isWanted(entry);
    entries.push(...added);
    list.append(...added.map(({ element }) => element));
    return dropOldest();
  });
  showTally();
}

function brokeOff() {
  throw new Unreachable();
}

async function read() {
  if (isReading) return;
  isReading = true;
  try {
    const response = await request('GET', `/api/v1/log?since=${next}`);
    const told = Number(response.headers.get('X-Log-Next'));
    const text = await response.text().catch(brokeOff);
    // Less than before: another log, of a camera that started anew; the next status tells that.
    if (told >= next) {
      next = told;
      const lines = text.split('\n').filter(Boolean);
      if (lines.length || !entries.length) add(lines.map(makeEntry));
    }
    say(problem, '');
  } catch (err) {
    say(problem, err.message);
  }
  isReading = false;
}

function applyFilter() {
  keepingPlace(() => {
    for (const entry of entries) entry.element.hidden = !isWanted(entry);
    return 0;
  });
  showTally();
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => announce(tally.textContent), TYPING_MS);
}

// The clipboard's own functions are absent on pages without TLS, as the camera's is.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const area = make('textarea', { value: text, readOnly: true, className: 'unseen' });
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus();
    return done;
  }
}

async function copy() {
  const shown = shownEntries();
  if (await copyText(shown.map(({ text }) => `${text}\n`).join(''))) {
    toast(t('log.copied', { n: shown.length }));
    return;
  }
  getSelection().selectAllChildren(list);
  toast(t('log.copyYourself'));
}

function download() {
  const text = entries.map((entry) => `${entry.text}\n`).join('');
  saveFile(`${datedName(`${name}-log`)}.txt`, new Blob([text], { type: 'text/plain' }));
}

box.addEventListener('scroll', noticePlace);
filter.addEventListener('input', applyFilter);
levelSelect.addEventListener('change', applyFilter);
card.querySelector('[data-part=copy]').addEventListener('click', copy);
card.querySelector('[data-part=download]').addEventListener('click', download);

// Notices a restart at each status; reads on while somebody looks.
export function showLog(status, isShown) {
  name = status.network.hostname;
  filter.placeholder = t('log.filter');
  if (status.uptime_ms < uptime_ms) {
    next = 0;
    if (entries.length) add([makeMark(t('log.restarted'))]);
  }
  uptime_ms = status.uptime_ms;
  if (isShown) read();
}
