// The set-up's steps for Prusa Connect: the token that makes the camera known there, and its name.
import { make } from './dom.js';
import { cleanToken, tokenProblem, tokenProblemWords } from './token.js';
import { t } from './words.js';

// The token with its wrong character marked. For the eye; the sentence below says the same.
function drawToken(text, position) {
  const characters = [...text];
  return [
    characters.slice(0, position - 1).join(''),
    make('mark', {}, characters[position - 1]),
    characters.slice(position).join(''),
  ];
}

export function makeTokenStep(element, flow) {
  const form = element.querySelector('form');
  const input = form.querySelector('input');
  const drawn = form.querySelector('.drawn');
  const known = form.querySelector('.known');

  function isKnown() {
    return flow.facts.settings['connect.token'].set;
  }

  function draw(token, problem) {
    drawn.hidden = !problem?.position;
    drawn.replaceChildren(...(problem?.position ? drawToken(token, problem.position) : []));
  }

  async function save() {
    const token = cleanToken(input.value);
    input.value = token;
    draw('', null);
    if (!token && isKnown()) return flow.next();
    if (!token) return flow.complain(element, t('setup.tokenEmpty'), true);
    const problem = tokenProblem(token);
    draw(token, problem);
    if (problem) flow.complain(element, tokenProblemWords(problem), true);
    else if (await flow.change(element, { 'connect.token': token })) flow.next();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save();
  });
  form.querySelector('[data-part=later]').addEventListener('click', flow.next);
  return {
    // `problem`: why the token that the camera has is not the right one.
    show(problem = '') {
      input.value = '';
      draw('', null);
      known.hidden = !isKnown() || problem !== '';
      flow.complain(element, problem, problem !== '');
    },
  };
}

export function makeNameStep(element, flow) {
  const form = element.querySelector('form');
  const input = form.querySelector('input');

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { settings } = flow.facts;
    const typed = input.value.trim();
    // Without a name of its own the camera goes by the one it has in the network.
    const name = typed === flow.hostname() ? '' : typed;
    if (name === settings['connect.name']) flow.next();
    else if (await flow.change(element, { 'connect.name': name })) flow.next();
  });
  return {
    show() {
      input.value = flow.facts.settings['connect.name'] || flow.hostname();
    },
  };
}
