// The examples of the documents, run as they stand there, and what the documents say comes of it.
//
// docs/api.md: its blocks of sh, python and js, in order, in one shell, against a camera with the
// password that the document uses. The one thing that is replaced is the camera's address,
// ADDRESS. A block that follows one of them is its answer:
//   json   has at least these members, each of the same type; of an array, the first one counts
//   http   the same status line, and these headers
//   text   the same lines, but for numbers; a number that begins a line is a status and counts
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  makeLogin,
  makeToken,
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

describe('docs/api.md', () => {
  const document = fs.readFileSync(path.join(root, 'docs/api.md'), 'utf8');
  const examples = readExamples(document);

  test('its examples do what it says', { skip: without('curl', 'python3') }, async (t) => {
    assert.ok(examples.length > 25, `${examples.length} examples were found`);
    const standin = await startStandin(t);
    const camera = await startCamera(t, {
      open: false,
      set: { 'network.hostname': 'raspberrypi' },
    });
    const change = async (ask, settings) => {
      const body = JSON.stringify(settings);
      const answer = await ask({ method: 'PATCH', path: '/api/v1/settings', body });
      assert.equal(answer.status, 200, answer.text);
    };
    // chosen, not for this run only: the backup of the examples is to hold them
    await change((options) => request(camera.url, options), { 'system.password': password });
    await change(makeLogin(camera.url, { password }), {
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
