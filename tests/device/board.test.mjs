// A new board, as its owner meets it: address, set-up, page, settings, restart, console, login. One
// board for all, in this order.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  answerChallenge,
  assertProblem,
  cameraAt,
  makeLogin,
  makeOwner,
  makeToken,
  readChallenges,
  readJpeg,
} from '../e2e/support.mjs';
import { makeBoard, patiently } from './support.mjs';

const password = 'correct horse «ñ»';

describe('a new board', () => {
  const owner = makeOwner();
  after(owner.end);
  let board;
  let mine; // the same, for who knows the password

  before(async () => {
    board = await makeBoard(owner);
    await board.boot();
    mine = cameraAt(board.url, { ask: makeLogin(board.url, { password }) });
  });

  test('says on its serial line what it is and where its page is', () => {
    assert.match(board.said(), /connectcam \S+ on Emulator\. Start 1; before it, /);
    assert.match(board.said(), /On Ethernet\. The page is http:\/\/10\.0\.2\.15\//);
  });

  test('offers set-up first, and only that', async () => {
    const status = await board.status();
    assert.deepEqual(Object.keys(status).sort(), ['platform', 'setup', 'version']);
    assert.equal(status.platform, 'ESP32');
    assert.equal(status.setup, 'needed');
    assertProblem(await board.get('/snapshot.jpg'), 403, /Set-up comes first/);
    assertProblem(await board.get('/api/v1/settings'), 403, /Set-up comes first/);
  });

  test('takes a password, and from then on nobody in without it', async () => {
    const short = await board.api('PATCH', '/settings', { 'system.password': 'short' });
    assertProblem(short, 422);
    const answer = await board.api('PATCH', '/settings', { 'system.password': password });
    assert.equal(answer.status, 200, answer.text);
    for (const at of ['/snapshot.jpg', '/api/v1/settings', '/metrics'])
      assertProblem(await board.get(at), 401);
    assert.equal((await mine.get('/api/v1/settings')).status, 200);
    const old = makeLogin(board.url, { password, algorithm: 'MD5' });
    assert.equal((await old({ path: '/api/v1/settings' })).status, 200, 'clients without SHA-256');
    assert.equal((await board.get('/healthz')).status, 200);
  });

  test('takes pictures, and says when', async () => {
    const answer = await mine.snapshot();
    assert.equal(answer.status, 200, answer.text);
    const { width, height } = readJpeg(answer.body);
    assert.deepEqual([width, height], [800, 600]);
    const next = await mine.snapshot('?max_age_ms=0');
    assert.ok(Number(next.headers['x-frame-id']) > Number(answer.headers['x-frame-id']));
  });

  test('serves the files of its page, and each only once', async () => {
    const page = await mine.get('/');
    assert.equal(page.status, 200);
    const html = gunzipSync(page.body).toString();
    const files = [...html.matchAll(/(?:src|href)="([^"#:]+\.(?:js|css|svg|png)[^"]*)"/g)];
    assert.ok(files.length >= 2, html);
    for (const at of ['/', ...files.map(([, name]) => new URL(name, `${board.url}/`).pathname)]) {
      const answer = await mine.get(at);
      assert.equal(answer.status, 200, at);
      assert.ok(answer.headers.etag, at);
      const again = await mine.get(at, { headers: { 'If-None-Match': answer.headers.etag } });
      assert.equal(again.status, 304, at);
      assert.equal(again.body.length, 0, at);
    }
  });

  test('refuses a setting that makes no sense, and changes none of those beside it', async () => {
    const before = await mine.settings();
    const answer = await mine.api('PATCH', '/settings', {
      'connect.name': 'Porch',
      'camera.quality_of_life': 4,
      'connect.interval_s': 1,
    });
    assertProblem(answer, 422);
    assert.deepEqual(await mine.settings(), before);
  });

  test('keeps its settings and its password over a restart', async () => {
    const { 'connect.fingerprint': fingerprint } = await mine.settings();
    const set = { 'camera.resolution': 'VGA', 'connect.name': 'Ø «porch»', 'stream.fps': 3 };
    const answer = await mine.api('PATCH', '/settings', set);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(readJpeg((await mine.snapshot('?max_age_ms=0')).body).width, 640);
    await board.restart(async () => {
      assert.equal((await mine.api('POST', '/reboot')).status, 202);
    });
    assertProblem(await board.get('/snapshot.jpg'), 401);
    const settings = await mine.settings();
    for (const [key, value] of Object.entries(set)) assert.equal(settings[key], value);
    assert.equal(settings['connect.fingerprint'], fingerprint);
    const status = await mine.status();
    assert.equal(status.boots, 2);
    assert.ok(!/power/.test(status.reset_reason), status.reset_reason);
    assert.equal(readJpeg((await mine.snapshot('?max_age_ms=0')).body).width, 640);
  });

  test('obeys its serial line, which shows no secret', async () => {
    let since = board.said().length;
    board.type('status');
    await board.says(/network {2}10\.0\.2\.15/, { since });
    since = board.said().length;
    board.type('set connect.name Garage');
    await board.says(/connect\.name = Garage/, { since });
    assert.equal((await mine.settings())['connect.name'], 'Garage');
    const token = makeToken();
    board.type(`token ${token}`);
    await board.says(/The token is stored\./, { since });
    assert.deepEqual((await mine.settings())['connect.token'], { set: true });
    board.type('log');
    await board.says(/Start 2/, { since });
    assert.ok(!board.said().includes(token));
    assert.ok(!(await mine.get('/api/v1/log')).text.includes(token));
  });

  test('says on its serial line what an older firmware was asked there', async () => {
    const since = board.said().length;
    board.type('commandslist;');
    await board.says(/setwifissid/, { since });
  });

  test('makes guessing slow: after ten wrong passwords even the right one waits', async () => {
    const challenge = readChallenges(await board.get('/metrics'))[0];
    const guess = (count, secret) =>
      board.get('/metrics', {
        headers: {
          Authorization: answerChallenge(challenge, { password: secret, path: '/metrics', count }),
        },
      });
    for (let i = 1; i <= 10; i++) assert.equal((await guess(i, 'guess')).status, 401, `${i}`);
    const locked = await guess(11, password);
    assertProblem(locked, 429, /Too many wrong passwords/);
    const wait = Number(locked.headers['retry-after']);
    assert.ok(wait > 0 && wait <= 60, `${wait} s`);
    assert.equal((await board.get('/healthz')).status, 200, 'its watcher is not locked out');
    await patiently(
      async () => (await mine.get('/metrics')).status === 200,
      'the wait is over, and the right password is good again',
    );
  });
});
