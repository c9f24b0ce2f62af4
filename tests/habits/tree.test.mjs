// The tree keeps its own rules: what core may include, who may know whom, what ARCHITECTURE.md says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

function filesBelow(folder, endings) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(name, endings);
    return endings.includes(path.extname(entry.name)) ? [name] : [];
  });
}

const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const includesOf = (file) =>
  [...read(file).matchAll(/^#include ([<"])([^>"]+)[>"]/gm)].map(([, mark, name]) => ({
    name,
    system: mark === '<',
  }));

const C17 = new Set(
  [
    'assert',
    'complex',
    'ctype',
    'errno',
    'fenv',
    'float',
    'inttypes',
    'iso646',
    'limits',
    'locale',
    'math',
    'setjmp',
  ]
    .concat([
      'signal',
      'stdalign',
      'stdarg',
      'stdatomic',
      'stdbool',
      'stddef',
      'stdint',
      'stdio',
      'stdlib',
    ])
    .concat(['stdnoreturn', 'string', 'tgmath', 'time', 'uchar', 'wchar', 'wctype'])
    .map((name) => `${name}.h`),
);
const PUBLIC = new Set([
  'capture/capture.h',
  'connect/connect.h',
  'connect/answer.h',
  'connect/place.h',
  'stream/stream.h',
  'network/ssid.h',
  'update/fetch.h',
  'timelapse/timelapse.h',
  'update/install.h',
  'web/web.h',
]);
const EVERYBODYS = new Set(['port', 'util', 'frame', 'settings', 'status']);

test('core includes C17, cJSON and itself, and nothing of a platform', () => {
  for (const file of filesBelow('core', ['.c', '.h'])) {
    for (const { name, system } of includesOf(file)) {
      if (system) assert.ok(C17.has(name) || name === 'cJSON.h', `${file} includes <${name}>`);
      else
        assert.ok(
          fs.existsSync(path.join(root, 'core', name)),
          `${file} includes "${name}", which is not in core`,
        );
    }
    assert.doesNotMatch(read(file), /^\s*#\s*(?:el)?if.*(?:ESP_PLATFORM|__linux__)/m, file);
  }
});

test('modules know each other by their public headers only', () => {
  for (const file of filesBelow('core', ['.c', '.h'])) {
    const own = file.split('/')[1];
    for (const { name, system } of includesOf(file)) {
      const folder = name.split('/')[0];
      if (system || folder === own || EVERYBODYS.has(folder)) continue;
      assert.ok(PUBLIC.has(name), `${file} includes "${name}", which is private to ${folder}`);
    }
  }
});

test('util includes nothing but util, and port nothing but port and util', () => {
  const may = { util: ['util'], port: ['port', 'util'], frame: ['frame', 'util'] };
  for (const [folder, allowed] of Object.entries(may))
    for (const file of filesBelow(`core/${folder}`, ['.c', '.h']))
      for (const { name, system } of includesOf(file))
        assert.ok(system || allowed.includes(name.split('/')[0]), `${file} includes "${name}"`);
});

test('ARCHITECTURE.md names every folder that there is, and none that there is not', () => {
  const text = read('ARCHITECTURE.md');
  const named = new Set(
    [...text.matchAll(/`((?:core|linux|tests|tools|web|docs|esp32)(?:\/[\w-]+)*)\/`/g)].map(
      ([, name]) => name,
    ),
  );
  for (const name of named)
    assert.ok(fs.existsSync(path.join(root, name)), `ARCHITECTURE.md names ${name}/`);
  const there = execFileSync('git', ['-C', root, 'ls-files'], { encoding: 'utf8' })
    .split('\n')
    .map((file) => file.split('/').slice(0, -1))
    .filter((parts) => parts.length >= 2 && ['core', 'linux', 'tests', 'tools'].includes(parts[0]))
    .map((parts) => parts.slice(0, 2).join('/'));
  for (const name of new Set(there))
    assert.ok(named.has(name), `ARCHITECTURE.md does not name ${name}/`);
});

test('docs name make targets that exist, and make help lists every habit', () => {
  const makefile = read('Makefile');
  const targets = new Set([...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name]) => name));
  const docs = filesBelow('docs', ['.md', '.1']);
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...docs])
    for (const [, name] of read(file).matchAll(/(?:`| {4})make ([a-z][a-z-]*)/g))
      assert.ok(targets.has(name), `${file} names make ${name}`);
  const phony = makefile.match(/^\.PHONY: (.*)$/m)[1].split(' ');
  assert.deepEqual([...targets].sort(), phony.sort(), 'every target is .PHONY');
  for (const name of targets) {
    const isForMake = /^packages-|-builds$/.test(name);
    assert.ok(
      isForMake || makefile.match(`(?:^|\n)${name}:.* ## `),
      `make help is silent on ${name}`,
    );
  }
});

test('what npm installs is named exactly, and comes from its own registry', () => {
  const wanted = JSON.parse(read('package.json')).devDependencies;
  for (const [name, version] of Object.entries(wanted))
    assert.match(version, /^\d+\.\d+\.\d+$/, `package.json takes any ${name} like ${version}`);
  const { packages } = JSON.parse(read('package-lock.json'));
  assert.deepEqual(packages[''].devDependencies, wanted, 'package-lock.json is of package.json');
  for (const [name, one] of Object.entries(packages)) {
    // npm ci refuses a list that lacks the package of another kind of machine
    for (const other of Object.keys(one.optionalDependencies ?? {}))
      assert.ok(packages[`node_modules/${other}`], `package-lock.json lacks ${other}`);
    if (!name) continue;
    assert.match(one.integrity, /^sha512-/, `${name} can be checked`);
    if (one.resolved) assert.match(one.resolved, /^https:\/\/registry\.npmjs\.org\//, name);
  }
});

test('the program is built without npm', () => {
  const files = ['core', 'linux', 'tools/connect-standin'].map(
    (folder) => `${folder}/CMakeLists.txt`,
  );
  for (const file of ['CMakeLists.txt', ...files, 'tools/bake.py'])
    assert.doesNotMatch(read(file), /\bnpm\b|\bnode(?:js|_modules)?\b/, file);
});
