// The first start: a password or knowingly none, the login, the token.
import { Refusal, changeSettings, getStatus } from './api.js';
import { text } from './strings.js';

const main = document.getElementById('setup');
const steps = Object.fromEntries(
  [...main.querySelectorAll('[data-step]')].map((step) => [step.dataset.step, step]),
);
const password = document.getElementById('setup-password');
const token = document.getElementById('setup-token');

function show(name) {
  for (const [each, step] of Object.entries(steps)) step.hidden = each !== name;
  steps[name].querySelector('h2').focus();
}

function complain(step, words) {
  step.querySelector('.problem').textContent = words;
}

// Changes settings; returns whether the camera took them, else says why not.
async function change(step, changes) {
  complain(step, '');
  for (const button of step.querySelectorAll('button')) button.disabled = true;
  try {
    await changeSettings(changes);
    return true;
  } catch (err) {
    complain(step, err.errors?.[0]?.detail || err.message);
    return false;
  } finally {
    for (const button of step.querySelectorAll('button')) button.disabled = false;
  }
}

function choosePassword(next) {
  const step = steps.password;
  const form = step.querySelector('form');
  const shown = form.querySelector('[type=checkbox]');
  shown.onchange = () => (password.type = shown.checked ? 'text' : 'password');
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!password.value) complain(step, text.setupPasswordEmpty);
    else if (await change(step, { 'system.password': password.value })) next('login');
    else password.focus();
  };
  step.querySelector('details button').onclick = async () => {
    if (await change(step, { 'system.open': true })) next('token');
  };
}

// The browser shows its login dialog while the camera waits for this request's password.
function logIn(next) {
  const step = steps.login;
  step.querySelector('button').onclick = async () => {
    complain(step, '');
    try {
      await getStatus();
      next('token');
    } catch (err) {
      const isWrong = err instanceof Refusal && err.status === 401;
      complain(step, isWrong ? text.setupLoginFailed : err.message);
    }
  };
}

function enterToken(finish) {
  const step = steps.token;
  step.querySelector('form').onsubmit = async (event) => {
    event.preventDefault();
    token.value = token.value.trim();
    if (!token.value) complain(step, text.setupTokenEmpty);
    else if (await change(step, { 'connect.token': token.value })) finish();
    else token.focus();
  };
  step.querySelector('[type=button]').onclick = finish;
}

// Resolves when the camera is set up.
export function setUp() {
  return new Promise((resolve) => {
    main.hidden = false;
    choosePassword(show);
    logIn(show);
    enterToken(() => {
      main.hidden = true;
      password.value = '';
      resolve();
    });
    show('password');
  });
}
