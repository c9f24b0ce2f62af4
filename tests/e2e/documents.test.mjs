// The examples of the documents, run as they stand there, and what the documents say comes of it.
//
// docs/api.md: its blocks of sh, python and js, in order, in one shell, against a camera with the
// password that the document uses. The one thing that is replaced is the camera's address,
// ADDRESS. A block that follows one of them is its answer:
//   json   has at least these members, each of the same type; of an array, the first one counts
//   http   the same status line, and these headers
//   text   the same lines, but for numbers; a number that begins a line is a status and counts
//
// docs/recipes.md: what other programs are told to ask for is there, and its commands do something.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  makeLogin,
  makeToken,
  readJpeg,
  request,
  root,
  runProgram,
  startCamera,
  startStandin,
  temporaryFolder,
  until,
  without,
} from './support.mjs';

const ADDRESS = 'http://raspberrypi.local:8080';
const password = 'correct horse';
const RUN = {
  sh: (file) => `. ./${file}`,
  python: (file) => `python3 ${file}`,
  js: (file) => `node ${file}`,
};
const ANSWERS = ['json', 'http', 'text'];

// The fenced blocks of a document: { language, text, line, heading }.
function readBlocks(document) {
  const blocks = [];
  let block;
  let heading = '';
  document.split('\n').forEach((line, i) => {
    const fence = line.match(/^```(\w*)$/);
    if (!block && line.startsWith('#')) heading = line;
    if (fence && block) {
      blocks.push(block);
      block = undefined;
    } else if (fence) {
      block = { language: fence[1], text: '', line: i + 1, heading };
    } else if (block) {
      block.text += `${line}\n`;
    }
  });
  assert.equal(block, undefined, 'the last block ends');
  return blocks;
}

// Each example with the answer that stands below it.
function readExamples(document) {
  const examples = [];
  for (const block of readBlocks(document)) {
    if (RUN[block.language]) examples.push({ ...block });
    else if (ANSWERS.includes(block.language)) {
      const example = examples.at(-1);
      assert.ok(example && !example.answer, `line ${block.line}: an answer to one example`);
      example.answer = block;
    } else {
      assert.fail(`line ${block.line}: a block of the language "${block.language}"`);
    }
  }
  return examples;
}

function assertShape(found, wanted, place) {
  const kind = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  assert.equal(kind(found), kind(wanted), `${place} is of the same type`);
  if (kind(wanted) === 'array') {
    if (!wanted.length) return;
    assert.ok(found.length, `${place} is not empty`);
    assertShape(found[0], wanted[0], `${place}[0]`);
  } else if (kind(wanted) === 'object') {
    for (const [key, value] of Object.entries(wanted)) {
      assert.ok(key in found, `${place} has ${key}`);
      assertShape(found[key], value, `${place}.${key}`);
    }
  }
}

const linesOf = (text) => text.trimEnd().split(/\r?\n/);
const withoutNumbers = (line) =>
  line.replace(/^(\d{3}\b)?(.*)$/, (_, status, rest) => (status ?? '') + rest.replace(/\d+/g, '0'));

function assertHttp(found, wanted) {
  const [status, ...headers] = linesOf(found);
  const [wantedStatus, ...wantedHeaders] = linesOf(wanted);
  assert.equal(status, wantedStatus);
  for (const header of wantedHeaders) assert.ok(headers.includes(header), `${header} in\n${found}`);
}

function assertAnswer(found, { language, text }) {
  if (language === 'json') assertShape(JSON.parse(found), JSON.parse(text), 'the answer');
  else if (language === 'http') assertHttp(found, text);
  else assert.deepEqual(linesOf(found).map(withoutNumbers), linesOf(text).map(withoutNumbers));
}

// A status that is told as JSON is not only of the same type.
function assertSameStatus(found, wanted) {
  if (wanted.language !== 'json') return;
  const [one, other] = [JSON.parse(found), JSON.parse(wanted.text)];
  if (other.type === 'about:blank') assert.equal(one.status, other.status);
}

// A camera with the documents' password, and these settings.
async function startClosed(t, settings) {
  const camera = await startCamera(t, { open: false, set: { 'network.hostname': 'raspberrypi' } });
  const change = async (ask, body) => {
    const answer = await ask({
      method: 'PATCH',
      path: '/api/v1/settings',
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, answer.text);
  };
  await change((options) => request(camera.url, options), { 'system.password': password });
  await change(makeLogin(camera.url, { password }), settings);
  return camera;
}

describe('docs/api.md', () => {
  const document = fs.readFileSync(path.join(root, 'docs/api.md'), 'utf8');
  const examples = readExamples(document);

  test('its examples do what it says', { skip: without('curl', 'python3') }, async (t) => {
    assert.ok(examples.length > 25, `${examples.length} examples were found`);
    const standin = await startStandin(t);
    // chosen, not for this run only: the backup of the examples is to hold them
    const camera = await startClosed(t, {
      'connect.server': standin.apiUrl,
      'connect.ca': fs.readFileSync(standin.ca, 'utf8'),
      'connect.token': makeToken(),
    });
    await standin.waitFor((entry) => entry.picture, 'the first picture is at Connect');
    await until(() => /Pictures arrive/.test(camera.stderr()), 'and the camera knows');

    const folder = temporaryFolder(t);
    const script = examples.map((example, i) => {
      const file = `${i}.${example.language}`;
      const text = example.text.replaceAll(ADDRESS, camera.url);
      fs.writeFileSync(path.join(folder, file), text);
      return `{ ${RUN[example.language](file)}; } >${i}.out 2>${i}.err; echo $? >${i}.status`;
    });
    const run = `cd '${folder}' || exit 1\n${script.join('\n')}\n`;
    const ran = await runProgram(t, 'sh', ['-c', run], { seconds: 120 });
    assert.equal(ran.code, 0, ran.stderr);

    for (const [i, example] of examples.entries())
      await t.test(`line ${example.line}, ${example.heading}`, () => {
        const read = (ending) => fs.readFileSync(path.join(folder, `${i}.${ending}`), 'utf8');
        assert.equal(read('status'), '0\n', `${read('out')}${read('err')}`);
        assert.equal(read('err'), '');
        if (!example.answer) return;
        assertAnswer(read('out'), example.answer);
        assertSameStatus(read('out'), example.answer);
      });
  });

  test('each path of openapi.yaml is named', () => {
    const reference = fs.readFileSync(path.join(root, 'docs/openapi.yaml'), 'utf8');
    const paths = [...reference.matchAll(/^ {2}(\/\S*):$/gm)].map(([, name]) => name);
    assert.ok(paths.length > 40, `${paths.length} paths were found`);
    // {day} and {time} are variables of the shell in examples, and the page is `/`
    const named = document.replaceAll('$day', '{day}').replaceAll('$time', '{time}');
    const isNamed = (name) => {
      const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return new RegExp(`(?:[\`$\\s]|camera)${escaped}(?![\\w/.{-])`).test(named);
    };
    assert.deepEqual(
      paths.filter((name) => !isNamed(name)),
      [],
    );
  });
});

describe('docs/recipes.md', () => {
  const document = fs.readFileSync(path.join(root, 'docs/recipes.md'), 'utf8');
  const BOARD = 'http://prusa-esp32cam.local';
  const key = document.match(/key=(\w+)/)[1];
  const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');

  test('addresses with the key are answered, and those without are not', async (t) => {
    const camera = await startClosed(t, { 'system.view_key': key });
    const login = makeLogin(camera.url, { password });
    const found = [...document.matchAll(/http:\/\/[\w.-]+\.local(?::\d+)?(\/[^\s'"`]*)/g)];
    const asked = [...new Set(found.map(([, one]) => one))];
    assert.ok(asked.length > 5, asked.join('\n'));
    for (const one of asked) {
      const method = one.startsWith('/stream') ? 'HEAD' : 'GET';
      const answer = await camera.get(one, { method });
      const isOpen = one.includes(`key=${key}`) || one === '/healthz';
      assert.equal(answer.status, isOpen ? 200 : 401, one);
      // 405: another method is meant
      if (!isOpen) assert.ok([200, 405].includes((await login({ path: one })).status), one);
    }
    assert.equal((await camera.get('/healthz')).text.trim(), 'fine');
  });

  test('Prometheus finds each number by its name', async (t) => {
    const camera = await startClosed(t, { 'system.view_key': key });
    const { text } = await camera.get(`/metrics?key=${key}`);
    const source = read('core/web/api_status.c'); // some are a board's, or come with the first success
    const names = [...document.matchAll(/\bconnectcam_([a-z_]+)/g)].map(([, name]) => name);
    assert.ok(names.length > 5);
    for (const name of names)
      assert.ok(text.includes(`\nconnectcam_${name} `) || source.includes(`"${name}"`), name);
  });

  test('Home Assistant finds each value in the status, and its commands work', async (t) => {
    const camera = await startClosed(t, { 'system.view_key': key });
    const status = (await makeLogin(camera.url, { password })({ path: '/api/v1/status' })).json;
    const values = [...document.matchAll(/value_json\.([a-z_.]+)/g)].map(([, one]) => one);
    const attributes = [...document.matchAll(/_path: "\$\.(\w+)"\s+json_attributes: \[(\w+)\]/g)];
    assert.ok(values.length > 1 && attributes.length === 1);
    for (const one of [...values, ...attributes.map(([, at, name]) => `${at}.${name}`)]) {
      const value = one.split('.').reduce((object, name) => object?.[name], status);
      assert.notEqual(value, undefined, one);
    }
    const commands = [...document.matchAll(/: >-\n((?: +(?:curl|http).*\n)+)/g)].map(([, lines]) =>
      lines.replace(/\s+/g, ' ').replaceAll(BOARD, camera.url),
    );
    assert.equal(commands.length, 4);
    for (const command of commands) {
      const ran = await runProgram(t, 'sh', ['-c', command]);
      assert.equal(ran.code, 0, `${command}: ${ran.stderr}`);
      assert.ok(JSON.parse(ran.stdout), command);
    }
  });

  test('the script saves a picture', { skip: without('curl') }, async (t) => {
    const camera = await startClosed(t, { 'system.view_key': key });
    const folder = temporaryFolder(t);
    const [script] = readBlocks(document).filter(({ text }) => text.startsWith('#!/bin/sh'));
    const text = script.text.replace(BOARD, camera.url).replace('/srv/pictures', folder);
    const ran = await runProgram(t, 'sh', ['-c', text]);
    assert.equal(ran.code, 0, ran.stderr);
    const files = fs.readdirSync(folder, { recursive: true }).filter((name) => /\.jpg$/.test(name));
    assert.equal(files.length, 1);
    readJpeg(fs.readFileSync(path.join(folder, files[0])));
  });
});
