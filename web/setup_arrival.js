// Whether the set-up's first picture arrived at Prusa Connect, and what to do when it did not.
import { Refusal, getStatus, sendNow } from './api.js';
import { say } from './dom.js';
import { t, tIfAny } from './words.js';

const NOT_KNOWN = ['denied', 'not_found']; // results for which another token may be the cure

export function makeArrival(element, flow) {
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  const arrival = element.querySelector('.arrival');
  const outcome = arrival.querySelector('.sentence');
  const own = arrival.querySelector('.own-words');
  let isSending = false;

  const isTokenSet = () => flow.facts.settings['connect.token'].set;

  // state: '' while nothing is known, 'fine', 'trouble'
  function showArrival(state, words, ownWords = '') {
    element.dataset.state = state;
    say(outcome, words);
    say(own, ownWords);
    part('again').hidden = state === '';
    part('token').hidden = true;
  }

  function showNotArrived(err) {
    const result = err.problem?.result;
    const words = result ? tIfAny(`results.${result}`) : '';
    showArrival('trouble', words || t('setup.notArrived'), err.message);
    part('token').hidden = !NOT_KNOWN.includes(result);
  }

  async function send() {
    if (isSending) return;
    isSending = true;
    showArrival('', t('setup.sending'));
    try {
      await sendNow();
      showArrival('fine', t('setup.arrived'));
    } catch (err) {
      if (err instanceof Refusal && err.status === 401) flow.logInAgain();
      else showNotArrived(err);
    }
    isSending = false;
  }

  function enterToken() {
    if (isTokenSet()) flow.goTo('token', t('setup.tokenNotKnown', { why: own.textContent }));
    else flow.goTo('token');
  }

  // The camera has sent one by itself since it has a token, most often. Connect wants ten seconds
  // between two, so another one is not sent without need.
  async function sendUnlessSent() {
    showArrival('', t('setup.sending'));
    let connect = {};
    try {
      ({ connect } = await getStatus());
    } catch {
      // then sending will tell what is wrong
    }
    if (connect.state === 'fine') showArrival('fine', t('setup.arrived'));
    else send();
  }

  function begin() {
    const hasToken = isTokenSet();
    say(part('token'), t(hasToken ? 'setup.tokenAgain' : 'connect.enterToken'));
    if (hasToken) return sendUnlessSent();
    showArrival('', t('setup.noTokenYet'));
    part('token').hidden = false;
  }

  part('again').addEventListener('click', send);
  part('token').addEventListener('click', enterToken);
  return { begin };
}
