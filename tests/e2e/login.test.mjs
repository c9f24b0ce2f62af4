// Who is let in: set-up first, then the password, by digest (RFC 7616).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  answerChallenge,
  assertProblem,
  makeLogin,
  readChallenges,
  readJpeg,
  request,
  startCamera,
  until,
  without,
} from './support.mjs';

const run = promisify(execFile);
const password = 'correct horse «ñ»';

// A camera whose password was chosen, as its page does that.
async function startClosed(t, options = {}) {
  const camera = await startCamera(t, { open: false, ...options });
  const answer = await camera.api('PATCH', '/settings', { 'system.password': password });
  assert.equal(answer.status, 200, answer.text);
  return camera;
}

async function challengeOf(camera, algorithm = 'SHA-256') {
  const answer = await camera.get('/api/v1/settings');
  assert.equal(answer.status, 401);
  return readChallenges(answer).find((challenge) => challenge.algorithm === algorithm);
}

const withLogin = (camera, at, challenge, more) =>
  camera.get(at, {
    headers: { Authorization: answerChallenge(challenge, { password, path: at, ...more }) },
  });

describe('login', { concurrency: 6 }, () => {
  test('before set-up, only set-up works', async (t) => {
    const camera = await startCamera(t, { open: false });
    const { status } = await camera.get('/');
    assert.equal(status, 200, 'the page is there');
    assert.deepEqual(Object.keys(await camera.status()).sort(), ['platform', 'setup', 'version']);
    assert.equal((await camera.status()).setup, 'needed');
    assert.equal((await camera.api('GET', '/settings/schema')).status, 200);
    assert.equal((await camera.get('/healthz')).status, 200);
    for (const [method, at] of [
      ...['/snapshot.jpg', '/stream.mjpg', '/api/v1/settings', '/api/v1/settings/backup'].map(
        (one) => ['GET', one],
      ),
      ...['/api/v1/log', '/metrics', '/json_input', '/saved-photo', '/brightness?brightness=1'].map(
        (one) => ['GET', one],
      ),
      ...[
        '/api/v1/reboot',
        '/api/v1/settings/reset',
        '/api/v1/capture',
        '/api/v1/connect/send',
      ].map((one) => ['POST', one]),
      ['PUT', '/api/v1/settings/backup'],
      ['PUT', '/api/v1/light'],
    ])
      assertProblem(await camera.get(at, { method }), 403, /Set-up comes first/);
    assertProblem(
      await camera.api('PATCH', '/settings', { 'connect.name': 'x', 'system.password': password }),
      403,
      /Set-up comes first/,
    );
    assertProblem(await camera.api('PATCH', '/settings', {}), 403, /Set-up comes first/);
    assertProblem(await camera.api('PATCH', '/settings', { 'system.password': 'short' }), 422);
    assert.equal((await camera.status()).setup, 'needed');
  });

  test('a chosen password closes the camera, and survives a restart', async (t) => {
    const camera = await startClosed(t);
    assertProblem(await camera.get('/snapshot.jpg'), 401, /user name is admin/);
    await camera.stop();
    const again = await startCamera(t, { open: false, state: camera.state });
    assertProblem(await again.get('/api/v1/status'), 401);
    const login = makeLogin(again.url, { password });
    assert.equal((await login({ path: '/api/v1/status' })).json.setup, 'done');
  });

  test('a camera that is open on purpose asks nobody', async (t) => {
    const camera = await startCamera(t, { open: false });
    const answer = await camera.api('PATCH', '/settings', { 'system.open': true });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await camera.snapshot()).status, 200);
    assert.equal((await camera.status()).setup, 'done');
  });

  test('the key for looking is enough for pictures and numbers, and for nothing else', async (t) => {
    const camera = await startClosed(t);
    const login = makeLogin(camera.url, { password });
    const key = 'OnlyToLook0123456789';
    const patch = (value) =>
      login({
        method: 'PATCH',
        path: '/api/v1/settings',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ 'system.view_key': value }),
      });
    // nobody has chosen one: an empty one is none
    for (const at of ['/snapshot.jpg?key=', `/snapshot.jpg?key=${key}`])
      assertProblem(await camera.get(at), 401);
    assertProblem(await patch('FifteenSigns015'), 422, /at least 16/);
    assertProblem(await patch('Sixteen&Signs016'), 422, /letters/);
    assert.deepEqual((await patch(key)).json['system.view_key'], { set: true });

    const picture = await camera.get(`/snapshot.jpg?max_age_ms=0&key=${key}`);
    assert.equal(picture.status, 200, picture.text);
    readJpeg(picture.body);
    assert.equal(picture.headers['access-control-allow-origin'], '*');
    assert.equal(picture.headers['cross-origin-resource-policy'], 'cross-origin');
    assert.match((await camera.get(`/metrics?key=${key}`)).text, /^connectcam_camera_ready 1$/m);
    const stream = await camera.get(`/stream.mjpg?key=${key}`, { method: 'HEAD' });
    assert.equal(stream.status, 200);

    for (const at of [
      `/snapshot.jpg?key=${key}0`,
      `/snapshot.jpg?key=${key.slice(1)}`,
      `/snapshot.jpg?key=x${key.slice(1)}`,
      '/snapshot.jpg',
      `/saved-photo?key=${key}`,
      `/api/v1/status?key=${key}`,
      `/api/v1/settings?key=${key}`,
      `/?key=${key}`,
    ]) {
      const answer = await camera.get(at);
      assertProblem(answer, 401);
      assert.equal(answer.headers['access-control-allow-origin'], undefined, at);
      assert.equal(answer.headers['cross-origin-resource-policy'], 'same-site', at);
    }
    assertProblem(await camera.get(`/api/v1/capture?key=${key}`, { method: 'POST' }), 401);

    const log = await login({ path: '/api/v1/log' });
    assert.doesNotMatch(log.text, new RegExp(key), 'the log has no secrets');
    assert.equal((await login({ method: 'POST', path: '/api/v1/settings/reset' })).status, 200);
    assert.equal((await camera.get(`/metrics?key=${key}`)).status, 200, 'access is not reset');
    assert.deepEqual((await patch(null)).json['system.view_key'], { set: false });
    assertProblem(await camera.get(`/metrics?key=${key}`), 401);
  });

  test("whoever closes the browser's dialog reads a sentence and a way back", async (t) => {
    const camera = await startClosed(t);
    const answer = await camera.get('/', { headers: { Accept: 'text/html,*/*;q=0.8' } });
    assert.equal(answer.status, 401);
    assert.match(answer.headers['content-type'], /^text\/html/);
    assert.match(answer.text, /The user name is admin/);
    assert.match(answer.text, /<a href="\/">/);
    assert.equal(readChallenges(answer).length, 2);
    const script = await camera.get('/snapshot.jpg', { headers: { Accept: 'text/html' } });
    assertProblem(script, 401);
  });

  test('SHA-256 is offered first, MD5 second', async (t) => {
    const camera = await startClosed(t);
    const answer = await camera.get('/');
    assert.equal(answer.status, 401);
    const challenges = readChallenges(answer);
    assert.deepEqual(
      challenges.map(({ algorithm, realm, qop }) => ({ algorithm, realm, qop })),
      [
        { algorithm: 'SHA-256', realm: 'connectcam', qop: 'auth' },
        { algorithm: 'MD5', realm: 'connectcam', qop: 'auth' },
      ],
    );
  });

  for (const algorithm of ['SHA-256', 'MD5'])
    test(`${algorithm} lets in, for reading and for changing`, async (t) => {
      const camera = await startClosed(t);
      const login = makeLogin(camera.url, { password, algorithm });
      readJpeg((await login({ path: '/snapshot.jpg' })).body);
      const changed = await login({
        method: 'PATCH',
        path: '/api/v1/settings',
        body: '{"connect.name":"let in"}',
      });
      assert.equal(changed.status, 200, changed.text);
      assert.equal(changed.json['connect.name'], 'let in');
      // A query is part of what is signed.
      assert.equal((await login({ path: '/snapshot.jpg?max_age_ms=0' })).status, 200);
    });

  test('curl gets in with --digest, and not with a wrong password', {
    skip: without('curl'),
  }, async (t) => {
    const camera = await startClosed(t);
    const curl = async (user) =>
      (
        await run('curl', [
          ...['-s', '-o', '/dev/null', '-w', '%{http_code}', '--digest', '-u', user],
          `${camera.url}/snapshot.jpg`,
        ])
      ).stdout;
    assert.equal(await curl(`admin:${password}`), '200');
    assert.equal(await curl('admin:wrong password'), '401');
    assert.equal(await curl(`root:${password}`), '401');
  });

  test('everything but /healthz asks for the password', async (t) => {
    const camera = await startClosed(t);
    for (const at of [
      ...['/', '/snapshot.jpg', '/stream.mjpg', '/api/v1/status', '/api/v1/settings', '/metrics'],
      ...['/api/v1/settings/schema', '/api/v1/settings/backup', '/api/v1/log', '/json_input'],
      ...['/get_logs', '/saved-photo', '/light?on', '/brightness?brightness=1', '/reset'],
    ])
      assertProblem(await camera.get(at), 401);
    const changed = await camera.api('PATCH', '/settings', { 'system.password': 'another one' });
    assertProblem(changed, 401);
    assert.equal((await camera.get('/healthz')).status, 200);
  });

  test('a login is for its user, its path, its method and this camera only', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    const at = '/api/v1/settings';
    const tries = [
      { user: 'Admin' },
      { path: '/api/v1/status' },
      { path: `${at}?x` },
      { method: 'PATCH' },
      { password: password.slice(0, -1) },
      { password: `${password} ` },
    ];
    for (const more of tries) {
      const answer = await camera.get(at, {
        headers: { Authorization: answerChallenge(challenge, { password, path: at, ...more }) },
      });
      assert.equal(answer.status, 401, JSON.stringify(more));
    }
    const elsewhere = await withLogin(camera, at, { ...challenge, realm: 'other' });
    assert.equal(elsewhere.status, 401);
    assert.equal((await withLogin(camera, at, challenge)).status, 200);
  });

  test('ten wrong passwords: even the right one waits, and is told how long', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    const at = '/api/v1/settings';
    for (let i = 1; i <= 10; i++) {
      const answer = await withLogin(camera, at, challenge, { password: 'guess', count: i });
      assert.equal(answer.status, 401, `guess ${i}`);
    }
    const locked = await withLogin(camera, at, challenge, { count: 11 });
    assertProblem(locked, 429, /Too many wrong passwords/);
    const wait = Number(locked.headers['retry-after']);
    assert.ok(wait > 30 && wait <= 60, `${wait} s`);
    assert.equal((await camera.get('/healthz')).status, 200, 'its watcher is not locked out');
  });

  test('nine wrong passwords and a right one begin anew', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    const at = '/api/v1/settings';
    let count = 0;
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 9; i++)
        await withLogin(camera, at, challenge, { password: 'guess', count: ++count });
      assert.equal((await withLogin(camera, at, challenge, { count: ++count })).status, 200);
    }
  });

  test('no password at all is no wrong password', async (t) => {
    const camera = await startClosed(t);
    for (let i = 0; i < 15; i++) assert.equal((await camera.get('/')).status, 401);
    for (const header of ['Basic YWRtaW46eA==', 'Digest', 'Digest x', 'Digest username="admin'])
      assert.equal(
        (await camera.get('/', { headers: { Authorization: header } })).status,
        401,
        header,
      );
    assert.equal((await withLogin(camera, '/metrics', await challengeOf(camera))).status, 200);
  });

  test('what was overheard cannot be played again', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    const at = '/api/v1/settings';
    const header = answerChallenge(challenge, { password, path: at });
    const play = () => camera.get(at, { headers: { Authorization: header } });
    assert.equal((await play()).status, 200);
    const again = await play();
    assert.equal(again.status, 401);
    assert.ok(readChallenges(again).every(({ stale }) => stale === 'true'));
    // The client goes on with the next count.
    assert.equal((await withLogin(camera, at, challenge, { count: 2 })).status, 200);
  });

  test('a nonce of before the restart is stale: the browser does not ask again', async (t) => {
    const camera = await startClosed(t);
    const old = await challengeOf(camera);
    await camera.stop();
    const again = await startCamera(t, { open: false, state: camera.state });
    const answer = await withLogin(again, '/api/v1/settings', old);
    assert.equal(answer.status, 401);
    const challenges = readChallenges(answer);
    assert.ok(challenges.every(({ stale }) => stale === 'true'));
    assert.notEqual(challenges[0].nonce, old.nonce);
  });

  test('a new password counts at once, and the old one no longer', async (t) => {
    const camera = await startClosed(t);
    const login = makeLogin(camera.url, { password });
    const next = 'the next password';
    const changed = await login({
      method: 'PATCH',
      path: '/api/v1/settings',
      body: JSON.stringify({ 'system.password': next }),
    });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await makeLogin(camera.url, { password })({ path: '/metrics' })).status, 401);
    assert.equal(
      (await makeLogin(camera.url, { password: next })({ path: '/metrics' })).status,
      200,
    );
  });

  test('a reset keeps the password: nobody else can take the camera over', async (t) => {
    const camera = await startClosed(t);
    const login = makeLogin(camera.url, { password });
    assert.equal((await login({ method: 'POST', path: '/api/v1/settings/reset' })).status, 200);
    assertProblem(await camera.get('/snapshot.jpg'), 401);
    assert.equal((await login({ path: '/metrics' })).status, 200);
  });

  test("another site's page can do nothing with the browser's login", async (t) => {
    const camera = await startClosed(t);
    const login = makeLogin(camera.url, { password });
    await login({ path: '/metrics' });
    for (const headers of [
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const at = '/brightness?brightness=2';
      assertProblem(await login({ path: at, headers }), 403, /it was not done/);
    }
    const settings = (await login({ path: '/api/v1/settings' })).json;
    assert.equal(settings['camera.brightness'], 0);
  });

  test('wrong passwords are counted and logged, without the password', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    await withLogin(camera, '/metrics', challenge, { password: 'guessed it' });
    const login = makeLogin(camera.url, { password });
    const metrics = (await login({ path: '/metrics' })).text;
    assert.match(metrics, /^connectcam_logins_failed_total 1$/m);
    const log = (await login({ path: '/api/v1/log' })).text;
    assert.match(log, /Wrong password from 127\.0\.0\.1/);
    assert.ok(!log.includes('guessed it'));
    assert.ok(!camera.stderr().includes(password));
  });

  test('a viewer who logged in gets the stream', async (t) => {
    const camera = await startClosed(t);
    const challenge = await challengeOf(camera);
    const refused = await request(camera.url, { path: '/stream.mjpg' });
    assert.equal(refused.status, 401);
    const header = answerChallenge(challenge, { password, path: '/stream.mjpg' });
    const abort = new AbortController();
    const response = await fetch(`${camera.url}/stream.mjpg`, {
      headers: { Authorization: header },
      signal: abort.signal,
    });
    assert.equal(response.status, 200);
    const reader = response.body.getReader();
    assert.ok((await reader.read()).value.length > 0);
    abort.abort();
    await until(async () => {
      const login = makeLogin(camera.url, { password });
      return (await login({ path: '/api/v1/status' })).json.camera.viewers === 0;
    }, 'the viewer is gone');
  });
});
