// The lamp as a person switches it, and the flash.
import { requestJson } from './api.js';
import { say } from './dom.js';
import { change, offers, value, whenSettingsChange } from './settings.js';
import { percent } from './words.js';

const FLASH = 'flash.enabled';

const section = document.querySelector('.light');
const level = document.getElementById('light-level');
const output = section.querySelector('output');
const problem = section.querySelector('.problem');
const lightButton = document.querySelector('.actions [data-part=light]');
const flashButton = document.querySelector('.actions [data-part=flash]');

let isPutting = false; // then a status from before it must not undo what is wanted
let waiting = null; // what is wanted beyond that: {on, level}
let known = null; // as the camera told last

function press(button, on) {
  button.setAttribute('aria-pressed', String(on));
}

function isPressed(button) {
  return button.getAttribute('aria-pressed') === 'true';
}

function show(light) {
  press(lightButton, light.on);
  if (!level.matches(':active')) level.value = light.level;
  say(output, percent(level.value));
}

// One request at a time; what is wanted meanwhile goes with the next.
async function put(wanted) {
  waiting = { ...waiting, ...wanted };
  if (isPutting) return;
  isPutting = true;
  try {
    while (waiting) {
      const body = waiting;
      waiting = null;
      const light = await requestJson('PUT', '/api/v1/light', { body });
      if (!waiting) show(light);
    }
    problem.textContent = '';
  } catch (err) {
    waiting = null;
    problem.textContent = err.message;
    if (known) show(known);
  }
  isPutting = false;
}

async function toggleFlash() {
  const on = !isPressed(flashButton);
  press(flashButton, on); // at once; what the camera says of it follows
  try {
    await change({ [FLASH]: on });
    problem.textContent = '';
  } catch (err) {
    press(flashButton, value(FLASH));
    problem.textContent = err.message;
  }
}

lightButton.addEventListener('click', () => {
  press(lightButton, !isPressed(lightButton));
  put({ on: isPressed(lightButton) });
});
flashButton.addEventListener('click', toggleFlash);
level.addEventListener('input', () => {
  say(output, percent(level.value));
  put({ level: Number(level.value) });
});
whenSettingsChange(() => {
  flashButton.hidden = section.hidden || !offers(FLASH);
  press(flashButton, value(FLASH) === true);
});

export function showLight(status) {
  section.hidden = !status.light;
  lightButton.hidden = !status.light;
  flashButton.hidden = !status.light || !offers(FLASH);
  known = status.light || null;
  if (known && !isPutting) show(known);
}
