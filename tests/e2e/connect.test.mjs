// What arrives at Prusa Connect, and what the camera says and does when it does not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { describe, test } from 'node:test';
import tls from 'node:tls';
import {
  atEnd,
  freePort,
  makeToken,
  makeWebcam,
  readJpeg,
  startCamera,
  startStandin,
  temporaryFolder,
  until,
  within,
  without,
  withoutWebcam,
} from './support.mjs';

const isSnapshot = (entry) => entry.path === '/c/snapshot';
const isInfo = (entry) => entry.path === '/c/info';
const hasArrived = (entry) => isSnapshot(entry) && entry.status === 204;

async function startPair(t, fault, camera = {}) {
  const standin = await startStandin(t, {
    args: ['--pace', '0', ...(fault ? ['--fault', fault] : [])],
  });
  return { standin, camera: await startCamera(t, { standin, ...camera }) };
}

// The connect part of the status, once it is as wanted.
function connectOnce(camera, wanted, what, seconds = 20) {
  return until(
    async () => {
      const { connect } = await camera.status();
      return wanted(connect) && connect;
    },
    what,
    seconds,
  );
}

const inTrouble = (camera, seconds) =>
  connectOnce(camera, (connect) => connect.state === 'trouble', 'the trouble shows', seconds);

// The next try comes `least` to `most` seconds after the last; `least` leaves room for the time it
// took to ask.
function assertPace(connect, least, most) {
  const seconds = connect.next_in_ms / 1000;
  assert.ok(seconds <= most, `the next try is in ${seconds} s, not later than ${most} s`);
  assert.ok(seconds >= least, `the next try is in ${seconds} s, not sooner than ${least} s`);
}

describe('Prusa Connect', { concurrency: 24 }, () => {
  // The slow ones first: they wait for the camera's own deadlines and pace.

  test('a server that is silent is given up after 30 s, with a sentence', async (t) => {
    const { standin, camera } = await startPair(t, 'path=/c/snapshot:silence=600 forever');
    const connect = await inTrouble(camera, 60);
    assert.equal(connect.result, 'answer');
    assert.match(connect.sentence, /127\.0\.0\.1 took the picture but did not answer in time/);
    assertPace(connect, 0, 10);
    assert.ok(camera.process.exitCode === null && standin.process.exitCode === null);
  });

  test('an answer of a byte a second is given up, with a sentence', async (t) => {
    const { camera } = await startPair(t, 'path=/c/snapshot:drip forever');
    const connect = await inTrouble(camera, 60);
    assert.equal(connect.result, 'answer');
    assert.match(connect.sentence, /did not answer in time/);
  });

  test('a server that never shakes hands is given up, with a sentence', async (t) => {
    const { camera } = await startPair(t, 'handshake=silence forever');
    const connect = await inTrouble(camera, 40);
    assert.equal(connect.result, 'tls');
    assert.match(connect.sentence, /No safe connection to 127\.0\.0\.1 in time.*Nothing was sent/);
  });

  test('pictures arrive on schedule, without drift, over one TLS connection', async (t) => {
    const standin = await startStandin(t); // with the pace of the real one
    await startCamera(t, { standin, set: { 'connect.interval_s': 10 } });
    const arrived = [];
    for (let since = 0; arrived.length < 3; since = arrived.at(-1).seq)
      arrived.push(await standin.waitFor(isSnapshot, 'the next picture', { since }));
    for (const entry of arrived) {
      assert.equal(entry.status, 204);
      assert.equal(entry.wrong, null);
      const { width, height } = readJpeg(await standin.picture(entry));
      assert.deepEqual([width, height], [entry.width, entry.height]);
    }
    // Twenty seconds by the schedule; each upload has its own delay, but they do not add up.
    const took = arrived[2].time_ms - arrived[0].time_ms;
    assert.ok(Math.abs(took - 20_000) < 2000, `three pictures took ${took} ms`);
    const { connections, handshakes, requests } = await standin.requests();
    assert.equal(connections, 1);
    assert.equal(handshakes, 1);
    assert.ok(requests.every((entry) => entry.connection === 1 && entry.wrong === null));
  });

  test('a broken connection is resumed with less work, and loses no picture', async (t) => {
    const { standin, camera } = await startPair(t, 'path=/c/snapshot:close');
    const first = await standin.waitFor(hasArrived, 'a picture');
    const answer = await camera.send();
    assert.equal(answer.status, 200, answer.text);
    const second = await standin.waitFor(hasArrived, 'another picture', { since: first.seq });
    assert.notEqual(second.connection, first.connection);
    assert.equal(second.resumed, true);
  });

  test('a connection that died is replaced at once, and nobody notices', async (t) => {
    const { standin, camera } = await startPair(t);
    await standin.waitFor(hasArrived, 'a picture');
    const since = await standin.lastNumber();
    await standin.fault('path=/c/snapshot:reset=before');
    assert.equal((await camera.send()).status, 200);
    const tries = (await standin.requests(since)).requests.filter(isSnapshot);
    assert.deepEqual(
      tries.map(({ status }) => status),
      [0, 204],
    );
    assert.ok(tries[1].connection > tries[0].connection);
    const { connect } = await camera.status();
    assert.ok(connect.history.every((past) => past.result === 'sent'));
  });

  test('a server that closes after each answer gets its pictures', async (t) => {
    const { standin, camera } = await startPair(t, 'close forever');
    await standin.waitFor(hasArrived, 'a picture');
    assert.equal((await camera.send()).status, 200);
    const { connect } = await camera.status();
    assert.ok(connect.history.every((past) => past.result === 'sent'));
  });

  test('a server that restarts meanwhile gets the next picture at the first try', async (t) => {
    const { standin, camera } = await startPair(t);
    await standin.waitFor(hasArrived, 'a picture');
    await standin.stop();
    const again = await startStandin(t, {
      args: ['--pace', '0'],
      listen: `127.0.0.1:${standin.port}`,
      state: standin.state,
    });
    assert.equal(again.apiUrl, standin.apiUrl);
    assert.equal((await camera.send()).status, 200);
    const arrived = await again.waitFor(hasArrived, 'a picture');
    assert.equal(arrived.wrong, null);
    const { connect } = await camera.status();
    assert.ok(connect.history.every((past) => past.result === 'sent'));
  });

  test('an allowed redirect is followed, and remembered', async (t) => {
    const second = await startStandin(t, { args: ['--pace', '0'] });
    const first = await startStandin(t, {
      args: [
        ...['--pace', '0', '--fault'],
        `path=/c/snapshot:redirect=308:${second.apiUrl}/c/snapshot`,
      ],
      state: second.state,
    });
    const camera = await startCamera(t, { standin: first });
    await second.waitFor(hasArrived, 'the picture at the new place');
    assert.equal((await camera.send()).status, 200);
    await second.waitFor(
      (entry) => hasArrived(entry) && entry.seq > 1,
      'the second picture at the new place',
    );
    const { requests } = await first.requests();
    assert.equal(requests.filter(isSnapshot).length, 1, 'the old place is not asked again');
  });

  test('Retry-After is honoured to the second', async (t) => {
    const { standin } = await startPair(t, 'path=/c/snapshot:status=503:retry-after=13');
    const refused = await standin.waitFor(isSnapshot, 'the picture that is refused');
    const arrived = await standin.waitFor(hasArrived, 'the picture that arrives');
    assert.ok(arrived.time_ms - refused.time_ms >= 13_000);
  });

  test('the camera broke: Connect gets no picture rather than a broken one', {
    skip: withoutWebcam(),
  }, async (t) => {
    const webcam = makeWebcam(t);
    await webcam.command('cut 60%');
    const { standin, camera } = await startPair(t, '', webcam.options);
    const connect = await connectOnce(
      camera,
      ({ result }) => result === 'no_picture',
      'the try is over',
      30,
    );
    assert.match(connect.sentence, /There was no picture to send. The camera/);
    assert.equal((await standin.requests()).requests.filter(isSnapshot).length, 0);
    await webcam.command('normal', camera);
    assert.equal((await camera.send()).status, 200);
    const arrived = await standin.waitFor(isSnapshot, 'a picture');
    assert.equal(arrived.wrong, null);
    readJpeg(await standin.picture(arrived));
  });

  test('a picture asked for by hand is sent, and the answer tells how it went', async (t) => {
    const { standin, camera } = await startPair(t, 'path=/c/snapshot:status=503');
    await inTrouble(camera);
    const answer = await camera.send();
    assert.equal(answer.status, 200);
    assert.equal(answer.json.sent, true);
    assert.equal(answer.json.http_status, 204);
    const arrived = await standin.waitFor(hasArrived, 'the picture');
    assert.equal(arrived.bytes, answer.json.bytes);
    const { connect } = await camera.status();
    assert.equal(connect.state, 'fine');
  });

  for (const [name, answer] of [
    ['keeps the connection', { keep: true }],
    ['closes after each answer', { close: true }],
  ]) {
    test(`another kind of server that ${name} is as good`, {
      skip: without('openssl'),
    }, async (t) => {
      const { key, cert, file } = makeCertificate(t);
      const requests = [];
      const server = https.createServer({ key, cert }, (request, response) => {
        const parts = [];
        request.on('data', (part) => parts.push(part));
        request.on('end', () => {
          requests.push({ ...request, url: request.url, body: Buffer.concat(parts) });
          // Both have been seen of the real one: 200 with a body, and 204 without.
          const body = '{"status_code":204}';
          response.writeHead(200, {
            'Content-Type': 'application/json',
            'Content-Length': body.length,
            ...(answer.close && { Connection: 'close' }),
          });
          response.end(body);
        });
      });
      server.keepAliveTimeout = 60_000; // longer than the camera's pace
      let connections = 0;
      server.on('secureConnection', () => connections++);
      const port = await listen(t, server);
      const camera = await startForeign(t, port, file);
      const snapshots = () => requests.filter((request) => request.url === '/c/snapshot');
      await until(() => snapshots().length === 1, 'a picture');
      assert.equal((await camera.send()).status, 200);
      for (const { body } of snapshots()) readJpeg(body);
      assert.equal(connections, answer.close ? requests.length : 1);
    });
  }

  test('a server of HTTP/1.0 is as good', { skip: without('openssl') }, async (t) => {
    const { key, cert, file } = makeCertificate(t);
    const bodies = [];
    const server = tls.createServer({ key, cert }, (socket) => {
      let bytes = Buffer.alloc(0);
      socket.on('error', () => {});
      socket.on('data', (part) => {
        bytes = Buffer.concat([bytes, part]);
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = bytes.toString('latin1', 0, end);
        const length = Number(head.match(/content-length: *(\d+)/i)[1]);
        if (bytes.length < end + 4 + length) return;
        bodies.push({ head, body: bytes.subarray(end + 4) });
        socket.end('HTTP/1.0 200 OK\r\nServer: old\r\n\r\n{}'); // its end is the connection's
      });
    });
    const port = await listen(t, server);
    const camera = await startForeign(t, port, file);
    const snapshots = () => bodies.filter(({ head }) => head.startsWith('PUT /c/snapshot '));
    await until(() => snapshots().length === 1, 'a picture');
    assert.equal((await camera.send()).status, 200);
    assert.equal(snapshots().length, 2);
    for (const { body } of snapshots()) readJpeg(body);
  });

  test('a server that refuses before it has read the picture is understood', {
    skip: without('openssl'),
  }, async (t) => {
    const { key, cert, file } = makeCertificate(t);
    const server = https.createServer({ key, cert }, (request, response) => {
      if (request.url === '/c/info') {
        request.resume();
        request.on('end', () => response.end('{}'));
        return;
      }
      response.writeHead(401, { 'Content-Length': 0, Connection: 'close' });
      response.end();
    });
    const port = await listen(t, server);
    const camera = await startForeign(t, port, file);
    const connect = await inTrouble(camera);
    assert.equal(connect.result, 'denied');
    assert.match(connect.sentence, /The token is not accepted/);
  });

  // From here on, the first try is enough.

  test('Connect hears of the camera at its start, and again when its name or size changes', async (t) => {
    const { standin, camera } = await startPair(t, '', {
      set: { 'connect.name': 'Porch' },
    });
    const first = await standin.waitFor(isInfo, 'the description');
    assert.equal(first.wrong, null);
    assert.equal(first.info.config.name, 'Porch');
    assert.deepEqual(first.info.config.resolution, { width: 800, height: 600 });
    assert.ok(first.info.options.available_resolutions.length > 1);
    assert.ok(first.info.capabilities.includes('imaging'));
    await standin.waitFor(isSnapshot, 'a picture');
    let since = await standin.lastNumber();

    assert.equal((await camera.api('PATCH', '/settings', { 'connect.name': 'Ø' })).status, 200);
    const renamed = await standin.waitFor(isInfo, 'the new name', { since });
    assert.equal(renamed.info.config.name, 'Ø');
    since = renamed.seq;

    await camera.api('PATCH', '/settings', { 'camera.resolution': 'VGA' });
    const resized = await standin.waitFor(isInfo, 'the new size', { since });
    assert.deepEqual(resized.info.config.resolution, { width: 640, height: 480 });
    assert.equal(resized.info.config.name, 'Ø');
  });

  test('a name given in Connect stays, also after a restart', {
    skip: without('openssl'),
  }, async (t) => {
    const { key, cert, file } = makeCertificate(t);
    const names = [];
    const server = https.createServer({ key, cert }, async (request, response) => {
      const parts = await request.toArray();
      if (request.url === '/c/info') names.push(JSON.parse(Buffer.concat(parts)).config.name);
      response.setHeader('Content-Type', 'application/json');
      response.end('{"registered":true,"name":"Kitchen"}');
    });
    const port = await listen(t, server);
    const camera = await startForeign(t, port, file);
    await until(() => names.at(-1) === 'Kitchen', 'the camera takes the name over');
    await camera.stop();
    names.length = 0;
    const again = await startForeign(t, port, file, { state: camera.state });
    await until(() => names.length > 0, 'Connect hears of it');
    assert.equal(names[0], 'Kitchen');
    await again.api('PATCH', '/settings', { 'connect.name': 'Porch' });
    await until(() => names.at(-1) === 'Porch', 'a name given here comes before it');
  });

  test('Connect hears of the camera only once when nothing changes', async (t) => {
    const { standin, camera } = await startPair(t);
    await standin.waitFor(hasArrived, 'a picture');
    await camera.api('PATCH', '/settings', { 'camera.brightness': 1 });
    await camera.api('PATCH', '/settings', { 'connect.name': 'once' });
    await standin.waitFor((entry) => entry.info?.config.name === 'once', 'the name');
    assert.equal((await standin.requests()).requests.filter(isInfo).length, 2);
  });

  // What Connect answers, and what the camera makes of it: result, sentence, seconds to the next
  // try.
  for (const [fault, result, sentence, least, most] of [
    [
      'status=400:body={"message":"The picture is %22odd%22"}',
      'refused',
      /Connect refused the picture \(400\).*make a new camera/,
      45,
      60,
    ],
    ['status=401', 'denied', /token is not accepted.*Make a new camera/, 280, 300],
    ['status=403', 'denied', /token/, 280, 300],
    ['status=404', 'not_found', /Is the printer on\?/, 45, 60],
    ['status=409', 'conflict', /Connect refused the picture \(409\)/, 45, 60],
    ['status=413', 'too_large', /too large for Connect\. The next ones are compressed/, 45, 60],
    ['status=418', 'refused', /Connect refused the picture \(418\)/, 45, 60],
    ['status=429', 'too_often', /Connect wants fewer pictures/, 10, 30],
    ['status=429:retry-after=77', 'too_often', /Connect wants fewer pictures/, 60, 78],
    ['status=500', 'outage', /Connect has a problem of its own \(500\)/, 0, 10],
    ['status=503', 'outage', /Connect has a problem of its own \(503\)/, 0, 10],
    ['status=503:retry-after=40', 'outage', /problem of its own \(503\)/, 25, 41],
    // A reset may overtake what was sent: which step it hits is the network's choice.
    ['reset=before', /^(send|answer)$/, /127\.0\.0\.1.*tried again by itself/, 0, 10],
    ['reset=middle', /^(send|answer)$/, /127\.0\.0\.1.*tried again by itself/, 0, 10],
    ['reset=after', /^(send|answer)$/, /127\.0\.0\.1.*tried again by itself/, 0, 10],
    ['wrong-length=long', 'answer', /took the picture but did not answer/, 0, 10],
  ]) {
    test(`«${fault}» is said in a sentence, and tried again at its pace`, async (t) => {
      const { standin, camera } = await startPair(t, `path=/c/snapshot:${fault} forever`);
      const connect = await inTrouble(camera);
      const told = Number(fault.match(/^status=(\d+)/)?.[1] ?? connect.http_status);
      if (result instanceof RegExp) assert.match(connect.result, result);
      else assert.equal(connect.result, result);
      assert.match(connect.sentence, sentence);
      assert.equal(connect.http_status, told);
      assertPace(connect, least, most);
      assert.ok((await camera.get('/api/v1/log')).text.includes(connect.sentence));
      assert.ok(!connect.sentence.includes(camera.token));
      assert.ok((await standin.requests()).requests.every((entry) => entry.wrong === null));
      const settings = await camera.settings();
      assert.deepEqual(settings['connect.token'], { set: true }, 'the token is kept');
    });
  }

  test('an answer with more than it said counts as what it said', async (t) => {
    const { camera } = await startPair(t, 'path=/c/snapshot:wrong-length=short forever');
    const connect = await connectOnce(
      camera,
      ({ history }) => history.length > 0,
      'the try is over',
    );
    assert.ok(['sent', 'answer'].includes(connect.result), connect.result);
  });

  test('what Connect says about a refusal is shown to people', async (t) => {
    const { camera } = await startPair(
      t,
      'path=/c/snapshot:status=400:body={"message":"Camera is blurred"} forever',
    );
    assert.match((await inTrouble(camera)).sentence, /Camera is blurred/);
  });

  test('a name that does not exist is said so', async (t) => {
    const camera = await startCamera(t, {
      set: {
        'connect.server': 'https://connect.invalid',
        'connect.token': makeToken(),
      },
    });
    const connect = await inTrouble(camera, 40);
    assert.equal(connect.result, 'dns');
    assert.match(connect.sentence, /The name connect\.invalid was not found/);
  });

  test('a server that is not there is said so', async (t) => {
    const port = await freePort();
    const camera = await startCamera(t, {
      set: {
        'connect.server': `https://127.0.0.1:${port}`,
        'connect.token': makeToken(),
      },
    });
    const connect = await inTrouble(camera);
    assert.equal(connect.result, 'connect');
    assert.match(connect.sentence, /127\.0\.0\.1 did not take the connection/);
  });

  for (const [fault, why] of [
    ['cert=expired', /expired/],
    ['cert=future', /not (yet )?valid|not yet/],
    ['cert=other-host', /name|host/],
    ['cert=other-ca', /issuer|unknown|self.signed|certificate/],
    ['handshake=reset', /reset|closed|ended/],
  ]) {
    test(`«${fault}» is refused with a sentence, and the token is not sent`, async (t) => {
      const { standin, camera } = await startPair(t, `${fault} forever`);
      const connect = await inTrouble(camera);
      assert.equal(connect.result, 'tls');
      assert.match(connect.sentence, /^No safe connection to 127\.0\.0\.1/);
      assert.match(connect.sentence, /Nothing was sent\./);
      assert.match(connect.sentence, why);
      assertPace(connect, 0, 10);
      const { requests } = await standin.requests();
      assert.ok(requests.length > 0);
      assert.deepEqual(
        requests.filter((entry) => entry.event !== 'handshake'),
        [],
      );
    });
  }

  test('without its certificate a server of your own is not trusted', async (t) => {
    const { standin, camera } = await startPair(t, '', { set: { 'connect.ca': '' } });
    const connect = await inTrouble(camera);
    assert.equal(connect.result, 'tls');
    const seen = (await standin.requests()).requests;
    assert.ok(seen.every((entry) => entry.event === 'handshake'));

    const pem = fs.readFileSync(standin.ca, 'utf8');
    const answer = await camera.api('PATCH', '/settings', { 'connect.ca': pem });
    assert.equal(answer.status, 200, answer.text);
    await standin.waitFor(hasArrived, 'a picture, at once after the certificate was entered');

    await camera.api('PATCH', '/settings', { 'connect.ca': '' });
    await connectOnce(camera, ({ result }) => result === 'tls', 'it is not trusted any more');
  });

  for (const [name, target] of [
    ['another host', (other) => `https://localhost:${other.port}/c/snapshot`],
    ['an unsafe address', (other) => `http://127.0.0.1:${other.plain}/c/snapshot`],
    ['a host that only begins alike', () => 'https://127.0.0.1.example.com/c/snapshot'],
    ['an address with a user name', (other) => `https://127.0.0.1@localhost:${other.port}/`],
  ]) {
    test(`a redirect to ${name} is refused, and the token never goes there`, async (t) => {
      const other = await startStandin(t, { args: ['--pace', '0'] });
      let reached = 0;
      const server = http.createServer((_, response) => {
        reached++;
        response.end();
      });
      other.plain = await listen(t, server);
      const standin = await startStandin(t, {
        args: ['--pace', '0', '--fault', `path=/c/snapshot:redirect=307:${target(other)} forever`],
        state: other.state,
      });
      const camera = await startCamera(t, { standin });
      const connect = await inTrouble(camera);
      assert.equal(connect.result, 'redirect');
      assert.match(connect.sentence, /a place that is not Connect's.*not sent there/);
      assertPace(connect, 280, 300);
      const { connections, requests } = await other.requests();
      assert.deepEqual([connections, requests.length, reached], [0, 0, 0]);
    });
  }

  test('redirects in a circle end after three', async (t) => {
    const { standin, camera } = await startPair(
      t,
      'path=/c/snapshot:redirect=302:/c/snapshot forever',
    );
    const connect = await inTrouble(camera);
    assert.equal(connect.result, 'redirect');
    assert.equal((await standin.requests()).requests.filter(isSnapshot).length, 4);
  });

  test('a token that belongs to another camera is said so', async (t) => {
    const standin = await startStandin(t, { args: ['--pace', '0'] });
    const token = makeToken();
    await startCamera(t, { standin, token });
    await standin.waitFor(hasArrived, 'the first camera is known');
    const second = await startCamera(t, { standin, token });
    const connect = await inTrouble(second);
    assert.equal(connect.result, 'denied');
    assert.match(connect.sentence, /belongs to another camera/);
  });

  test('a new token is tried at once', async (t) => {
    const { standin, camera } = await startPair(t, 'path=/c/info:status=401,status=401');
    const connect = await inTrouble(camera);
    assert.equal(connect.result, 'denied');
    await standin.fault('none');
    const token = makeToken();
    const answer = await camera.api('PATCH', '/settings', { 'connect.token': ` ${token}\n` });
    assert.equal(answer.status, 200, answer.text);
    const arrived = await standin.waitFor(hasArrived, 'the picture');
    assert.ok(token.startsWith(arrived.token.slice(0, 4)));
  });

  test('nothing is sent while sending is switched off, or without a token', async (t) => {
    const { standin, camera } = await startPair(t, '', { set: { 'connect.enabled': false } });
    await connectOnce(camera, ({ state }) => state === 'off', 'it is off');
    assert.equal((await camera.send()).status, 409);
    assert.equal((await standin.requests()).connections, 0);
    await camera.api('PATCH', '/settings', { 'connect.enabled': true });
    await standin.waitFor(hasArrived, 'a picture, once it is switched on');
    await camera.api('PATCH', '/settings', { 'connect.token': '' });
    const connect = await connectOnce(camera, ({ state }) => state === 'no_token', 'no token');
    assert.match(connect.sentence, /There is no token yet/);
  });

  test('the fingerprint outlives a restart', async (t) => {
    const standin = await startStandin(t, { args: ['--pace', '0'] });
    const first = await startCamera(t, { standin });
    const { fingerprint } = await standin.waitFor(isSnapshot, 'a picture');
    assert.ok(fingerprint.length >= 16 && fingerprint.length <= 64);
    await first.stop();
    const since = await standin.lastNumber();
    await startCamera(t, { standin, token: first.token, state: first.state });
    const arrived = await standin.waitFor(isSnapshot, 'a picture', { since });
    assert.equal(arrived.fingerprint, fingerprint);
    assert.equal(arrived.wrong, null);
  });
});

// A certificate of another make than the stand-in's, that stands for itself.
function makeCertificate(owner) {
  const folder = temporaryFolder(owner);
  const file = path.join(folder, 'server.pem');
  const keyFile = path.join(folder, 'server.key');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', keyFile, '-out', file, '-days', '2', '-subj', '/CN=own server'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'pipe' },
  );
  return { file, cert: fs.readFileSync(file), key: fs.readFileSync(keyFile) };
}

async function listen(owner, server) {
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(owner, async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await within(closed, 'the server closes');
  });
  return server.address().port;
}

function startForeign(owner, port, caFile, more = {}) {
  return startCamera(owner, {
    ...more,
    set: {
      'connect.server': `https://127.0.0.1:${port}`,
      'connect.ca': `@${caFile}`,
      'connect.token': makeToken(),
    },
  });
}
