// The set-up's first step: a password, or knowingly none; and the login that follows a password.
import { Unreachable, problemOf } from './api.js';
import { make, revealBy, say } from './dom.js';
import { PASSWORD_MIN } from './refusal.js';
import { duration, t } from './words.js';

const PROBE_WAIT_MS = 5000;
const LOGIN_WAIT_MS = 10 * 60 * 1000; // while somebody looks for the password, the dialog stays

// The browser may ask for the login during this request, so it may take long. That the camera is
// there at all is asked before, where no login is needed.
async function askForLogin() {
  try {
    await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_WAIT_MS) });
    const signal = AbortSignal.timeout(LOGIN_WAIT_MS);
    return await fetch('/api/v1/status', { cache: 'no-store', signal });
  } catch {
    throw new Unreachable();
  }
}

export function makePasswordStep(element, flow) {
  const [form] = element.getElementsByTagName('form');
  const password = form.querySelector('[type=password]');

  revealBy(form.querySelector('[type=checkbox]'), password);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const chosen = password.value;
    if ([...chosen].length < PASSWORD_MIN)
      return flow.complain(
        element,
        t(chosen ? 'setup.passwordShort' : 'setup.passwordEmpty'),
        true,
      );
    if (await flow.change(element, { 'system.password': chosen })) flow.passwordChosen(chosen);
  });
  element.querySelector('details button').addEventListener('click', async () => {
    if (await flow.change(element, { 'system.open': true })) flow.goOn();
  });
  return {
    leave() {
      password.value = '';
    },
  };
}

// `onDone` is called when the camera lets the browser in.
export function makeLoginStep(element, flow, onDone) {
  const button = element.querySelector('button.main');
  const reminder = element.querySelector('details');
  const wait = element.querySelector('.wait');
  let timer = 0;
  let until_ms = 0;

  function drawWait() {
    const left_ms = until_ms - Date.now();
    if (left_ms > 0) return say(wait, t('setup.loginWaitLeft', { time: duration(left_ms + 999) }));
    clearInterval(timer);
    say(wait, '');
    flow.complain(element, t('setup.loginWaitOver'));
  }

  function lockedFor(seconds) {
    until_ms = Date.now() + seconds * 1000;
    clearInterval(timer);
    timer = setInterval(drawWait, 1000);
    drawWait();
    flow.complain(element, t('setup.loginLocked', { time: duration(seconds * 1000) }));
  }

  async function logIn() {
    if (until_ms > Date.now()) return;
    say(wait, t('setup.loginAsked'));
    const response = await askForLogin().finally(() => say(wait, ''));
    if (response.ok) onDone();
    else if (response.status === 429) lockedFor(Number(response.headers.get('Retry-After')) || 60);
    else if (response.status === 401) flow.complain(element, t('setup.loginFailed'));
    else throw await problemOf(response);
  }

  button.addEventListener('click', () => flow.attempt(element, logIn));
  return {
    // With the password that was just chosen here, or '' when it is not known.
    show(password = '') {
      say(element.querySelector('h2'), t(password ? 'setup.loginTitle' : 'setup.loginAgainTitle'));
      say(element.querySelector('.why'), t(password ? 'setup.loginWhy' : 'setup.loginAgainWhy'));
      reminder.hidden = !password;
      reminder.open = false;
      reminder.lastElementChild.replaceChildren(make('code', {}, password));
    },
    leave() {
      clearInterval(timer);
      reminder.lastElementChild.replaceChildren();
    },
  };
}
