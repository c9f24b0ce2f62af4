// The drawings in the documents: they are what their generator makes, and each board has its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const images = path.join(root, 'docs/images');
const read = (...parts) => fs.readFileSync(path.join(root, ...parts), 'utf8');

const boards = fs
  .readdirSync(path.join(root, 'esp32/boards'))
  .filter((file) => file.endsWith('.h') && file !== 'board.h')
  .map((file) => path.basename(file, '.h'));
const realBoards = boards.filter((name) => name !== 'qemu');

const svgBelow = (folder, below = '') =>
  fs
    .readdirSync(path.join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.join(below, entry.name);
      if (entry.isDirectory()) return svgBelow(folder, name);
      return name.endsWith('.svg') ? [name] : [];
    })
    .sort();

test('the drawings are what make drawings makes', (t) => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'connectcam-drawings-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  execFileSync('python3', [path.join(root, 'tools/draw/draw.py'), made]);
  assert.deepEqual(svgBelow(images), svgBelow(made), 'none is missing, none is left over');
  for (const name of svgBelow(made))
    assert.equal(
      fs.readFileSync(path.join(images, name), 'utf8'),
      fs.readFileSync(path.join(made, name), 'utf8'),
      `${name} is not what make drawings makes of tools/draw and esp32/boards today`,
    );
});

test('each board can be recognised by a small picture with its name', () => {
  for (const name of realBoards) {
    const [, title] = read('esp32/boards', `${name}.h`).match(/\.title = "([^"]+)"/);
    const front = read('docs/images/boards', `${name}-front.svg`);
    assert.ok(front.includes(`<title>${title}</title>`), `${name} is called ${title}`);
    assert.ok(front.length < 6 * 1024, `${name}-front.svg is small`);
  }
});

// A board's header, read in another way than the generator's: by the lines that people write.
function header(name) {
  const text = read('esp32/boards', `${name}.h`).replace(/\/\/.*$/gm, '');
  const inside = (field) =>
    text.match(new RegExp(`\\.${field} =\\s*\\{([^{}]*(?:\\{[^{}]*\\})?[^{}]*)\\}`))?.[1];
  const pin = (field, of) => {
    const value = of?.match(new RegExp(`\\.${field} = (\\w+)`))?.[1];
    return value === undefined || value === 'CC_PIN_NONE' ? undefined : Number(value);
  };
  const camera = inside('camera');
  const sensor = { PWDN: 'power_down', RESET: 'reset' };
  for (const line of ['XCLK', 'SDA', 'SCL', 'VSYNC', 'HREF', 'PCLK'])
    sensor[line] = line.toLowerCase();
  return {
    lamp: pin('pin', inside('light')),
    'status LED': pin('pin', inside('led')),
    'factory reset': pin('reset_pin', text),
    ...Object.fromEntries(
      ['clk', 'cmd', 'd0'].map((line) => [`card ${line.toUpperCase()}`, pin(line, inside('card'))]),
    ),
    ...Object.fromEntries(
      Object.entries(sensor).map(([line, field]) => [`camera ${line}`, pin(field, camera)]),
    ),
    ...Object.fromEntries(
      camera
        .match(/\.d = \{([^}]*)\}/)[1]
        .split(',')
        .map((value, i) => [`camera D${i}`, Number(value)]),
    ),
  };
}

test('each board’s pins are drawn as they are built', () => {
  for (const name of realBoards) {
    const pins = header(name);
    const texts = [
      ...read('docs/images/boards', `${name}.svg`).matchAll(/<text[^>]*>([^<]*)</g),
    ].map(([, text]) => text);
    // beside the pads: "GPIO4 lamp + card slot D1"
    let seen = 0;
    for (const [, gpio, said] of texts.map((text) => text.match(/^GPIO(\d+) {2}(.*)/) ?? []))
      for (const words of said?.split(' + ') ?? []) {
        const use = words.replace(/:.*/, '');
        if (!(use in pins)) continue;
        seen += 1;
        assert.equal(Number(gpio), pins[use], `${name}: ${use}`);
      }
    assert.ok(seen > 0, `${name}: a pad with a use`);
    // below, all of them
    const after = (label) => texts[texts.indexOf(label) + 1];
    const said = {
      lamp: after('Lamp').match(/^GPIO(\d+)/)?.[1],
      'status LED': after('Status LED').match(/^GPIO(\d+)/)?.[1],
      'factory reset': after('Factory reset').match(/^GPIO(\d+)/)?.[1],
    };
    for (const [line, number] of [...after('microSD, 1 bit').matchAll(/(\w+) (\d+)/g)].map((m) =>
      m.slice(1),
    ))
      said[`card ${line}`] = number;
    for (const [line, number] of [...after('Camera').matchAll(/(\w+) (\d+)/g)].map((m) =>
      m.slice(1),
    ))
      said[`camera ${line}`] = number;
    texts
      .find((text) => text.startsWith('D0–D7: '))
      .slice(7)
      .split(' ')
      .forEach((number, i) => {
        said[`camera D${i}`] = number;
      });
    for (const [use, gpio] of Object.entries(pins))
      assert.equal(said[use] && Number(said[use]), gpio, `${name}: ${use}, below the board`);
    assert.ok(texts.includes(`BOARD=${name}`), `${name}: how a build is told`);
  }
});

test('docs/boards.md has a section, a picture and the pins of each board', () => {
  const text = read('docs/boards.md');
  for (const name of boards) assert.ok(text.includes(`\`BOARD=${name}\``), `BOARD=${name}`);
  for (const name of realBoards) {
    const [, title] = read('esp32/boards', `${name}.h`).match(/\.title = "([^"]+)"/);
    const section = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
    assert.ok(section, `a section is called ${title}`);
    assert.ok(section.includes(`(images/boards/${name}.svg)`), `${title}: its pins`);
    assert.ok(text.includes(`(images/boards/${name}-front.svg)`), `${title}: how it looks`);
    for (const what of ['Download mode', 'Lamp', 'Factory reset'])
      assert.ok(section.includes(`**${what}.**`), `${title}: ${what}`);
  }
});

test('docs/flash-led.md names the settings as they are', () => {
  const table = read('core/settings/table.h').replace(/\\\n/g, '');
  const text = read('docs/flash-led.md');
  for (const name of ['flash.level', 'flash.duration_ms', 'light.level']) {
    const [, least, most, preset, unit] = table.match(
      new RegExp(`"${name}", (\\d+), (\\d+), \\d+, (\\d+), "([^"]+)"`),
    );
    const [row] = text.match(new RegExp(`^\\| \`${name}\`.*$`, 'm'));
    assert.ok(row.endsWith(`| ${preset} ${unit} | ${least} to ${most} ${unit} |`), row);
    const label = JSON.parse(read('web/languages/en.json')).first.labels[name];
    assert.ok(row.includes(`| ${label} |`), `${row} calls it ${label}`);
  }
});
