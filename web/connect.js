// How the pictures get on at Prusa Connect.
import { sendNow } from './api.js';
import { announce, make, say } from './dom.js';
import { editSetting } from './settings_view.js';
import { ago, duration, t, tIfAny } from './words.js';

const section = document.querySelector('.connect');
const sentence = section.querySelector('.sentence');
const ownWords = section.querySelector('.own-words');
const strip = section.querySelector('.strip');
const tally = section.querySelector('.tally');
const next = section.querySelector('.next');
const sendButton = section.querySelector('[data-part=send]');
const tokenButton = section.querySelector('[data-part=token]');
const outcome = section.querySelector('.outcome');

let connect = null; // of the last status
let heard_ms = 0; // when that came
let announced = ''; // what screen readers were told last
let isSending = false;

// A result in the reader's words: {words, own}. `own` is the camera's English sentence, when the
// words are another language's and say less. English has no words for results: the camera does.
function explain({ result, sentence: own, host, http_status }) {
  const words = tIfAny(`sentences.${result}`, { host: host || '', status: http_status || 0 });
  return words ? { words, own } : { words: own, own: '' };
}

function describe(since_ms) {
  switch (connect.state) {
    case 'off':
      return { words: t('connect.off'), own: '' };
    case 'no_token':
      return { words: t('connect.noToken'), own: '' };
    case 'starting':
      return { words: t('connect.starting'), own: '' };
    case 'fine':
      return { words: t('connect.sentAgo', { ago: ago(connect.sent_age_ms + since_ms) }), own: '' };
    default:
      return explain(connect);
  }
}

function drawStrip() {
  const { history } = connect;
  while (strip.childElementCount > history.length) strip.lastElementChild.remove();
  while (strip.childElementCount < history.length)
    strip.append(make('li', {}, make('span', { className: 'unseen' })));
  history.forEach((past, i) => {
    const entry = strip.children[i];
    const result = tIfAny(`results.${past.result}`) || past.result;
    const words = t('connect.stripEntry', { result, ago: ago(past.age_ms) });
    entry.className = past.result === 'sent' ? 'good' : 'bad';
    if (entry.title !== words) entry.title = words;
    say(entry.firstElementChild, words);
  });
  strip.hidden = history.length === 0;
  strip.setAttribute('aria-label', t('connect.strip'));
}

function drawTally() {
  const n = connect.history.length;
  const good = connect.history.filter((past) => past.result === 'sent').length;
  const words = n ? [t('connect.tally', { n, good })] : [];
  if (connect.trouble_age_ms !== undefined)
    words.push(t('connect.troubleFor', { time: duration(connect.trouble_age_ms) }));
  say(tally, words.join(' · '));
}

function nextWords(since_ms) {
  if (isSending || connect.sending) return t('connect.sending');
  if (connect.next_in_ms === undefined) return '';
  const left_ms = connect.next_in_ms - since_ms;
  return left_ms < 1000 ? t('connect.nextNow') : t('connect.nextIn', { time: duration(left_ms) });
}

function draw() {
  if (!connect) return;
  const since_ms = Date.now() - heard_ms;
  const { words, own } = describe(since_ms);
  section.dataset.state = connect.state;
  sendButton.setAttribute('aria-disabled', String(isSending)); // keeps the focus, as disabled would not
  say(sentence, words);
  say(ownWords, own);
  say(next, nextWords(since_ms));
}

// Once for each change, and not for every picture that arrives as it should.
function announceChange() {
  const now = `${connect.state} ${connect.state === 'trouble' ? connect.result : ''}`;
  if (announced && announced !== now) {
    announce(describe(0).words);
    outcome.replaceChildren(); // of another time
  }
  announced = now;
}

// What came of "Send now", and in another language the camera's own words too.
function tell({ words, own }) {
  outcome.replaceChildren(words);
  if (own) outcome.append(make('span', { className: 'own-words soft', lang: 'en' }, own));
}

async function send() {
  if (isSending) return;
  isSending = true;
  outcome.replaceChildren();
  draw();
  try {
    await sendNow();
    tell({ words: t('connect.arrived'), own: '' });
  } catch (err) {
    tell(explain({ ...err.problem, sentence: err.message }));
  }
  isSending = false;
  draw();
}

// With each status, and with null when the camera does not answer: then nobody knows how it goes.
export function showConnect(status) {
  if (!status) {
    delete section.dataset.state;
    say(next, '');
    connect = null;
    return;
  }
  connect = status.connect;
  heard_ms = Date.now();
  drawStrip();
  drawTally();
  sendButton.hidden = connect.state === 'off' || connect.state === 'no_token';
  tokenButton.hidden = connect.state !== 'no_token';
  draw();
  announceChange();
}

sendButton.addEventListener('click', send);
tokenButton.addEventListener('click', () => editSetting('connect.token'));
setInterval(draw, 1000);
