// The camera's page, API and older paths, as good clients and bad ones meet them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  assertProblem,
  makeOwner,
  makePartReader,
  makeToken,
  readJpeg,
  request,
  sendRaw,
  startCamera,
  startStandin,
  until,
  without,
} from './support.mjs';

const run = promisify(execFile);

const frameId = (answer) => Number(answer.headers['x-frame-id']);

// It is made in the first moments of the first start.
function fingerprintOf(camera) {
  return until(
    async () => (await camera.settings())['connect.fingerprint'],
    'the camera has its fingerprint',
  );
}

describe('pictures', { concurrency: 4 }, () => {
  const owner = makeOwner();
  after(owner.end);
  let camera;
  before(async () => {
    camera = await startCamera(owner);
  });

  test('a snapshot is a whole JPEG that says when it was taken', async () => {
    const answer = await camera.snapshot();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assert.deepEqual([readJpeg(answer.body).width, readJpeg(answer.body).height], [800, 600]);
    assert.equal(Number(answer.headers['content-length']), answer.body.length);
    assert.ok(Math.abs(Date.parse(answer.headers['last-modified']) - Date.now()) < 60_000);
    assert.match(answer.headers['x-frame-id'], /^\d+$/);
    assert.match(answer.headers.age, /^\d+$/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  });

  test('max_age_ms shares a young picture, and 0 takes a new one', async () => {
    const first = await camera.snapshot('?max_age_ms=3600000');
    const second = await camera.snapshot('?max_age_ms=3600000');
    assert.ok(frameId(second) >= frameId(first));
    const fresh = await camera.snapshot('?max_age_ms=0');
    assert.ok(frameId(fresh) > frameId(first));
    assert.equal(fresh.headers.age, '0');
  });

  test("flash=1 takes a picture in the lamp's light", async () => {
    const answer = await camera.snapshot('?flash=1&max_age_ms=0');
    assert.equal(answer.status, 200);
    readJpeg(answer.body);
    assert.equal((await camera.status()).light.on, false, 'it is out again');
  });

  for (const query of [
    ...[
      '?max_age_ms=-1',
      '?max_age_ms=3600001',
      '?max_age_ms=x',
      '?max_age_ms=',
      '?max_age_ms=1.5',
    ],
    ...['?flash=2', '?flash=yes', '?max_age_ms=99999999999999999999', '?max_age_ms=1e3'],
  ])
    test(`/snapshot.jpg${query} is refused, and says what is right`, async () => {
      assertProblem(await camera.snapshot(query), 422, /must be a whole number from 0 to/);
    });

  test('HEAD has the headers and no body', async () => {
    for (const at of ['/snapshot.jpg', '/stream.mjpg', '/api/v1/status', '/metrics', '/healthz']) {
      const answer = await camera.get(at, { method: 'HEAD' });
      assert.equal(answer.status, 200, at);
      assert.equal(answer.body.length, 0, at);
    }
  });

  test('HEAD changes nothing, even where GET does', async () => {
    for (const at of ['/brightness?brightness=2', '/light?on', '/reset'])
      assert.equal((await camera.get(at, { method: 'HEAD' })).status, 405, at);
    assert.equal((await camera.settings())['camera.brightness'], 0);
  });

  test('the stream is multipart with whole JPEGs of the length it says', async () => {
    const parts = [];
    const response = await new Promise((resolve, reject) => {
      http.get(`${camera.url}/stream.mjpg`, { agent: false }, resolve).on('error', reject);
    });
    assert.equal(response.statusCode, 200);
    const boundary = response.headers['content-type'].match(
      /^multipart\/x-mixed-replace; *boundary="?([^";]+)"?$/,
    )[1];
    await new Promise((resolve, reject) => {
      const read = makePartReader(boundary, (part) => {
        parts.push(part);
        if (parts.length === 5) resolve();
      });
      response.on('data', (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          reject(error);
        }
      });
      response.on('error', reject);
    });
    response.destroy();
    let before = 0;
    for (const { headers, body } of parts) {
      assert.equal(headers['content-type'], 'image/jpeg');
      readJpeg(body);
      const id = Number(headers['x-frame-id']);
      assert.ok(id > before, 'each frame comes once, in order');
      before = id;
    }
    await until(async () => (await camera.status()).camera.viewers === 0, 'the viewer is gone');
  });

  test('ffprobe reads the stream', { skip: without('ffprobe') }, async () => {
    const { stdout } = await run(
      'ffprobe',
      [
        ...['-v', 'error', '-f', 'mpjpeg', '-read_intervals', '%+#5', '-show_entries'],
        ...['stream=codec_name,width,height:packet=size', '-of', 'json'],
        `${camera.url}/stream.mjpg`,
      ],
      { timeout: 60_000 },
    );
    const found = JSON.parse(stdout);
    assert.equal(found.streams[0].codec_name, 'mjpeg');
    assert.deepEqual([found.streams[0].width, found.streams[0].height], [800, 600]);
    assert.ok(found.packets.length >= 5);
  });

  test('POST /api/v1/capture takes a picture now', async () => {
    const before = frameId(await camera.snapshot());
    const answer = await camera.api('POST', '/capture');
    assert.equal(answer.status, 200);
    const { id, width, height, bytes } = answer.json;
    assert.ok(id > before);
    assert.deepEqual([width, height], [800, 600]);
    assert.ok(bytes > 1000);
  });

  test('when viewers are full, one more is told to come later', async (t) => {
    const full = await startCamera(t, { set: { 'stream.viewers': 2 } });
    const viewers = await Promise.all(
      [0, 1].map(
        () =>
          new Promise((resolve, reject) => {
            http.get(`${full.url}/stream.mjpg`, { agent: false }, resolve).on('error', reject);
          }),
      ),
    );
    const third = await full.get('/stream.mjpg');
    assertProblem(third, 503, /places for live viewers are taken/);
    assert.match(third.headers['retry-after'], /^\d+$/);
    for (const viewer of viewers) viewer.destroy();
    await until(async () => (await full.status()).camera.viewers === 0, 'the viewers are gone');
    const fourth = await full.get('/stream.mjpg', { method: 'HEAD' });
    assert.equal(fourth.status, 200);
  });
});

// One after the other: each looks at what the others must not change meanwhile.
describe('settings', () => {
  const owner = makeOwner();
  after(owner.end);
  let camera;
  let schema;
  before(async () => {
    camera = await startCamera(owner, { set: { 'connect.name': 'before' } });
    await fingerprintOf(camera);
    schema = (await camera.api('GET', '/settings/schema')).json;
  });

  // Nothing may have changed after what was refused.
  async function refused(body, status, detail) {
    const earlier = await camera.settings();
    const answer = await camera.api('PATCH', '/settings', body);
    const problem = assertProblem(answer, status, detail);
    assert.deepEqual(await camera.settings(), earlier);
    return problem;
  }

  test('a change is answered with all settings, and is there after a restart', async (t) => {
    const first = await startCamera(t);
    const change = {
      'connect.name': 'Größe ✓ 3D',
      'connect.interval_s': 30,
      'camera.brightness': -2,
      'camera.hmirror': true,
      'camera.resolution': 'VGA',
      'camera.wb_mode': 'cloudy',
    };
    const answer = await first.api('PATCH', '/settings', change);
    assert.equal(answer.status, 200, answer.text);
    for (const [key, value] of Object.entries(change)) assert.deepEqual(answer.json[key], value);
    const { width } = readJpeg((await first.snapshot('?max_age_ms=0')).body);
    assert.equal(width, 640);
    await first.stop();
    const second = await startCamera(t, { state: first.state });
    const kept = await second.settings();
    for (const [key, value] of Object.entries(change)) assert.deepEqual(kept[key], value);
  });

  test('all or nothing: each bad field is named, and the good ones are not taken', async () => {
    const problem = await refused(
      {
        'connect.name': 'after',
        'camera.brightness': 9,
        'connect.token': 'short',
        'camera.resolution': '1x1',
        'no.such': 1,
      },
      422,
      /Nothing was changed/,
    );
    assert.deepEqual(problem.errors.map(({ key }) => key).sort(), [
      'camera.brightness',
      'camera.resolution',
      'connect.token',
      'no.such',
    ]);
    for (const { detail } of problem.errors) assert.match(detail, /\S+ \S+ \S+/);
  });

  test('every number out of its range is refused, with the range', async () => {
    const numbers = schema.filter(({ type }) => type === 'integer');
    assert.ok(numbers.length > 10);
    for (const { key, minimum, maximum, step } of numbers) {
      const range = new RegExp(`from ${minimum} to ${maximum}`);
      for (const value of [
        minimum - 1,
        maximum + 1,
        -(2 ** 31) - 1,
        2 ** 53,
        1e300,
        minimum + 0.5,
      ]) {
        const { errors } = await refused({ [key]: value }, 422, range);
        assert.equal(errors[0].key, key);
      }
      for (const value of ['', 'x', `${minimum}`, true, [], {}])
        if (value !== `${minimum}`) await refused({ [key]: value }, 422);
      if (step > 1) await refused({ [key]: minimum + 1 }, 422, range);
      for (const value of [minimum, maximum]) {
        // What makes another one impossible is left as it was.
        const answer = await camera.api('PATCH', '/settings', { [key]: value });
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json[key], value);
      }
      assert.equal((await camera.api('PATCH', '/settings', { [key]: null })).status, 200);
    }
  });

  test('every text that is too long is refused', async () => {
    const texts = schema.filter(({ type }) => type === 'text' || type === 'secret');
    assert.ok(texts.length > 5);
    for (const { key, maxLength } of texts) {
      const longest = maxLength || 4096;
      const { errors } = await refused({ [key]: 'a'.repeat(longest + 1) }, 422);
      assert.equal(errors[0].key, key);
      await refused({ [key]: 'ä'.repeat(longest + 1) }, 422);
      await refused({ [key]: 12 }, 422, /text/);
    }
  });

  test('choices and switches take what they offer, and nothing else', async () => {
    for (const { key, type, choices } of schema) {
      if (type === 'boolean')
        for (const value of [0, 1, 'true', 'yes', []])
          if (typeof value !== 'string') await refused({ [key]: value }, 422, /true or false/);
      if (type === 'choice') {
        assert.ok(choices.length > 0, key);
        await refused({ [key]: 'no such thing' }, 422, /one of/);
      }
    }
  });

  test('text that is not UTF-8 is refused', async () => {
    for (const bytes of [
      [0xff],
      [0xc3],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0x80],
    ]) {
      const body = Buffer.concat([
        Buffer.from('{"connect.name":"'),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      const earlier = await camera.settings();
      const answer = await request(camera.url, {
        method: 'PATCH',
        path: '/api/v1/settings',
        body,
      });
      assertProblem(answer, 400, /UTF-8/);
      assert.deepEqual(await camera.settings(), earlier);
    }
    await refused('{"connect.name":"\\ud800"}', 400);
  });

  const nested = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  for (const [name, body, sentence] of [
    ['empty', '', /JSON object/],
    ['cut', '{"connect.name":"x"', /cut off/],
    ['cut in a text', '{"connect.name":"x', /cut off/],
    ['cut in an escape', '{"connect.name":"\\u12', /cut off/],
    ['deep', `{"connect.name":${nested(100)}}`, /nested too deep/],
    ['very deep', nested(15_000), /nested too deep/],
    ['with a member twice', '{"connect.name":"a","connect.name":"b"}', /twice/],
    ['with something behind it', '{"connect.name":"a"} x', /behind its end/],
    ['a list', '[]', /JSON object/],
    ['a number', '1', /JSON object/],
    ['null', 'null', /JSON object/],
    ['with a NUL', '{"connect.name":"a\\u0000b"}', /NUL/],
    ['with a control character', '{"connect.name":"a\nb"}', /control character/],
    ['with comments', '{/* */"connect.name":"a"}', /not JSON/],
    ['with a comma too many', '{"connect.name":"a",}', /not JSON/],
    ['with single quotes', "{'connect.name':'a'}", /not JSON/],
    [
      'of many members',
      JSON.stringify(Object.fromEntries([...Array(2000).keys()].map((i) => [`k${i}`, 0]))),
      /too many members/,
    ],
  ])
    test(`JSON that is ${name} is refused, and nothing changes`, async () => {
      await refused(body, 400, sentence);
    });

  test('an unknown setting is named, however long its name is', async () => {
    await refused({ [`x${'y'.repeat(5000)}`]: 1 }, 422, /no such setting/);
    await refused({ 'system.password_sha256': 'a'.repeat(64) }, 422, /no such setting/);
    await refused({ __proto__: 1, '': 1 }, 422, /no such setting/);
  });

  test('a setting that this camera lacks is absent, and refused', async () => {
    assert.ok(!schema.some(({ key }) => key === 'network.wifi_ssid'));
    assert.ok(!('network.wifi_ssid' in (await camera.settings())));
    await refused({ 'network.wifi_ssid': 'x' }, 422, /does not have this setting/);
  });

  test('a token says which character is wrong', async () => {
    await refused({ 'connect.token': 'ABCDEFGHIJ012345678!' }, 422, /!/);
    await refused({ 'connect.token': 'ABCDEFGHIJ 123456789' }, 422, /space/);
    await refused({ 'connect.token': 'ABCDEFGHIJ01234567890' }, 422, /20/);
  });

  test('an address that is not https is refused', async () => {
    for (const server of [
      'http://connect.prusa3d.com',
      'https://',
      'ftp://x.example',
      'https://user@connect.prusa3d.com',
      'https://connect.prusa3d.com:0',
      'https://connect.prusa3d.com:99999',
      'https://con nect',
      'x',
    ])
      await refused({ 'connect.server': server }, 422);
  });

  test('what is no certificate is refused', async () => {
    for (const pem of [
      'hello',
      '-----BEGIN CERTIFICATE-----\n',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      `-----BEGIN CERTIFICATE-----\n${'!'.repeat(100)}\n-----END CERTIFICATE-----\n`,
    ])
      await refused({ 'connect.ca': pem }, 422, /certificate/);
    await refused({ 'connect.ca': '-----BEGIN PRIVATE KEY-----\nAAAA' }, 422, /private key/);
  });

  test('defaults come back with null', async () => {
    await camera.api('PATCH', '/settings', { 'camera.saturation': 2 });
    const answer = await camera.api('PATCH', '/settings', { 'camera.saturation': null });
    assert.equal(answer.json['camera.saturation'], 0);
    await refused({ 'connect.fingerprint': null }, 422, /no default/);
  });

  test('the schema describes every setting that there is', async () => {
    const settings = await camera.settings();
    assert.deepEqual(Object.keys(settings).sort(), schema.map(({ key }) => key).sort());
    for (const setting of schema) {
      assert.ok(setting.label, setting.key);
      assert.ok(setting.group, setting.key);
      if (setting.type === 'secret') assert.equal(typeof settings[setting.key].set, 'boolean');
    }
  });
});

describe('backup and reset', { concurrency: 4 }, () => {
  test('a backup restores everything but secrets on another camera', async (t) => {
    const first = await startCamera(t);
    const change = { 'connect.name': 'kept', 'camera.contrast': 2, 'stream.fps': 7 };
    const token = makeToken();
    const fingerprint = await fingerprintOf(first);
    await first.api('PATCH', '/settings', { ...change, 'connect.token': token });
    const backup = await first.api('GET', '/settings/backup');
    assert.equal(backup.status, 200);
    assert.match(backup.headers['content-disposition'], /attachment/);
    assert.ok(!backup.text.includes(token));

    const second = await startCamera(t);
    const own = await fingerprintOf(second);
    await second.api('PATCH', '/settings', { 'camera.saturation': 1 });
    const document = backup.json;
    document.settings['no.such'] = 1;
    const answer = await second.api('PUT', '/settings/backup', document);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.skipped.sort(), ['connect.fingerprint', 'no.such']);
    const settings = await second.settings();
    for (const [key, value] of Object.entries(change)) assert.equal(settings[key], value);
    assert.equal(settings['camera.saturation'], 0, 'what the backup leaves out has its default');
    assert.equal(settings['connect.fingerprint'], own, 'two cameras are not one to Connect');

    // A camera that takes the other's place takes its identity too.
    const replaced = await second.api('PUT', '/settings/backup', { ...document, identity: true });
    assert.equal(replaced.status, 200, replaced.text);
    assert.equal((await second.settings())['connect.fingerprint'], fingerprint);
  });

  test('a backup neither moves a camera to another network nor opens it', async (t) => {
    const camera = await startCamera(t, { open: false });
    await camera.api('PATCH', '/settings', { 'system.open': true });
    await camera.api('PATCH', '/settings', { 'network.hostname': 'here' });
    await fingerprintOf(camera);
    const answer = await camera.api('PUT', '/settings/backup', {
      settings: { 'camera.contrast': 1, 'network.hostname': 'there', 'system.open': false },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.skipped, []);
    const settings = await camera.settings();
    assert.equal(settings['camera.contrast'], 1);
    assert.equal(settings['network.hostname'], 'here');
    assert.equal(settings['system.open'], true);
  });

  test('a backup with one wrong value changes nothing', async (t) => {
    const camera = await startCamera(t);
    await fingerprintOf(camera);
    const earlier = await camera.settings();
    const answer = await camera.api('PUT', '/settings/backup', {
      settings: { 'connect.name': 'x', 'camera.contrast': 3 },
    });
    assert.deepEqual(
      assertProblem(answer, 422).errors.map(({ key }) => key),
      ['camera.contrast'],
    );
    assertProblem(await camera.api('PUT', '/settings/backup', { a: 1 }), 422, /backup/);
    assertProblem(await camera.api('PUT', '/settings/backup', '{"settings":'), 400);
    assert.deepEqual(await camera.settings(), earlier);
  });

  test('a reset goes back to the defaults, but keeps the fingerprint', async (t) => {
    const camera = await startCamera(t);
    const fingerprint = await fingerprintOf(camera);
    await camera.api('PATCH', '/settings', {
      'connect.name': 'x',
      'connect.token': makeToken(),
      'camera.contrast': 2,
    });
    const answer = await camera.api('POST', '/settings/reset');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json['camera.contrast'], 0);
    assert.equal(answer.json['connect.name'], '');
    assert.deepEqual(answer.json['connect.token'], { set: false });
    assert.equal(answer.json['connect.fingerprint'], fingerprint);
    assert.match(fingerprint, /^.{16,64}$/);
  });

  test('a reboot starts the program anew, with its settings', async (t) => {
    const camera = await startCamera(t);
    await camera.api('PATCH', '/settings', { 'connect.name': 'still here' });
    const answer = await camera.api('POST', '/reboot');
    assert.equal(answer.status, 202);
    const url = await until(
      () => camera.stdout().match(/page is .*page is (\S+)\//s)?.[1],
      'a start',
    );
    const settings = (await request(url, { path: '/api/v1/settings' })).json;
    assert.equal(settings['connect.name'], 'still here');
    assert.equal(camera.process.exitCode, null);
    assert.equal((await request(url, { path: '/snapshot.jpg' })).status, 200);
  });
});

test('secrets come back nowhere', async (t) => {
  const standin = await startStandin(t, { args: ['--pace', '0'] });
  const camera = await startCamera(t, { standin, args: ['--log-level', 'debug'] });
  const token = makeToken();
  const password = `pass-${makeToken()}`;
  const patched = await camera.api('PATCH', '/settings', {
    'connect.token': token,
    'system.password': password,
  });
  assert.equal(patched.status, 200, patched.text);
  await standin.waitFor((entry) => entry.path === '/c/snapshot', 'a picture');
  await camera.get(`/set_token?token=${token}`);
  await camera.get(`/token?token=${token}x`);
  const stored = JSON.parse(fs.readFileSync(path.join(camera.state, 'settings.json'), 'utf8'));
  const hashes = [stored['system.password_sha256'], stored['system.password_md5']];
  assert.ok(hashes.every((hash) => hash?.length >= 32));
  const told = [patched.text, camera.stderr(), camera.stdout()];
  for (const at of [
    ...['/api/v1/settings', '/api/v1/settings/backup', '/api/v1/settings/schema', '/api/v1/log'],
    ...['/json_input', '/api/v1/status', '/metrics', '/get_logs', '/'],
  ])
    told.push((await camera.get(at)).text);
  told.push((await camera.api('PATCH', '/settings', { 'connect.token': `${token}x` })).text);
  told.push(
    (
      await camera.api('PATCH', '/settings', {
        'system.password': password.slice(0, 7),
        x: password,
      })
    ).text,
  );
  for (const text of told)
    for (const secret of [token, password, camera.token, ...hashes])
      assert.ok(!text.includes(secret), `a secret in: ${text.slice(0, 300)}`);
  assert.equal((await camera.get('/json_input')).json.token, '********************');
});

describe('what no client should send', { concurrency: 4 }, () => {
  const owner = makeOwner();
  after(owner.end);
  let camera;
  before(async () => {
    camera = await startCamera(owner);
    await fingerprintOf(camera);
  });
  const raw = (lines, body = '') =>
    sendRaw(
      camera.url,
      Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]),
    );
  const host = () => `Host: 127.0.0.1:${camera.port}`;

  test('a body that is too large is refused', async () => {
    const body = `{"connect.name":"${'x'.repeat(40 * 1024)}"}`;
    assertProblem(await camera.api('PATCH', '/settings', body), 413, /larger than 32 KB/);
    // What says it is large is refused before it comes.
    const answer = await raw([
      ...['PATCH /api/v1/settings HTTP/1.1', host(), 'Content-Length: 99999999999'],
      'Connection: close',
    ]);
    assert.equal(answer.status, 413);
  });

  test('a chunked body that is too large is refused', async () => {
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    const answer = await raw(
      [
        ...['PATCH /api/v1/settings HTTP/1.1', host(), 'Transfer-Encoding: chunked'],
        'Connection: close',
      ],
      `${chunk.repeat(10)}0\r\n\r\n`,
    );
    assertProblem(answer, 413, /larger than 32 KB/);
  });

  test('a header bomb is refused', async () => {
    const close = 'Connection: close';
    const one = await raw(['GET / HTTP/1.1', host(), close, `X: ${'y'.repeat(18 * 1024)}`]);
    assertProblem(one, 431, /larger than 16 KB/);
    const many = await raw([
      ...['GET / HTTP/1.1', host(), close],
      ...Array.from({ length: 200 }, (_, i) => `X-${i}: ${'z'.repeat(80)}`),
    ]);
    assert.equal(many.status, 431);
    for (const bomb of [
      [`X: ${'y'.repeat(1 << 20)}`],
      Array.from({ length: 20_000 }, (_, i) => `X-${i}: z`),
    ]) {
      const answer = await raw(['GET / HTTP/1.1', host(), close, ...bomb]);
      // the answer may be lost to the reset that follows it while we still write
      assert.ok(
        (answer.status >= 400 && answer.status < 500) || answer.bytes.length === 0,
        `${answer.status}`,
      );
    }
  });

  test('an address that is too long is refused', async () => {
    assertProblem(await camera.get(`/${'x'.repeat(3000)}`), 414);
    assertProblem(await camera.get(`/snapshot.jpg?${'x'.repeat(3000)}`), 414);
  });

  for (const target of [
    ...['/%00', '/snapshot.jpg%00', '/brightness?brightness=1%00', '/?a=%00', '/%0a', '/%ff'],
    ...['/%', '/%zz', '/%1', '/%C3%28'],
  ])
    test(`GET ${target} is refused`, async () => {
      const earlier = await camera.settings();
      assertProblem(await camera.get(target), 400, /address/);
      assert.deepEqual(await camera.settings(), earlier);
    });

  test('bytes in the address that none may hold are refused', async () => {
    for (const target of ['/\u0000', '/a\u0000b', '/\u0001', '/\u007f', '/a\tb']) {
      const answer = await raw([`GET ${target} HTTP/1.1`, host(), 'Connection: close']);
      // libmicrohttpd 1.0 hangs up on some of them without a word
      assert.ok(
        (answer.status >= 400 && answer.status < 500) || answer.bytes.length === 0,
        `${JSON.stringify(target)} ${answer.status}`,
      );
    }
  });

  test('what is no HTTP is refused or hung up on', async () => {
    for (const bytes of ['GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\r\n\r\n']) {
      const answer = await sendRaw(camera.url, bytes);
      assert.ok(answer.bytes.length === 0 || answer.status >= 400, answer.text);
    }
    assert.equal((await camera.get('/healthz')).status, 200);
  });

  test('a request without Host, or with two, is refused', async () => {
    for (const lines of [[], [host(), 'Host: evil.example']]) {
      const answer = await raw(['GET /api/v1/status HTTP/1.1', ...lines, 'Connection: close']);
      assert.equal(answer.status, 400);
    }
  });

  test('a wrong method is refused, and told which is right', async () => {
    for (const [method, at, allowed] of [
      ['POST', '/snapshot.jpg', /GET/],
      ['DELETE', '/api/v1/settings', /GET.*PATCH/],
      ['GET', '/api/v1/capture', /POST/],
      ['GET', '/api/v1/settings/reset', /POST/],
      ['PUT', '/metrics', /GET/],
      ['POST', '/api/v1/light', /PUT/],
      ['OPTIONS', '/api/v1/settings', /GET.*PATCH/],
      ['BREW', '/api/v1/settings', /GET.*PATCH/],
    ]) {
      if (method === 'BREW') {
        const answer = await raw([`${method} ${at} HTTP/1.1`, host(), 'Connection: close']);
        assert.equal(answer.status, 405);
        assert.match(answer.headers.allow, allowed);
        continue;
      }
      const answer = await camera.get(at, { method });
      assertProblem(answer, 405, /takes/);
      assert.match(answer.headers.allow, allowed);
    }
  });

  test('what is not there is not found', async () => {
    for (const at of [
      ...['/no', '/api', '/api/v1', '/api/v1/', '/api/v1/settings/', '/snapshot.jpg/', '//'],
      ...['/../etc/passwd', '/%2e%2e/etc/passwd', '/index.php', '/SNAPSHOT.JPG'],
    ])
      assertProblem(await camera.get(at), 404, /nothing at/);
    assertProblem(await camera.get('/no', { method: 'POST' }), 404);
  });

  test('what this computer has not says so', async () => {
    assertProblem(await camera.api('GET', '/wifi/networks'), 404, /Wi-Fi/);
    assertProblem(await camera.api('POST', '/firmware'), 404, /updated/);
  });

  test("another site's page can change nothing", async () => {
    const earlier = await camera.settings();
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${camera.port + 1}` },
      { Origin: 'http://127.0.0.1' },
      { Origin: `http://127.0.0.1:${camera.port}.evil.example` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: camera.url },
    ]) {
      const body = '{"connect.name":"evil"}';
      const patch = await request(camera.url, {
        ...{ method: 'PATCH', path: '/api/v1/settings', headers, body },
      });
      assertProblem(patch, 403, /it was not done/);
      for (const at of ['/light?on', '/brightness?brightness=2', '/reboot', '/reset', '/capture'])
        assertProblem(await camera.get(at, { headers }), 403, /it was not done/);
      assertProblem(await camera.api('POST', '/reboot', undefined, { headers }), 403);
    }
    assert.deepEqual(await camera.settings(), earlier);
    const own = { Origin: camera.url, 'Sec-Fetch-Site': 'same-origin' };
    assert.equal((await camera.get('/light?off', { headers: own })).status, 200);
  });

  test('another name that leads here (DNS rebinding) can neither change nor read', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${camera.port}`,
      '127.0.0.1.evil.example',
      'a.local',
    ]) {
      const headers = { Host: name };
      assertProblem(await camera.get('/brightness?brightness=1', { headers }), 403, /address/);
      assertProblem(await camera.get('/api/v1/settings', { headers }), 403, /address/);
      assertProblem(await camera.get('/snapshot.jpg', { headers }), 403, /address/);
    }
    const { network } = await camera.status();
    for (const name of [
      'localhost',
      `${network.hostname}.local`,
      network.hostname,
      '[::1]:80',
      '192.0.2.7',
    ])
      assert.equal(
        (await camera.get('/api/v1/status', { headers: { Host: name } })).status,
        200,
        name,
      );
  });
});

describe("older firmwares' scripts", () => {
  const owner = makeOwner();
  after(owner.end);
  let camera;
  before(async () => {
    const standin = await startStandin(owner, { args: ['--pace', '0'] });
    camera = await startCamera(owner, { standin });
  });

  test('all paths answer as they did', async () => {
    for (const at of ['/saved-photo', '/saved-photo.jpg']) {
      const photo = await camera.get(at);
      assert.equal(photo.headers['content-type'], 'image/jpg');
      readJpeg(photo.body);
    }
    for (const [at, text] of [
      ['/capture', 'Take Photo'],
      ['/action_capture', 'Take Photo'],
      ['/send', 'Send Photo'],
      ['/action_send', 'Send Photo'],
      ['/led', 'Change LED status'],
      ['/action_led', 'Change LED status'],
    ]) {
      const answer = await camera.get(at);
      assert.equal(answer.status, 200, `${at} ${answer.text}`);
      assert.match(answer.headers['content-type'], /^text\/plain/);
      assert.equal(answer.text, text);
    }
    assert.equal((await camera.get('/light?on')).status, 200);
    assert.equal((await camera.get('/json_input')).json.led, 'ON');
    assert.equal((await camera.get('/led')).status, 200);
    assert.equal((await camera.get('/json_input')).json.led, 'OFF');
    await camera.get('/light?on');
    assert.equal((await camera.get('/light?off')).status, 200);
    assert.equal((await camera.status()).light.on, false);
    assert.match((await camera.get('/get_logs')).text, /The camera works/);
  });

  test('all setters set, and answer as HTML', async () => {
    const token = makeToken();
    for (const [at, changed] of [
      ['/refresh?refresh=30', { 'connect.interval_s': 30 }],
      [`/token?token=${token}`, { 'connect.token': { set: true } }],
      [`/set_token?token=${token}`, { 'connect.token': { set: true } }],
      ['/photo_quality?photo_quality=20', { 'camera.quality': 20 }],
      ['/framesize?framesize=0', { 'camera.resolution': 'QVGA' }],
      ['/framesize?framesize=1', { 'camera.resolution': 'CIF' }],
      ['/framesize?framesize=6', { 'camera.resolution': 'UXGA' }],
      ['/framesize?framesize=3', { 'camera.resolution': 'SVGA' }],
      ['/brightness?brightness=-2', { 'camera.brightness': -2 }],
      ['/contrast?contrast=1', { 'camera.contrast': 1 }],
      ['/saturation?saturation=%2D1', { 'camera.saturation': -1 }],
      ['/flash?on', { 'flash.enabled': true }],
      ['/flash?off', { 'flash.enabled': false }],
      ['/camera_flash', { 'flash.enabled': true }],
      ['/camera_flash', { 'flash.enabled': false }],
      ['/camera_flash_duration?flashduration=300', { 'flash.duration_ms': 300 }],
      [
        '/action_page?hmirror=1&lenc=1',
        {
          'camera.hmirror': true,
          'camera.vflip': false,
          'camera.lens_correction': true,
          'camera.exposure_auto': false,
        },
      ],
      [
        '/action_page?vflip=1&exposure_ctrl=1',
        {
          'camera.hmirror': false,
          'camera.vflip': true,
          'camera.exposure_auto': true,
        },
      ],
      ['/set_int?brightness=2', { 'camera.brightness': 2 }],
      ['/set_int?contrast=-1&saturation=0', { 'camera.contrast': -1, 'camera.saturation': 0 }],
      ['/set_int?refresh=20', { 'connect.interval_s': 20 }],
      ['/set_int?framesize=2', { 'camera.resolution': 'VGA' }],
      ['/set_int?photo_quality=12', { 'camera.quality': 12 }],
      ['/set_int?flash_time=200', { 'flash.duration_ms': 200 }],
      ['/set_int?wb_mode=1', { 'camera.wb_mode': 'sunny' }],
      ['/set_int?ae_level=1', { 'camera.ae_level': 1 }],
      ['/set_int?aec_value=100', { 'camera.exposure': 100 }],
      ['/set_int?agc_gain=5', { 'camera.gain': 5 }],
      ['/set_int?image_rotation=6', { 'camera.rotation': 90 }],
      ['/set_int?image_rotation=3', { 'camera.rotation': 180 }],
      ['/set_int?image_rotation=1', { 'camera.rotation': 0 }],
      ['/set_int?log_level=3', { 'system.log_level': 'debug' }],
      ['/set_bool?hmirror=true', { 'camera.hmirror': true }],
      ['/set_bool?vflip=false', { 'camera.vflip': false }],
      ['/set_bool?lenc=true', { 'camera.lens_correction': true }],
      ['/set_bool?exposure_ctrl=true', { 'camera.exposure_auto': true }],
      ['/set_bool?awb=false', { 'camera.awb': false }],
      ['/set_bool?awb_gain=false', { 'camera.awb_gain': false }],
      ['/set_bool?bpc=true', { 'camera.bpc': true }],
      ['/set_bool?wpc=false', { 'camera.wpc': false }],
      ['/set_bool?raw_gama=false', { 'camera.raw_gamma': false }],
      ['/set_bool?aec2=true', { 'camera.aec2': true }],
      ['/set_bool?gain_ctrl=false', { 'camera.agc': false }],
      ['/set_bool?flash=true', { 'flash.enabled': true }],
    ]) {
      const { 'connect.token': tokenBefore, ...settings } = await camera.settings();
      const missing = Object.keys(changed).filter(
        (key) => key !== 'connect.token' && !(key in settings),
      );
      const answer = await camera.get(at);
      if (missing.length) {
        // What the test camera lacks is refused, never ignored.
        assertProblem(answer, 422, /does not have this setting/);
        continue;
      }
      assert.equal(answer.status, 200, `${at} ${answer.text}`);
      assert.match(answer.headers['content-type'], /^text\/html/);
      const now = await camera.settings();
      for (const [key, value] of Object.entries(changed)) assert.deepEqual(now[key], value, at);
    }
  });

  test('a bad value is refused, where they ignored it', async () => {
    const earlier = await camera.settings();
    for (const at of [
      ...['/refresh?refresh=9', '/refresh', '/refresh?refresh=', '/token?token=short', '/token'],
      ...['/photo_quality?photo_quality=64', '/framesize?framesize=7', '/framesize?framesize=VGA'],
      ...['/brightness?brightness=3', '/brightness?contrast=1', '/contrast?contrast=x'],
      ...[
        '/saturation?saturation=-3',
        '/camera_flash_duration?flashduration=19',
        '/light',
        '/flash',
      ],
      ...['/light?dim', '/set_int?brightness=1&contrast=9', '/set_int?x=1', '/set_int'],
      ...['/set_bool?hmirror=maybe', '/set_bool', '/set_int?image_rotation=2'],
      ...['/set_int?log_level=4', '/set_int?wb_mode=5', '/action_page?hmirror=2'],
    ])
      assertProblem(await camera.get(at), 422);
    const { 'connect.token': token, ...now } = await camera.settings();
    const { 'connect.token': tokenBefore, ...before } = earlier;
    assert.deepEqual(now, before);
    assert.deepEqual(token, tokenBefore);
  });

  test("/json_input begins with the original's 17 texts", async () => {
    const json = (await camera.get('/json_input')).json;
    assert.deepEqual(Object.keys(json).slice(0, 17), [
      ...['token', 'fingerprint', 'refreshInterval', 'photoquality', 'framesize', 'brightness'],
      ...['contrast', 'saturation', 'hmirror', 'vflip', 'lensc', 'exposure_ctrl', 'led'],
      ...['camera_flash', 'camera_flash_duration', 'rssi', 'sw_ver'],
    ]);
    for (const [key, value] of Object.entries(json)) assert.equal(typeof value, 'string', key);
    assert.match(json.framesize, /^[A-Z]+ \(\d+ x \d+\)$/);
    assert.match(json.hmirror, /^(true|false)$/);
    assert.match(json.uptime, /^\d+ days, \d\d:\d\d:\d\d$/);
  });

  test('/reset goes back to the defaults, but keeps the fingerprint', async (t) => {
    const own = await startCamera(t);
    await own.get('/brightness?brightness=2');
    const fingerprint = await fingerprintOf(own);
    const reset = await own.get('/reset');
    assert.equal(reset.status, 200, reset.text);
    assert.match(reset.headers['content-type'], /^text\/html/);
    const settings = await own.settings();
    assert.equal(settings['camera.brightness'], 0);
    assert.equal(settings['connect.fingerprint'], fingerprint);
  });

  test('a restart is answered before it happens', async (t) => {
    const own = await startCamera(t);
    // Each start has a port of its own: the test asked for any.
    const starts = () => [...own.stdout().matchAll(/page is (\S+)\/\n/g)];
    for (const at of ['/reboot', '/action_reboot', '/reboot', '/action_reboot']) {
      const before = starts();
      const answer = await request(before.at(-1)[1], { path: at });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.headers['content-type'], /^text\/html/);
      await until(() => starts().length > before.length, 'it starts anew');
    }
  });
});

test('/metrics is Prometheus text', async (t) => {
  const camera = await startCamera(t);
  await camera.snapshot();
  const answer = await camera.get('/metrics');
  assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  assert.ok(answer.text.endsWith('\n'));
  const described = { HELP: new Set(), TYPE: new Set() };
  const samples = {};
  for (const line of answer.text.split('\n').slice(0, -1)) {
    const comment = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
    if (comment) {
      assert.ok(!described[comment[1]].has(comment[2]), `${line} comes once`);
      described[comment[1]].add(comment[2]);
      if (comment[1] === 'TYPE') assert.match(comment[3], /^(counter|gauge)$/);
      continue;
    }
    const sample = line.match(
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})? (\S+)$/,
    );
    assert.ok(sample, line);
    assert.ok(Number.isFinite(Number(sample[3])), line);
    assert.ok(described.TYPE.has(sample[1]) && described.HELP.has(sample[1]), line);
    samples[sample[1]] = Number(sample[3]);
  }
  assert.equal(samples.connectcam_camera_ready, 1);
  assert.ok(samples.connectcam_frames_total >= 1);
  assert.ok(samples.connectcam_uptime_seconds >= 0);
});

test('/healthz says fine while pictures can be had, and why when not', async (t) => {
  const camera = await startCamera(t);
  const fine = await camera.get('/healthz');
  assert.equal(fine.status, 200);
  const broken = await startCamera(t, { camera: '/dev/video63' });
  await until(async () => (await broken.get('/healthz')).status === 503, 'it is not fine');
  assertProblem(await broken.get('/healthz'), 503);
  const answer = await broken.snapshot();
  const { camera: state } = await broken.status();
  assert.equal(state.state, 'gone');
  assertProblem(answer, 503);
  assert.equal(answer.json.detail, state.reason);
  assert.match(answer.headers['retry-after'], /^\d+$/);
  assertProblem(await broken.get('/stream.mjpg'), 503);
});

test('the page comes whole, with what keeps other sites out', async (t) => {
  const camera = await startCamera(t);
  const answer = await camera.get('/', { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/html/);
  assert.equal(answer.headers['content-encoding'], 'gzip');
  assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  assert.ok(!/unsafe|https?:/.test(answer.headers['content-security-policy']));
  const again = await camera.get('/', { headers: { 'If-None-Match': answer.headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
});
