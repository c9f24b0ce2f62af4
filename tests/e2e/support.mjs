// What every end-to-end test stands on: the real programs, each with a folder of its own, started
// and stopped; requests as a client makes them, good and malformed.
//
//     test('a picture arrives', async (t) => {
//       const standin = await startStandin(t, { args: ['--pace', '0'] });
//       const camera = await startCamera(t, { standin });
//       await standin.waitFor((entry) => entry.picture, 'a picture');
//     });
//
// The first argument owns what is started: a test's context, or makeOwner()'s for what several tests
// share. When it ends, the programs are stopped, and an exit status other than 0 or a
// sanitizer's report fails it. Programs come from CONNECTCAM_BUILD, build/test-gcc when not set.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = path.resolve(root, process.env.CONNECTCAM_BUILD ?? 'build/test-gcc');
export const programs = {
  connectcam: path.join(build, 'linux/connectcam'),
  standin: path.join(build, 'tools/connect-standin/connect-standin'),
  fakeV4l2: path.join(build, 'tests/fake/v4l2/libfake_v4l2.so'),
};

// A loaded machine, and programs that a sanitizer slows down.
const START_S = 60;
const STOP_S = 15;

const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
// A signal ends node without that, and an emulator would go on for ever.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// false, or why a test cannot be run here: the value of its `skip`.
export function without(...commands) {
  const missing = commands.find(
    (command) => spawnSync('sh', ['-c', 'command -v "$0"', command]).status !== 0,
  );
  return missing ? `${missing} is not installed` : false;
}

export function withoutWebcam() {
  return fs.existsSync(programs.fakeV4l2) ? false : `${programs.fakeV4l2} is not built`;
}

// Whether the programs were built with a sanitizer: memory and time mean little then.
export function isSanitized() {
  const bytes = fs.readFileSync(programs.connectcam);
  return bytes.includes('__asan_init') || bytes.includes('__tsan_init');
}

// Owns what several tests share: `const owner = makeOwner(); after(owner.end);`
export function makeOwner() {
  let ending = () => {};
  return {
    after(last) {
      ending = last;
    },
    end: () => ending(),
  };
}

const endingsOf = new WeakMap();

// Undoes in reverse, all of it: what fails does not keep the rest.
export function atEnd(owner, ending) {
  let endings = endingsOf.get(owner);
  if (!endings) {
    endings = [];
    endingsOf.set(owner, endings);
    owner.after(async () => {
      const failures = [];
      while (endings.length) {
        try {
          await endings.pop()();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length) throw failures[0];
    });
  }
  endings.push(ending);
}

// A folder that goes away with its owner.
export function temporaryFolder(owner) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'connectcam-e2e-'));
  atEnd(owner, () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Asks the condition until its answer is true, and returns that answer. An error that it throws
// counts as no, and is told when time is up.
export async function until(condition, what, seconds = 20, pauseMs = 25) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    let failure;
    try {
      const answer = await condition();
      if (answer) return answer;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end)
      assert.fail(`in vain for ${seconds} s: ${what}${failure ? ` (${failure.message})` : ''}`);
    await pause(pauseMs);
  }
}

// The answer of the promise, or an error when it takes too long.
export async function within(promise, what, seconds = 20) {
  const timer = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: timer.signal }).then(
    () => assert.fail(`in vain for ${seconds} s: ${what}`),
    () => {},
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

const sanitizerReport = /(==\d+==ERROR|runtime error:|WARNING: ThreadSanitizer|LeakSanitizer)/;

// Starts a program. `ready` is what its stdout says once it can be used; without it, nothing is
// awaited.
export async function startProgram(
  owner,
  program,
  args,
  { env = {}, ready, status = 0, endsByItself = false } = {},
) {
  const child = spawn(program, args, {
    env: { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  alive.add(child);
  // Nothing waits for it without a limit: a hook that fails must not leave node waiting for ever.
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle?.unref?.();
  child.stdin.on('error', () => {}); // a program that ended no longer reads
  const output = { stdout: '', stderr: '' };
  let judged = false;
  const exited = new Promise((resolve) => {
    child.on('error', (error) => {
      alive.delete(child);
      resolve({ code: null, signal: null, error });
    });
    child.on('close', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal });
      // Else only that nobody answers any more would be seen.
      if (!judged && !endsByItself)
        process.stderr.write(
          `${path.basename(program)} ended by itself (${signal ?? code}):\n${output.stderr}`,
        );
    });
  });
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text) => {
      output[name] += text;
    });
  }
  const running = {
    process: child,
    exited,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    // Ends it, and is content only when it went as it should.
    async stop({ signal = 'SIGTERM' } = {}) {
      if (judged) return;
      judged = true;
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      let end;
      try {
        end = await within(exited, `${path.basename(program)} ends at ${signal}`, STOP_S);
      } catch (error) {
        child.kill('SIGKILL');
        await within(exited, 'it is killed', STOP_S);
        throw error;
      }
      if (end.error) throw end.error;
      assert.doesNotMatch(output.stderr, sanitizerReport, `a sanitizer's report`);
      assert.deepEqual(
        { code: end.code, signal: end.signal },
        { code: status, signal: null },
        `${path.basename(program)} ended otherwise than it should; it said:\n${output.stderr}`,
      );
    },
    // As a power cut ends it.
    async kill() {
      judged = true;
      child.kill('SIGKILL');
      await within(exited, 'it is killed', STOP_S);
      assert.doesNotMatch(output.stderr, sanitizerReport, `a sanitizer's report`);
    },
  };
  atEnd(owner, () => running.stop());

  if (ready) {
    const isReady = new Promise((resolve) => {
      child.stdout.on('data', () => ready.test(output.stdout) && resolve('ready'));
    });
    const first = await within(
      Promise.race([isReady, exited]),
      `${path.basename(program)} is ready`,
      START_S,
    );
    if (first !== 'ready') {
      judged = true;
      assert.fail(
        `${path.basename(program)} ${args.join(' ')} ended: ${JSON.stringify(first)}\n${output.stderr}`,
      );
    }
  }
  return running;
}

// Runs a program to its end.
export async function runProgram(owner, program, args, { env, input = '', seconds = 60 } = {}) {
  const running = await startProgram(owner, program, args, { env, endsByItself: true });
  running.process.stdin.end(input);
  let end;
  try {
    end = await within(running.exited, `${path.basename(program)} ends`, seconds);
  } finally {
    await running.kill();
  }
  return { ...end, stdout: running.stdout(), stderr: running.stderr() };
}

// A Prusa Connect of our own. `url` is its API's, `page` its page's for people and tests.
export async function startStandin(
  owner,
  { args = [], env = {}, listen = '127.0.0.1:0', state } = {},
) {
  state ??= path.join(temporaryFolder(owner), 'standin');
  const running = await startProgram(
    owner,
    programs.standin,
    ['--state', state, '--listen', listen, '--page', '127.0.0.1:0', ...args],
    { env, ready: /^ca .*\n/m },
  );
  const line = (pattern) => running.stdout().match(pattern)[1];
  const apiUrl = line(/^listening (\S+)$/m);
  const page = line(/^page (\S+)\/$/m);
  const standin = {
    ...running,
    url: apiUrl,
    apiUrl,
    port: Number(new URL(apiUrl).port),
    page,
    ca: line(/^ca (.+)$/m),
    state,
    // What it does next, instead of answering well.
    async fault(script) {
      const answer = await request(page, { method: 'PUT', path: '/fault', body: script });
      assert.equal(answer.status, 200, answer.text);
    },
    // Whether every step of the last fault was taken.
    async isFaultSpent() {
      return (await request(page, { path: '/fault' })).json.length === 0;
    },
    // Requests and handshakes newer than `since`, oldest first, beside the counters.
    async requests(since = 0, waitSeconds = 0) {
      const at = `/requests.json?since=${since}&wait=${waitSeconds}`;
      return (await request(page, { path: at, seconds: waitSeconds + 20 })).json;
    },
    async lastNumber() {
      const { requests } = await standin.requests();
      return requests.length ? requests[requests.length - 1].seq : 0;
    },
    // The first request newer than `since` that is as wanted.
    async waitFor(wanted, what, { since = 0, seconds = 30 } = {}) {
      const end = performance.now() + seconds * 1000;
      let seen = since;
      for (;;) {
        const left = Math.ceil((end - performance.now()) / 1000);
        assert.ok(left > 0, `in vain for ${seconds} s: ${what}`);
        const { requests } = await standin.requests(seen, Math.min(left, 30));
        const found = requests.find(wanted);
        if (found) return found;
        if (requests.length) seen = requests[requests.length - 1].seq;
      }
    },
    async picture(entry) {
      return (await request(page, { path: entry.picture })).body;
    },
  };
  return standin;
}

// Each camera has a token of its own: Connect binds it to the camera that shows it first.
export function makeToken() {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 20 }, () => letters[crypto.randomInt(letters.length)]).join('');
}

// connectcam itself. `open` lets everybody in without a password; `standin` is the Connect it sends
// to; `set` is more of its settings for this run; `preload` is a library such as the fake webcam's.
export async function startCamera(
  owner,
  {
    camera = 'test',
    args = [],
    open = true,
    standin,
    token = makeToken(),
    env = {},
    preload,
    state,
    listen = '127.0.0.1:0',
    set = {},
    status,
  } = {},
) {
  state ??= path.join(temporaryFolder(owner), 'camera');
  const settings = { ...(open && { 'system.open': true }) };
  if (standin) {
    settings['connect.server'] = standin.apiUrl;
    settings['connect.ca'] = `@${standin.ca}`;
    settings['connect.token'] = token;
  }
  Object.assign(settings, set);
  const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const running = await startProgram(
    owner,
    programs.connectcam,
    ['--camera', camera, '--listen', listen, '--state', state, ...sets, ...args],
    { env: preload ? preloading(preload, env) : env, ready: /page is (\S+)\//, status },
  );
  const url = running.stdout().match(/page is (\S+)\//)[1];
  return { ...running, ...cameraAt(url), page: `${url}/`, state, token };
}

// A camera as its users see it. `ask` is how requests reach it: makeLogin's answer where it wants a
// password.
export function cameraAt(url, { ask = (options) => request(url, options) } = {}) {
  const api = (method, at, body, more = {}) =>
    ask({
      method,
      path: `/api/v1${at}`,
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
      ...more,
    });
  return {
    url,
    port: Number(new URL(url).port),
    get: (at, more) => ask({ path: at, ...more }),
    api,
    status: async () => (await api('GET', '/status')).json,
    settings: async () => (await api('GET', '/settings')).json,
    snapshot: (query = '') => ask({ path: `/snapshot.jpg${query}`, seconds: 40 }),
    // Sends one picture now; waits for Connect's pace.
    send: () => api('POST', '/connect/send', undefined, { seconds: 170 }),
  };
}

function preloading(library, env) {
  return {
    LD_PRELOAD: library,
    ASAN_OPTIONS: 'verify_asan_link_order=0',
    TSAN_OPTIONS: 'die_after_fork=0',
    ...env,
  };
}

// A webcam that is not there. `command` says what happens to it; `stats` is what it counted in the
// program with that process id. Spread `options` into startCamera's.
export function makeWebcam(
  owner,
  { formats = 'MJPG', sizes = '640x480', rates = '30,15,5', env = {} } = {},
) {
  const folder = temporaryFolder(owner);
  const commands = path.join(folder, 'commands');
  fs.writeFileSync(commands, '');
  let lines = 0;
  const webcam = {
    folder,
    options: {
      camera: '/dev/video0',
      preload: programs.fakeV4l2,
      env: {
        FAKE_V4L2_FORMATS: formats,
        FAKE_V4L2_SIZES: sizes,
        FAKE_V4L2_RATES: rates,
        FAKE_V4L2_CONTROL: commands,
        FAKE_V4L2_STATS: folder,
        ...env,
      },
    },
    stats(camera) {
      const file = path.join(folder, `${camera.process.pid}.json`);
      return JSON.parse(fs.readFileSync(file, 'utf8'));
    },
    // Returns once the camera is as told.
    async command(line, camera) {
      fs.appendFileSync(commands, `${line}\n`);
      lines++;
      if (camera)
        await until(() => webcam.stats(camera).commands >= lines, `the webcam takes «${line}»`);
    },
  };
  return webcam;
}

// A request over node:http, whose answer is read whole: { status, headers, rawHeaders, body, text,
// json, problem }.
export function request(
  url,
  { method = 'GET', path: at = '/', headers = {}, body, agent, seconds = 30 } = {},
) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const sent = http.request(
      {
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path: at,
        agent: agent ?? false,
        headers: { ...(bytes && { 'Content-Length': bytes.length }), ...headers },
      },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          clearTimeout(timer);
          resolve(new Answer(response, Buffer.concat(parts)));
        });
      },
    );
    const timer = setTimeout(
      () => sent.destroy(new Error(`${method} ${at}: no whole answer in ${seconds} s`)),
      seconds * 1000,
    );
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(bytes);
  });
}

class Answer {
  constructor(response, body) {
    this.status = response.statusCode;
    this.headers = response.headers;
    this.rawHeaders = response.rawHeaders;
    this.body = body;
  }

  get text() {
    return this.body.toString('utf8');
  }

  get json() {
    return JSON.parse(this.text);
  }

  // The values of a header that may come more than once.
  all(name) {
    return this.rawHeaders.filter(
      (_, i) => i % 2 === 1 && this.rawHeaders[i - 1].toLowerCase() === name.toLowerCase(),
    );
  }
}

// A refusal as people are to get it: RFC 9457, with a sentence. Returns its members.
export function assertProblem(answer, status, sentence = /\S+ \S+ \S+/) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  const problem = answer.json;
  assert.equal(problem.status, status);
  assert.match(problem.detail ?? problem.title, sentence);
  return problem;
}

// Sends bytes as they are, and reads until the server closes. For what node:http would not send;
// say `Connection: close`, or send what makes the server close.
export function sendRaw(url, bytes, { seconds = 20 } = {}) {
  const { hostname, port } = new URL(url);
  return within(
    new Promise((resolve) => {
      const parts = [];
      const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (part) => parts.push(part));
      // A server that refuses closes while bytes still come: what it said before counts.
      socket.on('error', () => {});
      socket.on('close', () => resolve(parseRaw(Buffer.concat(parts))));
    }),
    'the server closes',
    seconds,
  );
}

function parseRaw(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  const [statusLine, ...lines] = head.split('\r\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  return {
    bytes,
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body,
    text: body.toString('utf8'),
    get json() {
      return JSON.parse(this.text);
    },
  };
}

const digestHashes = { 'SHA-256': 'sha256', MD5: 'md5' };

// The challenges of an answer, in their order: { algorithm, realm, nonce, qop, … }.
export function readChallenges(answer) {
  return answer.all('www-authenticate').map((text) => {
    assert.match(text, /^Digest /);
    const challenge = {};
    for (const [, name, quoted, bare] of text
      .slice(7)
      .matchAll(/([a-zA-Z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g))
      challenge[name.toLowerCase()] = quoted ?? bare;
    return challenge;
  });
}

// The Authorization header that answers a challenge (RFC 7616, qop=auth).
export function answerChallenge(
  challenge,
  { user = 'admin', password, method = 'GET', path: at, count = 1 },
) {
  const hash = (text) =>
    crypto.createHash(digestHashes[challenge.algorithm]).update(text).digest('hex');
  const cnonce = crypto.randomBytes(12).toString('hex');
  const nc = count.toString(16).padStart(8, '0');
  const secret = hash(`${user}:${challenge.realm}:${password}`);
  const what = hash(`${method}:${at}`);
  const response = hash(`${secret}:${challenge.nonce}:${nc}:${cnonce}:auth:${what}`);
  const opaque = challenge.opaque === undefined ? '' : `, opaque="${challenge.opaque}"`;
  return (
    `Digest username="${user}", realm="${challenge.realm}", nonce="${challenge.nonce}", ` +
    `uri="${at}", algorithm=${challenge.algorithm}, response="${response}", qop=auth, ` +
    `nc=${nc}, cnonce="${cnonce}"${opaque}`
  );
}

// A client that logs in as browsers do: it asks, answers the challenge, and counts on with the same
// nonce.
export function makeLogin(url, { user = 'admin', password, algorithm = 'SHA-256' }) {
  let challenge;
  let count = 0;
  const attempt = ({ method = 'GET', path: at = '/', headers = {}, ...more }) =>
    request(url, {
      method,
      path: at,
      ...more,
      headers: {
        ...headers,
        ...(challenge && {
          Authorization: answerChallenge(challenge, {
            user,
            password,
            method,
            path: at,
            count: ++count,
          }),
        }),
      },
    });
  return async (options) => {
    const first = await attempt(options);
    if (first.status !== 401) return first;
    challenge = readChallenges(first).find((one) => one.algorithm === algorithm);
    assert.ok(challenge, `${algorithm} is offered`);
    count = 0;
    return attempt(options);
  };
}

// A port of TCP that nobody listens at just now.
export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// The headers of a JPEG: { width, height, tables, markers }, and proof that it is whole.
export function readJpeg(jpeg) {
  assert.ok(jpeg.length > 4, `a picture of ${jpeg.length} bytes`);
  assert.equal(jpeg.readUInt16BE(0), 0xffd8, 'a JPEG begins with its marker');
  assert.equal(jpeg.readUInt16BE(jpeg.length - 2), 0xffd9, 'a JPEG ends with its marker');
  const found = { markers: [], hasHuffmanTables: false };
  for (let at = 2; ; at += 2 + jpeg.readUInt16BE(at + 2)) {
    assert.equal(jpeg[at], 0xff, `a marker at ${at}`);
    const marker = jpeg[at + 1];
    found.markers.push(marker);
    if (marker === 0xc4) found.hasHuffmanTables = true;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      found.height = jpeg.readUInt16BE(at + 5);
      found.width = jpeg.readUInt16BE(at + 7);
    }
    if (marker === 0xda) return found;
  }
}

// What exiftool reads in a JPEG's EXIF, and proof that it and exiv2 find nothing wrong with it.
export function readExif(owner, jpeg) {
  const file = path.join(temporaryFolder(owner), 'picture.jpg');
  fs.writeFileSync(file, jpeg);
  const exiftool = (...args) => spawnSync('exiftool', [...args, file], { encoding: 'utf8' }).stdout;
  assert.equal(exiftool('-validate', '-warning', '-error', '-a', '-s3'), 'OK\n');
  const exiv2 = spawnSync('exiv2', ['-pt', file], { encoding: 'utf8' });
  assert.deepEqual([exiv2.status, exiv2.stderr], [0, '']);
  return JSON.parse(exiftool('-json', '-EXIF:all', '-Composite:SubSecDateTimeOriginal'))[0];
}

// Splits multipart/x-mixed-replace as it comes. Feed it bytes; it calls back with each part's
// headers and body, whose length is what its Content-Length says.
export function makePartReader(boundary, onPart) {
  const delimiter = Buffer.from(`--${boundary}`);
  let bytes = Buffer.alloc(0);
  return (chunk) => {
    bytes = bytes.length ? Buffer.concat([bytes, chunk]) : chunk;
    for (;;) {
      let at = 0;
      while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
      const end = bytes.indexOf('\r\n\r\n', at);
      if (end < 0) return;
      const head = bytes.toString('latin1', at, end).split('\r\n');
      assert.equal(head[0], delimiter.toString(), 'a part begins with the boundary');
      const headers = {};
      for (const line of head.slice(1)) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const length = Number(headers['content-length']);
      if (bytes.length < end + 4 + length) return;
      onPart({ headers, body: bytes.subarray(end + 4, end + 4 + length) });
      bytes = bytes.subarray(end + 4 + length);
    }
  };
}
