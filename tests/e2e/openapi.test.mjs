// docs/openapi.yaml against the program: every route is in it and no other, and what it says of
// answers is what comes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';

import { readChallenges, request, root, startCamera, startStandin, until } from './support.mjs';

const METHODS = ['get', 'put', 'patch', 'post', 'delete'];

// The document's few forms of YAML: mappings and lists by indentation, texts in '…' or behind |,
// lists and objects of JSON on one line. Anything else is an error.
function readYaml(text) {
  const lines = text.split('\n');
  let at = 0;

  const indentOf = (line) => line.search(/\S/);
  const skipEmpty = () => {
    while (at < lines.length && lines[at].trim() === '') at++;
  };

  function readScalar(text) {
    if (text.startsWith("'")) {
      assert.match(text, /^'(?:[^']|'')*'$/, `line ${at}: a text ends with its quote`);
      return text.slice(1, -1).replaceAll("''", "'");
    }
    if (/^[[{]/.test(text)) return JSON.parse(text);
    assert.doesNotMatch(text, /^["&*!>%@`]|: |:$| #/, `line ${at}: a form this reader knows`);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  }

  function readBlock(indent) {
    const found = [];
    while (at < lines.length && (lines[at].trim() === '' || indentOf(lines[at]) > indent))
      found.push(lines[at++]);
    const margin = Math.min(...found.filter((line) => line.trim()).map(indentOf));
    const text = found.map((line) => line.slice(margin)).join('\n');
    return `${text.trimEnd()}\n`;
  }

  function readValue(text, indent) {
    if (text === '|') return readBlock(indent);
    return text === '' ? readNode(indent + 1) : readScalar(text);
  }

  function readNode(least) {
    skipEmpty();
    const indent = indentOf(lines[at]);
    assert.ok(indent >= least, `line ${at + 1}: a value`);
    const node = lines[at].trim().startsWith('- ') ? [] : {};
    for (skipEmpty(); at < lines.length && indentOf(lines[at]) === indent; skipEmpty()) {
      const line = lines[at].trim();
      if (Array.isArray(node)) {
        assert.ok(line.startsWith('- '), `line ${at + 1}: one more of the list`);
        if (/^- [\w.$-]+:(?: |$)/.test(line)) {
          lines[at] = lines[at].replace('- ', '  '); // a mapping that begins behind its dash
          node.push(readNode(indent + 1));
        } else {
          at++;
          node.push(readValue(line.slice(2), indent));
        }
        continue;
      }
      const [, quoted, bare, value] =
        line.match(/^(?:'([^']+)'|([\w./$+-]+)):(?: (.*))?$/) ??
        assert.fail(`line ${at + 1}: key and value`);
      const key = quoted ?? bare;
      assert.ok(!Object.hasOwn(node, key), `line ${at + 1}: ${key} for the first time`);
      at++;
      node[key] = readValue(value ?? '', indent);
    }
    skipEmpty();
    assert.ok(at >= lines.length || indentOf(lines[at]) < indent, `line ${at + 1}: indented`);
    return node;
  }

  return readNode(0);
}

const document = readYaml(fs.readFileSync(path.join(root, 'docs/openapi.yaml'), 'utf8'));

function follow(node) {
  if (!node?.$ref) return node;
  const steps = node.$ref.replace(/^#\//, '').split('/');
  const found = steps.reduce((place, step) => place?.[step], document);
  assert.ok(found, `${node.$ref} exists`);
  return found;
}

const typeOf = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

// Checks a value by its schema. Stricter than JSON Schema: a member that is not documented is
// wrong.
function assertFits(value, reference, where) {
  const schema = follow(reference);
  if (schema.type) {
    const types = [schema.type].flat();
    assert.ok(types.includes(typeOf(value)), `${where} is ${types}, not ${typeOf(value)}`);
  }
  if (schema.enum) assert.ok(schema.enum.includes(value), `${where} is ${value}`);
  if (schema.const !== undefined) assert.equal(value, schema.const, where);
  if (schema.minimum !== undefined) assert.ok(value >= schema.minimum, `${where} is ${value}`);
  if (schema.maximum !== undefined) assert.ok(value <= schema.maximum, `${where} is ${value}`);
  if (schema.minLength) assert.ok(value.length >= schema.minLength, `${where} is too short`);
  if (schema.maxItems) assert.ok(value.length <= schema.maxItems, `${where} is too long`);
  if (schema.items)
    for (const [i, item] of value.entries()) assertFits(item, schema.items, `${where}[${i}]`);
  if (typeOf(value) !== 'object') return;
  for (const name of schema.required ?? [])
    assert.ok(Object.hasOwn(value, name), `${where}.${name} is there`);
  for (const [name, member] of Object.entries(value)) {
    const of = schema.properties?.[name] ?? schema.additionalProperties;
    assert.ok(of, `${where}.${name} is documented`);
    assertFits(member, of, `${where}.${name}`);
  }
}

// /days/{day} with the example that is documented for day.
function fillIn(at, parameters) {
  return at.replace(/\{(\w+)\}/g, (_, name) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    assert.ok(parameter?.example, `${at}: ${name} has an example`);
    return parameter.example;
  });
}

const operations = Object.entries(document.paths).flatMap(([at, item]) =>
  Object.entries(item).map(([method, operation]) => {
    assert.ok(METHODS.includes(method), `${method} ${at} is a method`);
    const parameters = (operation.parameters ?? []).map(follow);
    const path = fillIn(at, parameters);
    return { ...operation, at, path, method, name: `${method.toUpperCase()} ${at}`, parameters };
  }),
);
const ofTable = operations.filter((operation) => !operation.tags.includes('page'));
const gets = operations.filter((operation) => operation.method === 'get');

// What is documented of this answer's status.
function documented(operation, status) {
  const response = operation.responses[status];
  assert.ok(response, `${operation.name}: ${status} is documented`);
  return follow(response);
}

const mediaType = (text) => text?.split(';')[0];

// The answer is one that the document knows: status, type, headers, and the body where it is JSON.
function assertDocumented(operation, { status, headers, body }) {
  const response = documented(operation, status);
  const type = mediaType(headers['content-type']);
  if (!response.content) {
    assert.equal(body.length, 0, `${operation.name}: ${status} has no body`);
    return;
  }
  const content = response.content[type];
  assert.ok(content, `${operation.name}: ${status} has the type ${type}`);
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const value = headers[name.toLowerCase()];
    assert.ok(value !== undefined, `${operation.name}: ${status} has ${name}`);
    const { schema } = follow(header);
    assertFits(schema.type === 'integer' ? Number(value) : value, schema, `${name} of ${status}`);
  }
  if (type.endsWith('json'))
    assertFits(JSON.parse(body.toString()), content.schema, `${operation.name}: ${status}`);
  if (type === 'application/problem+json') assert.equal(JSON.parse(body.toString()).status, status);
}

function withExamples(operation) {
  const given = operation.parameters.filter((one) => one.in === 'query' && 'example' in one);
  const query = given.map((one) => `${one.name}=${encodeURIComponent(one.example)}`).join('&');
  return query && `${operation.path}?${query}`;
}

// Head and first bytes only: a stream does not end.
async function open(camera, at) {
  const ending = new AbortController();
  const answer = await fetch(`${camera.url}${at}`, { signal: ending.signal });
  const headers = Object.fromEntries(answer.headers);
  if (answer.status === 200) ending.abort();
  return { status: answer.status, headers, body: answer.status === 200 ? '' : await answer.text() };
}

const get = (camera, operation, at) =>
  operation.at.startsWith('/stream') ? open(camera, at) : camera.get(at);

const starts = (camera) => camera.stdout().match(/page is /g).length;

// The picture that the document's examples speak of.
async function keepPicture(of) {
  const folder = path.join(of.state, 'timelapse/2026-11-22/08');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, '08-15-30.jpg'), (await of.snapshot()).body);
}

// A camera that everybody is let in to, and one that waits for its password.
const standin = await startStandin({ after }, { args: ['--pace', '0'] });
const camera = await startCamera({ after }, { standin });
const closed = await startCamera({ after }, { open: false });
await until(async () => (await camera.snapshot()).status === 200, 'the camera works');
await keepPicture(camera);

test('every route is documented, and no other', () => {
  const source = fs.readFileSync(path.join(root, 'core/web/web.c'), 'utf8');
  const routes = [...source.matchAll(/\{CC_HTTP_([A-Z]+), "([^"]+)",/g)].map(
    ([, method, at]) => `${method} ${at}`,
  );
  assert.ok(routes.length > 40, 'the route table was found');
  assert.deepEqual(ofTable.map(({ name }) => name).sort(), routes.sort());
});

test('a path takes the documented methods, and says so', async () => {
  for (const at of new Set(ofTable.map((operation) => operation.path))) {
    const known = ofTable.filter((one) => one.path === at).map((one) => one.method.toUpperCase());
    const method = ['DELETE', 'PUT'].find((name) => !known.includes(name));
    const answer = await request(camera.url, { method, path: at });
    assert.equal(answer.status, 405, at);
    const allowed = answer.headers.allow.split(', ').filter((name) => name !== 'HEAD');
    assert.deepEqual(allowed.sort(), known.sort(), at);
    assertFits(answer.json, document.components.schemas.Problem, `405 of ${at}`);
  }
});

test('a path that is not documented does not exist', async () => {
  for (const at of ['/api', '/api/v1', '/api/v1/', '/api/v2/status', '/api/v1/settings/', '//']) {
    const answer = await camera.get(at);
    assert.equal(answer.status, 404, at);
    assertFits(answer.json, document.components.schemas.Problem, `404 of ${at}`);
  }
});

test('examples fit their schemas', () => {
  const check = (content, where) => {
    for (const [type, { schema, example, examples = {} }] of Object.entries(content ?? {})) {
      if (!type.endsWith('json')) continue;
      if (example !== undefined) assertFits(example, schema, `${where}: its example`);
      for (const [name, { value }] of Object.entries(examples))
        assertFits(value, schema, `${where}: its example ${name}`);
    }
  };
  for (const operation of operations) {
    check(operation.requestBody?.content, `${operation.name}: body`);
    for (const [status, response] of Object.entries(operation.responses))
      check(follow(response).content, `${operation.name}: ${status}`);
  }
});

test('every GET answers as documented, bare, with examples, and with a wrong value', async () => {
  for (const operation of gets.filter(({ at }) => !at.includes('reboot'))) {
    const bare = await get(camera, operation, operation.path);
    assertDocumented(operation, bare);
    const at = withExamples(operation);
    if (at) {
      const answer = await camera.get(at);
      assert.equal(answer.status, 200, `${at}: ${answer.text}`);
      assertDocumented(operation, answer);
    }
    const number = operation.parameters.find((one) => one.schema.type === 'integer');
    if (number) {
      const answer = await camera.get(`${operation.path}?${number.name}=many`);
      assert.equal(answer.status, 422, operation.name);
      assertDocumented(operation, answer);
    }
  }
});

test('the page is not sent twice', async () => {
  const [page] = operations.filter(({ at }) => at === '/');
  const first = await camera.get('/');
  const again = await camera.get('/', { headers: { 'If-None-Match': first.headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.headers.etag, first.headers.etag);
  documented(page, 304);
});

test('what changes something answers as documented', async () => {
  const bodies = {
    'PATCH /api/v1/settings': ['{"camera.quality": 20}', '{}', '{"camera.quality": 99}', '[]', '{'],
    'POST /api/v1/settings/reset': ['{"everything": false}', '{', '[]'],
    'PUT /api/v1/settings/backup': [
      '{"settings": {"a.b": 1}}',
      '{"settings": {"stream.fps": 0}}',
      '{}',
    ],
    'PUT /api/v1/light': ['{"on": true}', '{"level": 30}', '{"level": 0}', '{}', '{'],
    'POST /api/v1/capture': [''],
    'POST /api/v1/connect/send': [''],
    'POST /api/v1/firmware': [''],
    'POST /api/v1/reboot': [],
    'DELETE /api/v1/coredump': [''],
    'DELETE /api/v1/timelapse/{day}': ['', ''],
  };
  const changes = operations.filter(({ method }) => method !== 'get');
  assert.deepEqual(Object.keys(bodies).sort(), changes.map(({ name }) => name).sort());
  for (const operation of changes) {
    const own = Object.values(operation.requestBody?.content['application/json']?.examples ?? {});
    // what the document shows is done first, but for what would shut the test out
    const shown = own.map(({ value }) => value).filter((value) => !('system.password' in value));
    for (const value of operation.name.endsWith('/reset') ? [] : shown) {
      const answer = await camera.api(
        operation.method.toUpperCase(),
        operation.path.slice(7),
        value,
      );
      assert.ok(answer.status < 300, `${operation.name} ${JSON.stringify(value)}: ${answer.text}`);
      assertDocumented(operation, answer);
    }
    for (const body of bodies[operation.name]) {
      const method = operation.method.toUpperCase();
      const answer = await camera.api(method, operation.path.slice(7), body, { seconds: 170 });
      assertDocumented(operation, answer);
    }
  }
});

test('the running schema is the documented one', async () => {
  const known = document.components.schemas.Settings.properties;
  const types = { boolean: 'boolean', integer: 'integer', text: 'string' };
  for (const entry of (await camera.api('GET', '/settings/schema')).json) {
    const schema = known[entry.key];
    assert.ok(schema, `${entry.key} is documented`);
    if (entry.type === 'secret') assert.equal(schema.$ref, '#/components/schemas/Secret');
    if (types[entry.type]) assert.equal(schema.type, types[entry.type], entry.key);
    for (const bound of ['minimum', 'maximum', 'minLength', 'maxLength'])
      if (schema[bound] !== undefined) assert.equal(entry[bound], schema[bound], entry.key);
    if (entry.type === 'choice' && schema.enum) assert.deepEqual(entry.choices, schema.enum);
  }
});

test('every setting of the table is documented, and no other', () => {
  const table = fs.readFileSync(path.join(root, 'core/settings/table.h'), 'utf8');
  const keys = [...table.matchAll(/^ +(?:BOOL|INT|CHOICE|SIZE|TEXT|SECRET)\(\w+, "([^"]+)"/gm)];
  assert.ok(keys.length > 40, 'the table was found');
  const known = Object.keys(document.components.schemas.Settings.properties);
  assert.deepEqual(known.sort(), keys.map(([, key]) => key).sort());
});

test('a restart is answered first', async (t) => {
  const own = await startCamera(t, {});
  for (const operation of operations.filter(({ at }) => at.includes('reboot'))) {
    const before = starts(own);
    const url = own
      .stdout()
      .match(/page is (\S+)\//g)
      .at(-1)
      .slice(8, -1);
    const method = operation.method.toUpperCase();
    assertDocumented(operation, await request(url, { method, path: operation.path }));
    await until(() => starts(own) > before, `${operation.name} restarts it`);
  }
});

test('before set-up only what is marked works, afterwards a login is needed', async () => {
  const marked = (operation) => operation['x-before-setup'] === true;
  for (const operation of operations) {
    const method = operation.method.toUpperCase();
    const answer = await request(closed.url, { method, path: operation.path });
    if (marked(operation)) {
      assert.notEqual(answer.status, 403, operation.name);
    } else {
      assert.equal(answer.status, 403, operation.name);
      assertDocumented(operation, answer);
    }
  }
  const patch = operations.find(({ name }) => name === 'PATCH /api/v1/settings');
  const early = await closed.api('PATCH', '/settings', { 'camera.quality': 10 });
  assert.equal(early.status, 403);
  assertDocumented(patch, early);
  const { value } = patch.requestBody.content['application/json'].examples.setup;
  assertDocumented(patch, await closed.api('PATCH', '/settings', value));

  for (const operation of operations) {
    const method = operation.method.toUpperCase();
    const answer = await request(closed.url, { method, path: operation.path });
    if (operation.security?.length === 0) {
      assert.equal(answer.status, 200, operation.name);
      continue;
    }
    assert.equal(answer.status, 401, operation.name);
    assertDocumented(operation, answer);
    const algorithms = readChallenges(answer).map((challenge) => challenge.algorithm);
    assert.deepEqual(algorithms, ['SHA-256', 'MD5'], operation.name);
  }
});
