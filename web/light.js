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

let pending = 0; // changes on their way: a status from before them must not undo them

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

async function put(wanted) {
  pending++;
  try {
    const light = await requestJson('PUT', '/api/v1/light', { body: wanted });
    problem.textContent = '';
    if (pending === 1) show(light);
  } catch (err) {
    problem.textContent = err.message;
  }
  pending--;
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
level.addEventListener('change', () => put({ level: Number(level.value) }));
level.addEventListener('input', () => say(output, percent(level.value)));
whenSettingsChange(() => {
  flashButton.hidden = section.hidden || !offers(FLASH);
  press(flashButton, value(FLASH) === true);
});

export function showLight(status) {
  section.hidden = !status.light;
  lightButton.hidden = !status.light;
  flashButton.hidden = !status.light || !offers(FLASH);
  if (status.light && !pending) show(status.light);
}
