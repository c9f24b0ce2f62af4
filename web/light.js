// The lamp as a person switches it.
import { requestJson } from './api.js';
import { say } from './dom.js';
import { text } from './strings.js';

const section = document.querySelector('.light');
const on = document.getElementById('light-on');
const level = document.getElementById('light-level');
const output = section.querySelector('output');
const problem = section.querySelector('.problem');

let pending = 0; // changes on their way: a status from before them must not undo them

function show(light) {
  on.checked = light.on;
  if (document.activeElement !== level || !level.matches(':active')) level.value = light.level;
  say(output, text.percent(level.value));
}

async function put(change) {
  pending++;
  try {
    const light = await requestJson('PUT', '/api/v1/light', { body: change });
    problem.textContent = '';
    if (pending === 1) show(light);
  } catch (err) {
    problem.textContent = err.message;
  }
  pending--;
}

on.addEventListener('change', () => put({ on: on.checked }));
level.addEventListener('change', () => put({ level: Number(level.value) }));
level.addEventListener('input', () => say(output, text.percent(level.value)));

export function showLight(status) {
  section.hidden = !status.light;
  if (status.light && !pending) show(status.light);
}
