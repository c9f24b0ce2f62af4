// The Wi-Fi networks that the camera finds, to pick one from; and how strong a signal is, in words.
import { requestJson } from './api.js';
import { icon, make, say } from './dom.js';
import { t } from './words.js';

const SEARCH_WAIT_MS = 20000; // the radio listens on each channel, one after another
const SSID_BYTES = 32;
const SIGNALS = [
  // from so many dBm on
  [-55, 'excellent', 4],
  [-67, 'good', 3],
  [-75, 'fair', 2],
  [-Infinity, 'weak', 1],
];

let made = 0; // lists; each needs ids of its own

function signalOf(rssi_dbm) {
  return SIGNALS.find(([least]) => rssi_dbm >= least);
}

export function signalWords(rssi_dbm) {
  return t(`wifi.${signalOf(rssi_dbm)[1]}`);
}

// Four bars, as phones draw them. Only for the eye: signalWords() goes beside it.
export function signalBars(rssi_dbm) {
  const bars = make('span', { className: 'bars', 'aria-hidden': 'true' });
  for (let bar = 1; bar <= 4; bar++)
    bars.append(make('span', { className: bar <= signalOf(rssi_dbm)[2] ? 'on' : '' }));
  return bars;
}

// Several access points of one name are one network; those without a name can only be typed.
function strongestOfEach(found) {
  const byName = new Map();
  const strongestFirst = [...found].sort((a, b) => b.rssi_dbm - a.rssi_dbm);
  for (const network of strongestFirst)
    if (network.ssid && !byName.has(network.ssid)) byName.set(network.ssid, network);
  return [...byName.values()];
}

function makeEntry(network, onPick) {
  const { ssid, rssi_dbm, secured } = network;
  const facts = t(secured ? 'wifi.securedFacts' : 'wifi.openFacts', {
    signal: signalWords(rssi_dbm),
  });
  const button = make(
    'button',
    { type: 'button' },
    signalBars(rssi_dbm),
    make(
      'span',
      { className: 'named' },
      make('bdi', {}, ssid),
      make('span', { className: 'soft' }, facts),
    ),
    ...(secured ? [icon('lock')] : []),
  );
  button.addEventListener('click', () => onPick({ ssid, secured }));
  return make('li', {}, button);
}

function makeHidden(onPick) {
  const id = `hidden-network-${++made}`;
  const input = make('input', {
    id,
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
    'aria-describedby': `${id}-problem`,
  });
  const problem = make('p', { id: `${id}-problem`, className: 'problem', role: 'alert' });
  const form = make(
    'form',
    { noValidate: true },
    make('label', { htmlFor: id }, t('wifi.hiddenName')),
    input,
    problem,
    make('div', { className: 'row' }, make('button', {}, t('wifi.useHidden'))),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const bytes = new TextEncoder().encode(input.value).length;
    let wrong = '';
    if (bytes === 0) wrong = t('wifi.hiddenEmpty');
    else if (bytes > SSID_BYTES) wrong = t('wifi.hiddenLong');
    input.setAttribute('aria-invalid', String(wrong !== ''));
    say(problem, wrong);
    if (wrong) input.focus();
    else onPick({ ssid: input.value }); // whether it wants a password is not known
  });
  return make('details', {}, make('summary', {}, t('wifi.hidden')), form);
}

// An element with the networks that the camera finds; it begins to look for them at once. onPick is
// called with {ssid, secured}; a network whose name was typed has no `secured`.
export function makeNetworkList(onPick) {
  const outcome = make('p', { className: 'soft', role: 'status' });
  const problem = make('p', { className: 'problem', role: 'alert' });
  const list = make('ul');
  const again = make('button', { type: 'button' }, t('wifi.searchAgain'));
  let isSearching = false;

  async function search() {
    if (isSearching) return;
    isSearching = true;
    again.setAttribute('aria-busy', 'true');
    say(problem, '');
    say(outcome, t('wifi.searching'));
    try {
      const found = strongestOfEach(
        await requestJson('GET', '/api/v1/wifi/networks', { wait_ms: SEARCH_WAIT_MS }),
      );
      list.replaceChildren(...found.map((network) => makeEntry(network, onPick)));
      say(outcome, found.length ? t('wifi.found', { n: found.length }) : t('wifi.foundNone'));
    } catch (err) {
      say(outcome, '');
      say(problem, err.message);
    }
    again.removeAttribute('aria-busy');
    isSearching = false;
  }

  again.addEventListener('click', search);
  search();
  return make(
    'div',
    { className: 'networks' },
    outcome,
    problem,
    list,
    make('div', { className: 'row' }, again),
    makeHidden(onPick),
  );
}
