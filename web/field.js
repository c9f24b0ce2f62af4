// One setting as a line of a form: its label, the control that fits its type, its refusal.
//
//   const field = makeField(row, (value) => …);   // row: of the schema; null: back to default
//   field.show(value);                            // as the settings tell it
//   field.complain('It must be …');               // '' when all is well again
//   field.edit();                                 // puts the focus there
import { make } from './dom.js';
import { text } from './strings.js';

const SELECT_STEPS_MAX = 8; // a number with so few values is better picked than typed

function labelOf(row) {
  return text.labels[row.key] || row.label;
}

function unitOf(row) {
  return text.units[row.unit] ?? row.unit ?? '';
}

function choiceWords(choice) {
  return text.choices[choice] || String(choice);
}

function withUnit(value, unit) {
  if (!unit) return String(value);
  return unit === '°' ? `${value}${unit}` : `${value} ${unit}`;
}

function makeSwitch(id, row, save) {
  const input = make('input', { id, type: 'checkbox', className: 'switch', role: 'switch' });
  input.addEventListener('change', () => save(input.checked));
  return { elements: [input], input, shape: 'tight', set: (value) => (input.checked = value) };
}

function makeSelect(id, choices, words, save) {
  const input = make('select', { id });
  let offered = [];
  const offer = (list) => {
    offered = list;
    input.replaceChildren(...list.map((choice, i) => make('option', { value: i }, words(choice))));
  };
  offer(choices);
  input.addEventListener('change', () => save(offered[input.value]));
  return {
    elements: [input],
    input,
    shape: 'half',
    set(value) {
      if (!offered.includes(value)) offer([...choices, value]);
      input.value = offered.indexOf(value);
    },
  };
}

function makeNumber(id, row, save, complain) {
  const range = { min: row.minimum, max: row.maximum, step: row.step };
  const slider = make('input', { id, type: 'range', ...range });
  const number = make('input', {
    type: 'number',
    inputMode: row.minimum < 0 ? 'text' : 'numeric', // phones' digit keys have no minus
    'aria-label': text.numberOf(labelOf(row)),
    ...range,
  });
  slider.addEventListener('input', () => (number.value = slider.value));
  slider.addEventListener('change', () => save(Number(slider.value)));
  number.addEventListener('change', () => {
    if (number.value === '') complain(text.notANumber);
    else save(Number(number.value));
  });
  return {
    elements: [slider, number, make('span', { className: 'unit soft' }, unitOf(row))],
    input: number,
    shape: 'half',
    set(value) {
      slider.value = value;
      number.value = value;
    },
  };
}

function makeText(id, row, save) {
  const isLong = row.maxLength > 1000;
  const input = isLong
    ? make('textarea', { id, rows: 4, spellcheck: false })
    : make('input', {
        id,
        type: 'text',
        autocomplete: 'off',
        autocapitalize: 'off',
        spellcheck: false,
      });
  input.addEventListener('change', () => save(input.value));
  return { elements: [input], input, shape: 'wide', set: (value) => (input.value = value) };
}

// A secret is never read back: it is set or not, and a new one is typed on request.
function makeSecret(id, row, save, complain) {
  const label = labelOf(row);
  const state = make('span', { className: 'soft' });
  const change = make('button', { type: 'button', id }, text.change);
  const remove = make(
    'button',
    { type: 'button', 'aria-label': text.named(text.remove, label) },
    text.remove,
  );
  const rest = make('div', { className: 'row' }, state, change, remove);

  const input = make('input', {
    type: 'password',
    autocomplete: row.key === 'system.password' ? 'new-password' : 'off',
    'aria-label': label,
  });
  const show = make('input', { type: 'checkbox' });
  const cancel = make('button', { type: 'button' }, text.cancel);
  const editor = make(
    'form',
    { className: 'editor', hidden: true, noValidate: true },
    input,
    make('label', { className: 'tick' }, show, make('span', {}, text.show)),
    make('div', { className: 'row' }, make('button', { className: 'main' }, text.save), cancel),
  );
  const edit = (on) => {
    editor.hidden = !on;
    rest.hidden = on;
    input.value = '';
    show.checked = false;
    input.type = 'password';
    complain('');
    (on ? input : change).focus();
  };
  change.addEventListener('click', () => edit(true));
  cancel.addEventListener('click', () => edit(false));
  remove.addEventListener('click', () => save(null));
  show.addEventListener('change', () => (input.type = show.checked ? 'text' : 'password'));
  editor.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!input.value) complain(text.secretEmpty);
    else if (await save(input.value)) edit(false);
  });
  change.setAttribute('aria-label', text.named(text.change, label));
  return {
    elements: [rest, editor],
    input,
    edit: () => edit(true),
    shape: 'wide',
    set(value) {
      state.textContent = value.set ? text.isSet : text.isNotSet;
      // without a password the camera would be anybody's; system.open says that on purpose
      remove.hidden = !value.set || row.key === 'system.password';
    },
  };
}

function makeControl(id, row, save, complain) {
  switch (row.type) {
    case 'boolean':
      return makeSwitch(id, row, save);
    case 'choice':
      return makeSelect(id, row.choices, choiceWords, save);
    case 'secret':
      return makeSecret(id, row, save, complain);
    case 'integer': {
      const steps = (row.maximum - row.minimum) / row.step;
      if (row.step === 1 || steps > SELECT_STEPS_MAX) return makeNumber(id, row, save, complain);
      const values = Array.from({ length: steps + 1 }, (_, i) => row.minimum + i * row.step);
      return makeSelect(id, values, (value) => withUnit(value, unitOf(row)), save);
    }
    default:
      return makeText(id, row, save);
  }
}

export function makeField(row, save) {
  const id = `setting-${row.key}`;
  const problem = make('p', { className: 'problem', id: `${id}-problem`, role: 'alert' });
  const hint = make('p', { className: 'soft hint', id: `${id}-hint` }, text.hints[row.key] || '');
  let control = null;
  let isRefused = false; // then what was typed stays, to be corrected

  function complain(words) {
    problem.textContent = words;
    isRefused = words !== '';
    if (isRefused) control.input.setAttribute('aria-invalid', 'true');
    else control.input.removeAttribute('aria-invalid');
  }
  control = makeControl(id, row, save, complain);
  control.input.setAttribute('aria-describedby', `${hint.id} ${problem.id}`);

  const toDefault = make(
    'button',
    { type: 'button', className: 'plain', hidden: true, title: text.toDefaultOf(labelOf(row)) },
    text.toDefault,
  );
  toDefault.setAttribute('aria-label', text.toDefaultOf(labelOf(row)));
  toDefault.addEventListener('click', async () => {
    await save(null);
    control.input.focus(); // the button may be gone now
  });

  const element = make(
    'div',
    { className: `field ${control.shape}` },
    make('div', { className: 'label' }, make('label', { htmlFor: id }, labelOf(row)), toDefault),
    make('div', { className: 'control' }, ...control.elements),
    hint,
    problem,
  );
  const hasDefault = row.default !== undefined && row.key !== 'connect.fingerprint';
  return {
    row,
    element,
    label: labelOf(row),
    edit: control.edit || (() => control.input.focus()),
    complain,
    show(value) {
      if (!isRefused) control.set(value);
      toDefault.hidden = !hasDefault || value === row.default;
    },
  };
}
