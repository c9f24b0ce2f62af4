// One setting as a line of a form: its label, the control that fits its type, why it was refused.
//
//   const field = makeField(row, save);   // row: of the schema
//   field.show(value);                    // as the settings tell it
//   field.complain('It must be …');       // '' when all is well again
//   field.edit();                         // puts the focus there
//
// save(value, {drag, isHeld, also}) is called with what somebody chose, null for the default, and
// resolves to whether it was taken. `drag`: a slider moves, and `isHeld`: somebody still holds it;
// `also`: other settings that go with it.
import { ask, icon, make, revealBy, say } from './dom.js';
import { makeNetworkList } from './networks.js';
import { cleanToken } from './token.js';
import { number as formatNumber, t, tIfAny } from './words.js';

const SELECT_STEPS_MAX = 8; // a number with so few values is better picked than typed
const SLIDER_STEPS_MAX = 10000; // with more, a slider misses what is meant
const LONG_TEXT = 1000;
const SEEN_AT_ONCE = ['camera', 'light']; // the groups whose sliders act while they move
const WITHOUT_DEFAULT = ['connect.fingerprint', 'network.wifi_ssid', 'system.open']; // no small matter
const SIZES = {
  QVGA: [320, 240],
  CIF: [352, 288],
  VGA: [640, 480],
  SVGA: [800, 600],
  XGA: [1024, 768],
  HD: [1280, 720],
  SXGA: [1280, 1024],
  UXGA: [1600, 1200],
  FHD: [1920, 1080],
  QXGA: [2048, 1536],
  QHD: [2560, 1440],
  QSXGA: [2560, 1920],
  '4K': [3840, 2160],
};

export function labelOf(row) {
  return tIfAny(`labels.${row.key}`) || row.label;
}

export function hintOf(row) {
  return tIfAny(`hints.${row.key}`);
}

function unitOf(row) {
  if (row.unit === '1/s') return ''; // "Pictures a second" says it
  return tIfAny(`units.${row.key}`) || tIfAny(`units.${row.unit}`) || row.unit || '';
}

function withUnit(words, unit) {
  if (!unit) return words;
  return unit === '°' ? `${words}${unit}` : `${words} ${unit}`;
}

export function choiceWords(row, choice) {
  if (typeof choice === 'number') return withUnit(formatNumber(choice), unitOf(row));
  const size = SIZES[choice] || choice.match(/^(\d+)x(\d+)$/)?.slice(1);
  if (size) {
    const pixels = `${size[0]} × ${size[1]}`;
    return SIZES[choice] ? `${pixels} (${choice})` : pixels;
  }
  if (/^\d+x$/.test(choice)) return `${choice.slice(0, -1)} ×`;
  return tIfAny(`choices.${choice}`) || choice;
}

// A number of few values is offered as choices too.
export function choicesOf(row) {
  if (row.choices) return row.choices;
  const steps = (row.maximum - row.minimum) / row.step;
  if (row.type !== 'integer' || row.step === 1 || steps > SELECT_STEPS_MAX) return [];
  return Array.from({ length: steps + 1 }, (_, i) => row.minimum + i * row.step);
}

function makeSwitch(id, save) {
  const input = make('input', { id, type: 'checkbox', className: 'switch', role: 'switch' });
  input.addEventListener('change', () => save(input.checked));
  return {
    elements: [input],
    inputs: [input],
    shape: 'tight',
    set: (value) => (input.checked = value),
    goesBack: true,
  };
}

function makeSelect(id, row, save) {
  const input = make('select', { id });
  const choices = choicesOf(row);
  let offered = [];
  const offer = (list) => {
    offered = list;
    input.replaceChildren(
      ...list.map((choice, i) => make('option', { value: i }, choiceWords(row, choice))),
    );
  };
  offer(choices);
  input.addEventListener('change', () => save(offered[input.value]));
  return {
    elements: [input],
    inputs: [input],
    shape: 'half',
    set(value) {
      if (!offered.includes(value)) offer([...choices, value]);
      input.value = offered.indexOf(value);
    },
    goesBack: true,
  };
}

// What somebody is typing stays, whatever the settings tell meanwhile.
function watchTyping(input) {
  let shown = '';
  let asked = ''; // typed to its end
  const set = (value) => {
    shown = String(value);
    if (input.value !== shown) input.value = shown;
  };
  input.addEventListener('change', () => (asked = input.value));
  return {
    isBusy: () => document.activeElement === input && ![shown, asked].includes(input.value),
    set,
    reset: () => set(shown),
  };
}

function makeNumberBox(row, save, complain) {
  const input = make('input', {
    type: 'number',
    inputMode: row.minimum < 0 ? 'text' : 'numeric', // phones' digit keys have no minus
    min: row.minimum,
    max: row.maximum,
    step: row.step,
  });
  input.addEventListener('change', () => {
    if (input.value === '') complain(t('settings.notANumber'));
    else save(Number(input.value));
  });
  return input;
}

function makeSlider(id, row, save) {
  const isSeenAtOnce = SEEN_AT_ONCE.includes(row.group);
  const slider = make('input', {
    id,
    type: 'range',
    min: row.minimum,
    max: row.maximum,
    step: row.step,
  });
  slider.addEventListener('input', () => {
    if (isSeenAtOnce) save(Number(slider.value), { drag: true, isHeld: true });
  });
  slider.addEventListener('change', () => save(Number(slider.value), { drag: true }));
  return slider;
}

function makeNumber(id, row, save, complain) {
  const number = makeNumberBox(row, save, complain);
  const unit = unitOf(row);
  const typed = watchTyping(number);
  const tail = unit ? [make('span', { className: 'unit soft' }, unit)] : [];
  const isSlidable = (row.maximum - row.minimum) / row.step <= SLIDER_STEPS_MAX;
  if (!isSlidable) {
    number.id = id;
    return {
      elements: [number, ...tail],
      inputs: [number],
      shape: 'half',
      isBusy: typed.isBusy,
      set: typed.set,
    };
  }
  const slider = makeSlider(id, row, save);
  const tell = () => {
    if (unit) slider.setAttribute('aria-valuetext', withUnit(slider.value, unit));
  };
  number.setAttribute('aria-label', t('settings.numberOf', { label: labelOf(row) }));
  slider.addEventListener('input', () => {
    number.value = slider.value;
    tell();
  });
  return {
    elements: [slider, number, ...tail],
    inputs: [number, slider],
    shape: 'slide',
    isBusy: typed.isBusy,
    set(value) {
      slider.value = value;
      typed.set(value);
      tell();
    },
  };
}

function makeTextInput(id, row) {
  if (row.maxLength > LONG_TEXT) return make('textarea', { id, rows: 4, spellcheck: false });
  return make('input', {
    id,
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
  });
}

function makeText(id, row, save, complain) {
  const input = makeTextInput(id, row);
  const typed = watchTyping(input);
  input.addEventListener('change', () => save(input.value));
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    typed.reset();
    complain('');
  });
  return { elements: [input], inputs: [input], shape: 'wide', ...typed };
}

function makeShow(input) {
  const show = make('input', { type: 'checkbox' });
  revealBy(show, input);
  return {
    element: make('label', { className: 'tick' }, show, make('span', {}, t('common.show'))),
    reset() {
      show.checked = false;
      input.type = 'password';
    },
  };
}

function makeNetworkPassword(ssid, onSubmit, onCancel) {
  const input = make('input', {
    type: 'password',
    autocomplete: 'off',
    'aria-label': t('settings.passwordOf', { ssid }),
  });
  const cancel = make('button', { type: 'button' }, t('common.cancel'));
  const form = make(
    'form',
    { className: 'editor', noValidate: true },
    make('p', {}, t('settings.passwordOf', { ssid })),
    input,
    makeShow(input).element,
    make(
      'div',
      { className: 'row' },
      make('button', { className: 'main' }, t('settings.join')),
      cancel,
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onSubmit(input.value || null);
  });
  cancel.addEventListener('click', onCancel);
  return { form, input };
}

// A network's name, with the list of those that are near. Name and password of one that is picked
// go together: with only one of them, the camera would leave its network for nothing.
function makeNetwork(id, row, save, complain) {
  const control = makeText(id, row, save, complain);
  const [input] = control.inputs;
  const near = make('div', { id: `${id}-near`, className: 'near', hidden: true });
  const button = make('button', { type: 'button' }, t('settings.networksNearby'));
  const unfold = (on) => {
    button.setAttribute('aria-expanded', String(on));
    near.hidden = !on;
    near.replaceChildren(...(on ? [makeNetworkList(pick)] : []));
    complain('');
  };
  async function join(ssid, password) {
    if (!(await save(ssid, { also: { 'network.wifi_password': password } }))) return;
    unfold(false);
    button.focus();
  }
  function pick({ ssid, secured }) {
    if (secured === false) {
      join(ssid, null);
      return;
    }
    const { form, input: password } = makeNetworkPassword(
      ssid,
      (typed) => join(ssid, typed),
      () => {
        unfold(false);
        button.focus();
      },
    );
    near.replaceChildren(form);
    password.focus();
  }
  button.setAttribute('aria-controls', near.id);
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => unfold(near.hidden));
  return { ...control, elements: [input, button], below: [near] };
}

// A secret is never read back: it is set or not, and a new one is typed on request.
function makeSecret(id, row, save, complain) {
  const label = labelOf(row);
  const isToken = row.key === 'connect.token';
  const state = make('span', { className: 'soft' });
  const change = make('button', { type: 'button', id });
  const remove = make('button', { type: 'button' }, t('common.remove'));
  const rest = make('div', { className: 'row' }, state, change, remove);
  remove.setAttribute('aria-label', t('settings.removeOf', { label }));

  const input = make('input', {
    type: 'password',
    autocomplete: row.key === 'system.password' ? 'new-password' : 'off',
    autocapitalize: 'off',
    spellcheck: false,
    'aria-label': label,
  });
  const show = makeShow(input);
  const cancel = make('button', { type: 'button' }, t('common.cancel'));
  const editor = make(
    'form',
    { className: 'editor', hidden: true, noValidate: true },
    input,
    show.element,
    make(
      'div',
      { className: 'row' },
      make('button', { className: 'main' }, t('common.save')),
      cancel,
    ),
  );
  const edit = (on) => {
    editor.hidden = !on;
    rest.hidden = on;
    input.value = '';
    show.reset();
    complain('');
    (on ? input : change).focus();
  };
  const clean = () => {
    if (isToken) input.value = cleanToken(input.value);
  };
  async function submit(event) {
    event.preventDefault();
    clean();
    if (!input.value) complain(t('settings.secretEmpty'));
    else if (await save(input.value)) edit(false);
  }
  async function forget() {
    const question = t('settings.removeQuestion', { label });
    if ((await ask(question, [['yes', t('common.remove')]])) !== 'yes') return;
    await save(null);
    change.focus(); // the button may be gone now
  }
  change.addEventListener('click', () => edit(true));
  cancel.addEventListener('click', () => edit(false));
  remove.addEventListener('click', forget);
  input.addEventListener('input', (event) => {
    if (['insertFromPaste', 'insertFromDrop'].includes(event.inputType)) clean();
  });
  editor.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') edit(false);
  });
  editor.addEventListener('submit', submit);
  return {
    elements: [rest, editor],
    inputs: [input],
    edit: () => edit(true),
    shape: 'wide',
    set({ set }) {
      say(state, set ? t('settings.isSet') : t('settings.isNotSet'));
      say(change, set ? t('common.change') : t('settings.enter'));
      change.setAttribute(
        'aria-label',
        t(set ? 'settings.changeOf' : 'settings.enterOf', { label }),
      );
      // without a password the camera would be anybody's; system.open says that on purpose
      remove.hidden = !set || row.key === 'system.password';
    },
  };
}

function makeControl(id, row, save, complain) {
  if (row.type === 'boolean') return makeSwitch(id, save);
  if (row.type === 'secret') return makeSecret(id, row, save, complain);
  if (row.key === 'network.wifi_ssid') return makeNetwork(id, row, save, complain);
  if (choicesOf(row).length) return makeSelect(id, row, save);
  if (row.type === 'integer') return makeNumber(id, row, save, complain);
  return makeText(id, row, save, complain);
}

function makeDefaultButton(row, save) {
  const words = t('settings.toDefaultOf', { label: labelOf(row) });
  const button = make(
    'button',
    { type: 'button', className: 'plain', hidden: true, title: words },
    icon('undo'),
    t('settings.toDefault'),
  );
  button.setAttribute('aria-label', words);
  button.addEventListener('click', () => save(null));
  return button;
}

// The name that the sensor's data sheet, other firmwares and scripts have for it.
function makeOwnName(row) {
  const [group, name] = row.key.split('.');
  if (group !== 'camera' || name === labelOf(row).toLowerCase()) return '';
  return make('span', { className: 'own-name soft', translate: false }, name);
}

export function makeField(row, saveValue) {
  const id = `setting-${row.key}`;
  const problem = make('p', { className: 'problem', id: `${id}-problem`, role: 'alert' });
  const hint = make('p', { className: 'soft hint', id: `${id}-hint` }, hintOf(row));
  let control = null;
  let keepsTyped = false; // to be corrected
  let pending = 0;

  function complain(words) {
    say(problem, words);
    keepsTyped = words !== '' && !control.goesBack;
    for (const input of control.inputs)
      if (words) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
  }

  async function save(value, options = {}) {
    if (!options.drag) element.setAttribute('aria-busy', 'true');
    pending++;
    const isTaken = await saveValue(value, options);
    pending--;
    if (!pending) element.removeAttribute('aria-busy');
    if (value === null && isTaken) control.inputs[0].focus(); // the button is gone now
    return isTaken;
  }

  control = makeControl(id, row, save, complain);
  const described = hint.textContent ? `${hint.id} ${problem.id}` : problem.id;
  for (const input of control.inputs) input.setAttribute('aria-describedby', described);
  const toDefault = makeDefaultButton(row, save);
  const hasDefault = row.default !== undefined && !WITHOUT_DEFAULT.includes(row.key);

  const element = make(
    'div',
    { className: `field ${control.shape}` },
    make(
      'div',
      { className: 'label' },
      make('label', { htmlFor: id }, labelOf(row)),
      makeOwnName(row),
      toDefault,
    ),
    make('div', { className: 'control' }, ...control.elements),
    ...(control.below || []),
    hint,
    problem,
  );
  element.dataset.key = row.key;

  return {
    row,
    element,
    label: labelOf(row),
    edit: control.edit || (() => control.inputs[0].focus()),
    complain,
    // Why `value` was not taken. What can only be chosen shows what is; what was typed stays.
    refuse(words, value, { isTyped }) {
      complain(words);
      keepsTyped = keepsTyped && isTyped;
      if (!keepsTyped) control.set(value);
    },
    show(value) {
      if (!keepsTyped && !control.isBusy?.()) control.set(value);
      toDefault.hidden = !hasDefault || value === row.default;
    },
  };
}
