// tools/bake.py: the page's modules joined into one script behave as they did apart, what cannot be
// joined is refused with its place, and the program serves what came of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { root, startCamera, temporaryFolder } from './support.mjs';

const bakePy = path.join(root, 'tools/bake.py');

function write(t, files) {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return { folder, paths: Object.keys(files).map((name) => path.join(folder, name)) };
}

function python(...args) {
  const ran = spawnSync('python3', [bakePy, ...args], { encoding: 'utf8' });
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

// A folder with the joined scripts.
function join(t, files) {
  const { folder, paths } = write(t, files);
  const joined = path.join(folder, 'joined');
  fs.mkdirSync(joined);
  fs.writeFileSync(path.join(joined, 'package.json'), '{"type":"module"}');
  const { status, stderr } = python('--join', joined, ...paths);
  assert.equal(status, 0, stderr);
  return joined;
}

function run(script) {
  const ran = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

// What the script does must be what the modules did; returns the script.
function assertSame(t, files) {
  const { folder } = write(t, { ...files, 'package.json': '{"type":"module"}' });
  const apart = run(path.join(folder, 'page.js'));
  const script = path.join(join(t, files), 'page.js');
  assert.ok(apart, 'the modules say something');
  assert.equal(run(script), apart);
  return fs.readFileSync(script, 'utf8');
}

// The files of a baked C source: { path: { type, etag, text } }.
function readBaked(source) {
  const bytes = Object.fromEntries(
    [...source.matchAll(/uint8_t (gzip_\d+)\[\] = \{([\d,\s]*)\}/g)].map(([, name, numbers]) => [
      name,
      Buffer.from(numbers.split(',').slice(0, -1).map(Number)),
    ]),
  );
  return Object.fromEntries(
    [...source.matchAll(/\{"(.*)", "(.*)", "\\"(.*)\\"", (gzip_\d+), sizeof/g)].map(
      ([, at, type, etag, name]) => [at, { type, etag, text: gunzipSync(bytes[name]).toString() }],
    ),
  );
}

function bake(t, files) {
  const { folder, paths } = write(t, files);
  const output = path.join(folder, 'assets.c');
  const { status, stderr } = python(output, ...paths);
  assert.equal(status, 0, stderr);
  return fs.readFileSync(output, 'utf8');
}

test('joined modules behave as they do apart', (t) => {
  assertSame(t, {
    'page.js': `// Begins here.
import { greet, Person } from './greet.js';
import {
  count,
  countUp as more,
} from './count.js';

const people = [new Person('Ada'), new Person('Eva')];
for (const person of people) {
  more(); // one each
  console.log(greet(person));
}
const late = await Promise.resolve(\`\${people.length} people, \${count()} counted\`);
console.log(late);
`,
    'greet.js': `import { count as counted, countUp } from './count.js';
console.log('greet is read');

/* A person
   with a name. */
export class Person {
  #name;
  constructor(name) {
    this.#name = name;
  }
  get name() {
    return this.#name;
  }
}

export function greet(person) {
  countUp();
  return \`\${hello} \${person.name}, number \${counted()}\`;
}

export const hello = 'Hello'
`,
    'count.js': `console.log('count is read, strict:', this === undefined);
let n = 0;
export const count = () => n;
export async function later() {
  await null;
}
export function countUp() {
  n += 1;
}
`,
  });
});

test('modules are read in the order of imports, each once', (t) => {
  assertSame(t, {
    'page.js': `import { b } from './b.js';\nimport { a } from './a.js';\nconsole.log(a + b);\n`,
    'a.js': `import { c } from './c.js';\nconsole.log('a');\nexport const a = c + 'a';\n`,
    'b.js': `import { c } from './c.js';\nconsole.log('b');\nexport const b = c + 'b';\n`,
    'c.js': `console.log('c');\nexport const c = 'c';\n`,
  });
});

test('what is fetched later is a script of its own, and shares what the page has', (t) => {
  const files = {
    'page.js': `import { count, countUp } from './count.js';
async function main() {
  const { say } = await import('./later.js');
  say(count());
  console.log('the page counts', count());
}
countUp();
main();
`,
    'count.js': `let n = 0;
export const count = () => n;
export function countUp() {
  n += 1;
}
`,
    'later.js': `import { countUp } from './count.js';
import { words } from './words.js';
countUp();
export function say(n) {
  console.log(words, n);
}
`,
    'words.js': `export const words = 'later counts';\n`,
  };
  const script = assertSame(t, files);
  assert.doesNotMatch(script, /later counts/);
  assert.deepEqual(fs.readdirSync(join(t, files)).sort(), ['later.js', 'package.json', 'page.js']);
});

test('text that looks like a comment, an import or an end is left alone', (t) => {
  const script = assertSame(t, {
    'page.js': `import { words } from './words.js';
const half = words.length / 2 / 1; // a division, not a regular expression: '
console.log(words, half, "it's // here", 'a "quoted" /* word */');
console.log(/['"\`]\\/\\/[/'"]/.exec("x'//'"), [/\\/*/g, /a/].length, 'a/b'.replace(/\\//g, '//'));
console.log(\`   kept
    // kept
  import { x } from './no.js';
export const y = \${words.map((word) => \`<\${word}
  \${{ a: '}' }.a}>\`).join('\\n')}
  \${[{ n: 1 }].map((x) => { return \`it's \${x.n}\`; }).join()}
  end \\\` \\\${ \`);
console.log('goes \\
  on', { import: 1 }.import, (() => { return /'/.test("'") })());
`,
    'words.js': `export const words = ['export', 'import'];\n`,
  });
  assert.match(script, /\n {4}\/\/ kept\n/);
});

test('comments and indentation are not sent', (t) => {
  const joined = join(t, {
    'page.js': `// Why.\n/* What\n   for. */\nif (true) {\n    console.log(1); // here\n\n}\n`,
  });
  const script = fs.readFileSync(path.join(joined, 'page.js'), 'utf8');
  assert.equal(script, 'if (true) {\nconsole.log(1);\n}\n');
});

test('what cannot be joined is refused with its place and a way out', (t) => {
  const a = 'export const a = 1;\n';
  const refusals = [
    [{ 'page.js': a, 'a.js': `\n\nexport default 1;\n` }, 'a.js:3: write export before'],
    [{ 'page.js': a, 'a.js': `let b = 1;\nexport let a = 1;\n` }, 'a.js:2: write export before'],
    [{ 'page.js': a, 'a.js': `const a = 1;\nexport { a };\n` }, 'a.js:2: write export before'],
    [{ 'page.js': `export * from './a.js';\n`, 'a.js': a }, 'page.js:1: write export before'],
    [{ 'page.js': `export const { b } = {};\n` }, 'page.js:1: write export before'],
    [{ 'page.js': `\nimport * as all from './a.js';\n`, 'a.js': a }, 'page.js:2: write import'],
    [{ 'page.js': `import all from './a.js';\n`, 'a.js': a }, 'page.js:1: write import'],
    [{ 'page.js': `import './a.js';\n`, 'a.js': a }, 'page.js:1: write import'],
    [{ 'page.js': `import { a } from 'a';\n`, 'a.js': a }, 'page.js:1: write import'],
    [
      { 'page.js': `import { default as a } from './a.js';\n`, 'a.js': a },
      'page.js:1: a.js does not',
    ],
    [{ 'page.js': `import { a b } from './a.js';\n`, 'a.js': a }, 'page.js:1: between the braces'],
    [{ 'page.js': `() => {\n  import('./b.js');\n};\n`, 'a.js': a }, 'page.js:2: there is no b.js'],
    [
      { 'page.js': `await import('./a.js');\n`, 'a.js': a },
      'page.js:1: the script that this fetches',
    ],
    [{ 'page.js': `f(import(name));\n` }, "page.js:1: write import('./module.js');"],
    [{ 'page.js': `f(import.meta.url);\n` }, "page.js:1: write import('./module.js');"],
    [
      { 'page.js': `import { a } from './a.js';\n() => {\nimport('./a.js');\n};\n`, 'a.js': a },
      'page.js:3: a.js is imported at the top elsewhere',
    ],
    [
      { 'page.js': `import { b } from './a.js';\n`, 'a.js': a },
      'page.js:1: a.js does not export b',
    ],
    [{ 'page.js': `\nimport { b } from './b.js';\n` }, 'page.js:2: there is no b.js'],
    [{ 'page.js': `f();\n`, 'a.js': a }, 'a.js:1: no module imports this one'],
    [
      {
        'page.js': `import { a } from './a.js';\n`,
        'a.js': `import { b } from './b.js';\nexport const a = 1;\n`,
        'b.js': `\nimport { a } from './a.js';\nexport const b = 1;\n`,
      },
      'b.js:2: these import each other: a.js → b.js → a.js;',
    ],
    [
      { 'page.js': `import { a } from './a.js';\n`, 'a.js': `export const a = 1;\nawait a;\n` },
      'a.js:2: only page.js can await',
    ],
    [{ 'page.js': `f();\nf(\`never ends);\n` }, 'page.js:2: this template literal has no end'],
    [{ 'page.js': `f();\nf('never ends);\n` }, 'page.js:2: this string has no end'],
    [{ 'page.js': `f();\nf(/never ends);\n` }, 'page.js:2: this regular expression has no end'],
    [{ 'a.js': a }, 'page.js is missing'],
  ];
  for (const [files, words] of refusals) {
    const { folder, paths } = write(t, files);
    const joined = fs.mkdtempSync(path.join(folder, 'joined'));
    const { status, stderr } = python('--join', joined, ...paths);
    assert.equal(status, 1, words);
    assert.deepEqual(fs.readdirSync(joined), []);
    assert.ok(stderr.replace(`${folder}/`, '').replace('bake.py: ', '').startsWith(words), stderr);
  }
});

const page = {
  'index.html': '<!doctype html>\n  <title>x</title>\n',
  'page.js': `import { a } from './a.js';\nconsole.log(a);\n`,
  'a.js': 'export const a = 1;\n',
  'look.css': 'a {\n  color: red;\n}\n',
  'style.css': `@import './look.css';\n\n/* Why. */\n.a::before {\n  content: '/* kept */'; /* not this */\n}\n\n`,
  'icon.svg': '<svg>\n  <g/>\n</svg>\n',
  'languages/cs.json': '{\n  "a": "Kůň  a kráva",\n  "b": { "c": [1, 2] }\n}\n',
  'languages/de.json': '{ "first": { "a": "A" }, "later": { "b": "B" } }\n',
};

test('each file is served at its place, as small as is safe', (t) => {
  const baked = readBaked(bake(t, page));
  assert.deepEqual(Object.keys(baked), [
    '/',
    '/icon.svg',
    '/languages/cs.json',
    '/languages/de.json',
    '/languages/de.later.json',
    '/page.js',
    '/style.css',
  ]);
  assert.deepEqual(
    Object.values(baked).map(({ type }) => type.split(';')[0]),
    [
      ...['text/html', 'image/svg+xml', 'application/json', 'application/json', 'application/json'],
      ...['text/javascript', 'text/css'],
    ],
  );
  assert.equal(baked['/'].text, page['index.html']);
  assert.equal(baked['/icon.svg'].text, page['icon.svg']);
  assert.equal(baked['/languages/cs.json'].text, '{"a":"Kůň  a kráva","b":{"c":[1,2]}}');
  assert.equal(baked['/languages/de.json'].text, '{"a":"A"}');
  assert.equal(baked['/languages/de.later.json'].text, '{"b":"B"}');
  assert.equal(
    baked['/style.css'].text,
    "a {\ncolor: red;\n}\n.a::before {\ncontent: '/* kept */';\n}\n",
  );
  assert.match(baked['/page.js'].text, /^const m_a = /);
});

test('the same files make the same source, in any order and folder; a change makes another ETag', (t) => {
  const once = bake(t, page);
  assert.equal(bake(t, Object.fromEntries(Object.entries(page).reverse())), once);
  const changed = bake(t, { ...page, 'a.js': 'export const a = 2;\n' });
  const etags = (source) => Object.entries(readBaked(source)).map(([at, { etag }]) => [at, etag]);
  const different = etags(changed).filter(([at, etag]) => readBaked(once)[at].etag !== etag);
  assert.deepEqual(
    different.map(([at]) => at),
    ['/page.js'],
  );
});

test('a broken language or a strange file is refused, and the old source stays', (t) => {
  const refusals = [
    [{ 'languages/fr.json': '{\n  "a": "b",\n}\n' }, /languages\/fr\.json:[23]: this is no JSON/],
    [{ 'page.js~': 'x' }, /page\.js~:1: bake\.py knows no Content-Type/],
  ];
  for (const [more, words] of refusals) {
    const { folder, paths } = write(t, { ...page, ...more });
    const output = path.join(folder, 'assets.c');
    fs.writeFileSync(output, 'old');
    const { status, stderr } = python(output, ...paths);
    assert.equal(status, 1);
    assert.match(stderr, words);
    assert.equal(fs.readFileSync(output, 'utf8'), 'old');
  }
});

test('the program serves one script, its style and its languages, and no source', async (t) => {
  const camera = await startCamera(t);
  const types = {
    '/': 'text/html; charset=utf-8',
    '/style.css': 'text/css; charset=utf-8',
    '/page.js': 'text/javascript; charset=utf-8',
    '/setup.js': 'text/javascript; charset=utf-8',
    '/languages/en.json': 'application/json',
    '/languages/en.later.json': 'application/json',
  };
  for (const [at, type] of Object.entries(types)) {
    const answer = await camera.get(at, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(answer.status, 200, at);
    assert.equal(answer.headers['content-type'], type);
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.match(answer.headers.etag, /^"[0-9a-f]{16}"$/);
    assert.ok(gunzipSync(answer.body).length > 0, at);
    const headers = { 'If-None-Match': answer.headers.etag };
    assert.equal((await camera.get(at, { headers })).status, 304, at);
  }
  const html = gunzipSync((await camera.get('/')).body).toString();
  const loaded = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:css|js))"/g)].map(([, at]) => at);
  assert.deepEqual(loaded.sort(), ['/page.js', '/style.css']);
  for (const at of ['/settings.js', '/api.js', '/index.html', '/languages/', '/languages/xx.json'])
    assert.equal((await camera.get(at)).status, 404, at);
});
