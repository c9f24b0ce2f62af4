// The set-up's Wi-Fi: pick a network, give its password, wait until the camera is in it.
import { getStatusIfAny } from './api.js';
import { make, revealBy, say } from './dom.js';
import { makeNetworkList } from './networks.js';
import { pause } from './pause.js';
import { hasPlainSigns, hasWifiPasswordLength } from './refusal.js';
import { t } from './words.js';

const JOIN_WAIT_MS = 40000;
const ASK_EVERY_MS = 1000;
const STATUS_WAIT_MS = 4000; // it may be changing channels meanwhile

export function isInNetwork(status, settings) {
  const ssid = settings['network.wifi_ssid'];
  return Boolean(ssid) && status.network.up && status.network.ssid === ssid;
}

// Where the camera is found from within the network; #setup goes on with the set-up there.
export function urlsOf(network, { goesOn = false } = {}) {
  const port = location.port ? `:${location.port}` : '';
  const end = goesOn ? '/#setup' : '/';
  const hosts = [`${network.hostname}.local`];
  if (network.ipv4) hosts.push(network.ipv4);
  return hosts.map((host) => `http://${host}${port}${end}`);
}

export function makeAddressList(addresses) {
  return addresses.map((address) =>
    make('li', {}, make('a', { href: address }, address.replace('#setup', ''))),
  );
}

function passwordProblem(password, secured) {
  if (password === '') return secured ? 'setup.wifiPasswordEmpty' : '';
  if (!hasPlainSigns(password)) return 'setup.wifiPasswordSigns';
  return hasWifiPasswordLength(password) ? '' : 'setup.wifiPasswordLength';
}

export function makeNetworkStep(element, flow) {
  const panels = [...element.querySelectorAll('[data-panel]')];
  const panel = (name) => panels.find((one) => one.dataset.panel === name);
  const form = panel('password');
  const password = form.querySelector('[type=password]');
  const hint = document.getElementById('setup-wifi-hint');
  const outcome = panel('joining').querySelector('.outcome');
  const reason = panel('joining').querySelector('.own-words');
  let picked = null;
  let attempts = 0; // a wait that was given up must not show its end

  function showPanel(name) {
    for (const one of panels) one.hidden = one.dataset.panel !== name;
    const heading = panel(name).querySelector('h3') || element.querySelector('h2');
    heading.focus();
  }

  function pick(network) {
    picked = network;
    say(form.querySelector('h3'), network.ssid);
    form.querySelector('.asked').hidden = network.secured === false;
    form.querySelector('.open').hidden = network.secured !== false;
    say(hint, t(network.secured ? 'setup.wifiHint' : 'setup.wifiHintHidden'));
    password.value = '';
    showForm();
  }

  function showForm(problem = '') {
    attempts++;
    showPanel('password');
    flow.complain(element, problem);
  }

  function showList() {
    attempts++;
    flow.complain(element, '');
    panel('list').querySelector('[data-part=networks]').replaceChildren(makeNetworkList(pick));
    showPanel('list');
  }

  function showConnected() {
    const { network } = flow.facts.status;
    const joined = panel('joined');
    say(joined.querySelector('h3'), t('setup.joinedTitle', { ssid: network.ssid }));
    joined
      .querySelector('ul')
      .replaceChildren(...makeAddressList(urlsOf(network, { goesOn: true })));
    showPanel('joined');
  }

  // Without an answer the camera may be in the network already, and its own network off.
  function giveUp(status) {
    const { ssid } = picked;
    if (!status) {
      say(panel('lost').querySelector('.advice'), t('setup.wifiLost', { ssid }));
      const addresses = urlsOf({ hostname: flow.hostname() }, { goesOn: true });
      panel('lost')
        .querySelector('ul')
        .replaceChildren(...makeAddressList(addresses));
      return showPanel('lost');
    }
    const why = status.network.reason;
    showForm(why ? t('setup.wifiFailedWhy', { ssid, why }) : t('setup.wifiFailed', { ssid }));
  }

  // Asks where the camera is; resolves to whether there is nothing more to wait for.
  async function look(attempt, isLast) {
    const status = await getStatusIfAny(STATUS_WAIT_MS);
    if (attempt !== attempts) return true;
    if (status && isInNetwork(status, { 'network.wifi_ssid': picked.ssid })) {
      flow.facts.status = status;
      showConnected();
      return true;
    }
    if (isLast) giveUp(status);
    say(outcome, status ? '' : t('setup.joiningLost'));
    say(reason, status?.network.reason || '');
    return isLast;
  }

  async function waitUntilJoined() {
    const attempt = ++attempts;
    const end_ms = Date.now() + JOIN_WAIT_MS;
    say(panel('joining').querySelector('h3'), t('setup.joiningTitle', { ssid: picked.ssid }));
    say(outcome, '');
    say(reason, '');
    showPanel('joining');
    while (!(await look(attempt, Date.now() >= end_ms))) await pause(ASK_EVERY_MS);
  }

  async function join() {
    const wrong = passwordProblem(picked.secured === false ? '' : password.value, picked.secured);
    if (wrong) return flow.complain(element, t(wrong), true);
    const changes = {
      'network.wifi_ssid': picked.ssid,
      'network.wifi_password': picked.secured === false ? '' : password.value,
    };
    if (await flow.change(element, changes)) waitUntilJoined();
  }

  revealBy(form.querySelector('[type=checkbox]'), password);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    join();
  });
  for (const button of element.querySelectorAll('[data-part=list]'))
    button.addEventListener('click', showList);
  element.querySelector('[data-part=stop]').addEventListener('click', () => showForm());
  element.querySelector('[data-part=look]').addEventListener('click', waitUntilJoined);
  element.querySelector('[data-part=next]').addEventListener('click', flow.next);
  element.querySelector('[data-part=later]').addEventListener('click', flow.next);

  return {
    show() {
      if (isInNetwork(flow.facts.status, flow.facts.settings)) showConnected();
      else showList();
    },
    leave() {
      attempts++;
      password.value = '';
    },
  };
}
