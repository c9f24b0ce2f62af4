// The first start: password or knowingly none, Wi-Fi, token, name, first picture. Where somebody is
// in it is kept in this browser and told by the camera, so that a closed tab or a lost connection
// goes on where it was.
import { Refusal, changeSettings, getSchema, getSettings, getStatus } from './api.js';
import { say } from './dom.js';
import { refusalOf } from './refusal.js';
import { makeLoginStep, makePasswordStep } from './setup_access.js';
import { makeNameStep, makeTokenStep } from './setup_connect.js';
import { urlsOf, isInNetwork, makeAddressList, makeNetworkStep } from './setup_network.js';
import { forget, recall, remember } from './setup_memory.js';
import { makePictureStep } from './setup_picture.js';
import { t } from './words.js';

const RETRY_MS = 3000;
const LEAVE_WAIT_MS = 1000;
const UNCOUNTED = ['done']; // of the plan
const TRANSIENT = ['login', 'lost']; // shown in between, never where somebody is

const main = document.getElementById('setup');
const progress = main.querySelector('.progress');
const elements = Object.fromEntries(
  [...main.querySelectorAll('[data-step]')].map((step) => [step.dataset.step, step]),
);

let steps = {}; // by name: {show(), leave()}, either may be missing
const facts = { status: null, settings: {}, schema: [] }; // what the camera told last
let memory = null; // {step, asksNetwork, passed: [names]}
let current = '';
let chosenPassword = ''; // until the login is done, so that it can be looked at again
let whenLoggedIn = null;
let whenDone = null;

function offers(key) {
  return facts.schema.some((row) => row.key === key);
}

function asksNetwork() {
  return memory.asksNetwork ?? offers('network.wifi_ssid');
}

function plan() {
  const network = asksNetwork() ? ['network'] : [];
  return ['password', ...network, 'token', 'name', 'picture', 'done'];
}

// What the camera itself tells to be done, in this browser or in another one.
function isDone(name) {
  if (name === 'password') return facts.status.setup === 'done';
  if (name === 'network') return isInNetwork(facts.status, facts.settings);
  if (name === 'token') return facts.settings['connect.token'].set;
  return name === 'name' && facts.settings['connect.name'] !== '';
}

function isBehind(name) {
  return memory.passed.includes(name) || isDone(name);
}

function firstOpenStep() {
  const names = plan();
  if (names.includes(memory.step) && (memory.step === 'network' || !isDone(memory.step)))
    return memory.step;
  return names.find((name) => !isBehind(name));
}

// Password and login are behind for good.
function canGoBack(name) {
  const names = plan();
  return names.indexOf(name) > 1 && name !== 'done';
}

function drawProgress(name) {
  const counted = plan().filter((one) => !UNCOUNTED.includes(one));
  const number = counted.indexOf(name === 'login' ? 'password' : name) + 1;
  progress.hidden = number === 0;
  say(progress, t('setup.progress', { number, count: counted.length }));
}

function keepInHistory(name, how) {
  const depth = history.state?.setUpDepth ?? 0;
  if (how === 'push') history.pushState({ setUpStep: name, setUpDepth: depth + 1 }, '');
  if (how === 'replace') history.replaceState({ setUpStep: name, setUpDepth: depth }, '');
}

// how: 'push' a new step into the browser's history, 'replace' the one that is left, or neither.
function show(name, how = '', detail = undefined) {
  steps[current]?.leave?.();
  current = name;
  for (const [each, element] of Object.entries(elements)) element.hidden = each !== name;
  if (!TRANSIENT.includes(name)) {
    memory.step = name;
    remember(memory);
  }
  drawProgress(name);
  for (const button of elements[name].querySelectorAll('[data-part=back]'))
    button.hidden = !canGoBack(name);
  complain(elements[name], '');
  steps[name]?.show?.(detail);
  const heading = elements[name].querySelector('h2');
  document.title = t('setup.pageTitle', { step: heading.textContent });
  keepInHistory(name, how);
  scrollTo(0, 0);
  // A panel of the step may have taken the focus; that is below its heading.
  if (!elements[name].contains(document.activeElement)) heading.focus({ preventScroll: true });
}

// isField: the words are about what was typed, not about what became of it.
function complain(element, words, isField = false) {
  const problem = element.querySelector('[data-part=problem]');
  if (!problem) return;
  say(problem, words);
  const field = element.querySelector(`[aria-describedby~="${problem.id}"]`);
  if (!field) return;
  field.setAttribute('aria-invalid', String(isField && words !== ''));
  if (isField && words) field.focus();
}

function wordsOf(err, changes) {
  const key = err.errors?.[0]?.key;
  const row = facts.schema.find((one) => one.key === key);
  return row ? refusalOf(row, changes[key], err) : err.message;
}

// Resolves to whether the action was done. Where somebody changed the password meanwhile, or the
// browser forgot it, it waits for the login; where one was chosen already, there is none to choose.
async function withLogin(action) {
  try {
    await action();
    return true;
  } catch (err) {
    if (err.status !== 401 || current === 'login') throw err;
  }
  const where = current;
  await logIn();
  if (where === 'password') {
    await goOn();
    return false;
  }
  show(where);
  await action();
  return true;
}

// Does what a button or Enter asked for; says why it failed, and resolves to whether it was done. A
// second press meanwhile does nothing. Buttons are not disabled: that would take the focus from them.
async function attempt(element, action, changes = {}) {
  if (element.getAttribute('aria-busy') === 'true') return false;
  element.setAttribute('aria-busy', 'true');
  complain(element, '');
  try {
    return await withLogin(action);
  } catch (err) {
    complain(element, wordsOf(err, changes));
    return false;
  } finally {
    element.removeAttribute('aria-busy');
  }
}

function change(element, changes) {
  const action = async () => {
    facts.settings = await changeSettings(changes);
  };
  return attempt(element, action, changes);
}

function logIn(how) {
  const done = new Promise((resolve) => {
    whenLoggedIn = resolve;
  });
  show('login', how, chosenPassword);
  return done;
}

// For what asks by itself, as the picture does: then on where this was.
async function logInAgain() {
  if (current === 'login') return;
  const where = current;
  await logIn();
  show(where);
}

function pauseAfterLoss(err) {
  if (current !== 'lost') show('lost');
  say(elements.lost.querySelector('.own-words'), err instanceof Refusal ? err.message : '');
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS);
    elements.lost.querySelector('button').onclick = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

// Asks until the camera answers; there is no way on without it.
async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (err) {
      if (err.status === 401) await logIn();
      else await pauseAfterLoss(err);
    }
  }
}

async function loadFacts() {
  facts.status = await patiently(getStatus);
  facts.schema = await patiently(getSchema);
  if (facts.status.setup === 'needed') return;
  facts.settings = await patiently(getSettings);
  memory.asksNetwork ??= offers('network.wifi_ssid') && !isInNetwork(facts.status, facts.settings);
}

async function loadOffers() {
  facts.schema = await getSchema();
  facts.settings = await getSettings();
}

// After the password step: the rest of what the camera tells can be asked for.
async function goOn() {
  await loadFacts();
  show(firstOpenStep(), 'replace');
}

async function passwordChosen(password) {
  chosenPassword = password;
  await logIn('replace');
  chosenPassword = '';
  goOn();
}

function next() {
  if (!memory.passed.includes(current)) memory.passed.push(current);
  const names = plan();
  const rest = names.slice(names.indexOf(current) + 1);
  show(
    rest.find((name) => !isBehind(name)),
    'push',
  );
}

function back() {
  const names = plan();
  show(names[names.indexOf(current) - 1], 'push');
}

function goTo(name, detail) {
  show(name, 'push', detail);
}

function hostname() {
  return facts.status.network.hostname;
}

function makeDoneStep(element) {
  const [token, network, access] = ['token', 'network', 'access'].map((name) =>
    element.querySelector(`[data-about=${name}]`),
  );
  element.querySelector('button.main').addEventListener('click', finish);
  return {
    show() {
      const here = `${location.origin}/`;
      const addresses = new Set([here, ...urlsOf(facts.status.network)]);
      element.querySelector('ul').replaceChildren(...makeAddressList([...addresses]));
      token.hidden = isDone('token');
      network.hidden = !asksNetwork();
      say(network, t(isDone('network') ? 'setup.doneNetwork' : 'setup.doneNoNetwork'));
      access.hidden = !facts.settings['system.open'];
    },
  };
}

function makeSteps() {
  const flow = {
    get facts() {
      return facts;
    },
    attempt,
    back,
    change,
    complain,
    goOn,
    goTo,
    hostname,
    loadOffers,
    logInAgain,
    next,
    offers,
    passwordChosen,
  };
  steps = {
    password: makePasswordStep(elements.password, flow),
    login: makeLoginStep(elements.login, flow, () => whenLoggedIn()),
    network: makeNetworkStep(elements.network, flow),
    token: makeTokenStep(elements.token, flow),
    name: makeNameStep(elements.name, flow),
    picture: makePictureStep(elements.picture, flow),
    done: makeDoneStep(elements.done),
  };
  for (const button of main.querySelectorAll('[data-part=back]'))
    button.addEventListener('click', back);
  elements.picture.querySelector('[data-part=next]').addEventListener('click', next);
}

function followHistory(event) {
  const name = event.state?.setUpStep;
  const isAsked = name !== 'password' && plan().includes(name);
  if (isAsked && !TRANSIENT.includes(current)) show(name);
}

// The browser's way back leads out of the set-up now, not into its steps.
async function leaveHistory() {
  const depth = history.state?.setUpDepth ?? 0;
  if (depth > 0) {
    const left = new Promise((resolve) => {
      window.addEventListener('popstate', resolve, { once: true });
      setTimeout(resolve, LEAVE_WAIT_MS);
    });
    history.go(-depth);
    await left;
  }
  history.replaceState(null, '', location.pathname + location.search);
}

async function finish() {
  window.removeEventListener('popstate', followHistory);
  forget();
  await leaveHistory();
  steps[current].leave?.();
  current = '';
  main.hidden = true;
  whenDone();
}

// Leads through the set-up; resolves when it is done. `status` is the camera's.
export async function setUp(status) {
  const done = new Promise((resolve) => {
    whenDone = resolve;
  });
  if (!steps.password) makeSteps();
  facts.status = status;
  memory = { step: '', passed: [], ...(status.setup === 'done' && recall()) };
  main.hidden = false;
  window.addEventListener('popstate', followHistory);
  if (status.setup === 'done') {
    await goOn();
  } else {
    facts.schema = await patiently(getSchema);
    show('password', 'replace');
  }
  return done;
}
