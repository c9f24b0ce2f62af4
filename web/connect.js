// How the pictures get on at Prusa Connect.
import { requestJson } from './api.js';
import { make, say } from './dom.js';
import { editSetting } from './settings.js';
import { text } from './strings.js';

const SEND_WAIT_MS = 160 * 1000; // the camera itself gives up after 150 s

const section = document.querySelector('.connect');
const sentence = section.querySelector('.sentence');
const strip = section.querySelector('.strip');
const tally = section.querySelector('.tally');
const next = section.querySelector('.next');
const sendButton = section.querySelector('[data-part=send]');
const tokenButton = section.querySelector('[data-part=token]');
const outcome = section.querySelector('.outcome');

let connect = null; // of the last status
let heard_ms = 0; // when that came
let isSending = false;

function drawStrip() {
  const { history } = connect;
  while (strip.childElementCount > history.length) strip.lastElementChild.remove();
  while (strip.childElementCount < history.length)
    strip.append(make('li', {}, make('span', { className: 'unseen' })));
  history.forEach((past, i) => {
    const entry = strip.children[i];
    const words = text.stripEntry(text.results[past.result] || past.result, past.age_ms);
    entry.className = past.result === 'sent' ? 'good' : 'bad';
    if (entry.title !== words) entry.title = words;
    say(entry.firstElementChild, words);
  });
  strip.hidden = history.length === 0;
  const good = history.filter((past) => past.result === 'sent').length;
  const words = history.length ? [text.tally(good, history.length)] : [];
  if (connect.trouble_age_ms !== undefined) words.push(text.troubleFor(connect.trouble_age_ms));
  say(tally, words.join(' · '));
}

function draw() {
  if (!connect) return;
  const since_ms = Date.now() - heard_ms;
  section.dataset.state = connect.state;
  const sending = isSending || connect.sending;
  if (sending) say(next, text.sending);
  else if (connect.next_in_ms === undefined) say(next, '');
  else say(next, text.nextIn(Math.max(0, connect.next_in_ms - since_ms)));
}

async function send() {
  isSending = true;
  sendButton.disabled = true;
  outcome.textContent = '';
  draw();
  try {
    const attempt = await requestJson('POST', '/api/v1/connect/send', { wait_ms: SEND_WAIT_MS });
    outcome.textContent = attempt.sentence;
  } catch (err) {
    outcome.textContent = err.message;
  }
  isSending = false;
  sendButton.disabled = false;
  draw();
}

export function showConnect(status) {
  connect = status.connect;
  heard_ms = Date.now();
  say(sentence, connect.sentence);
  drawStrip();
  sendButton.hidden = connect.state === 'off' || connect.state === 'no_token';
  tokenButton.hidden = connect.state !== 'no_token';
  draw();
}

strip.setAttribute('aria-label', text.strip);
sendButton.addEventListener('click', send);
tokenButton.addEventListener('click', () => editSetting('connect.token'));
setInterval(draw, 1000);
