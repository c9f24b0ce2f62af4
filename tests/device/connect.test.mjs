// Prusa Connect goes wrong in every way that the stand-in knows. The camera says so in a sentence,
// lives on, and sends the next picture as soon as it is asked to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeOwner, makeToken } from '../e2e/support.mjs';
import { LONG_S, startBoard, startBoardsStandin } from './support.mjs';

const isSnapshot = (entry) => entry.path === '/c/snapshot';
const hasArrived = (entry) => isSnapshot(entry) && entry.status === 204;

describe('Prusa Connect, from a board', () => {
  const owner = makeOwner();
  after(owner.end);
  let standin;
  let board;

  before(async () => {
    standin = await startBoardsStandin(owner);
    board = await startBoard(owner, { standin });
  });

  test('hears of the camera, and gets its first picture', async () => {
    const info = await standin.waitFor((entry) => entry.path === '/c/info', 'the description', {
      seconds: LONG_S,
    });
    assert.equal(info.wrong, null);
    assert.deepEqual(info.info.config.resolution, { width: 800, height: 600 });
    assert.equal(info.info.config.network_info.lan_ipv4, '10.0.2.15');
    const arrived = await standin.waitFor(hasArrived, 'a picture', { seconds: LONG_S });
    assert.equal(arrived.wrong, null);
    const { connect } = await board.statusOnce(({ connect }) => connect.sent_age_ms, 'it is told');
    assert.equal(connect.state, 'fine');
  });

  // A status after each, then one good picture. The slowest last.
  for (const [fault, result, sentence] of [
    ['status=400:body={"message":"The picture is odd"}', 'refused', /odd.*make a new camera/],
    ['status=401', 'denied', /token is not accepted.*Make a new camera/],
    ['status=403', 'denied', /token/],
    ['status=404', 'not_found', /Is the printer on\?/],
    ['status=409', 'conflict', /Connect refused the picture \(409\)/],
    ['status=413', 'too_large', /too large for Connect\. Choose a smaller/],
    ['status=429:retry-after=77', 'too_often', /Connect wants fewer pictures/],
    ['status=503', 'outage', /Connect has a problem of its own \(503\)/],
    ['reset=before', /^(send|answer)$/, /10\.0\.2\.2.*tried again by itself/],
    ['reset=middle', /^(send|answer)$/, /10\.0\.2\.2.*tried again by itself/],
    ['reset=after', /^(send|answer)$/, /10\.0\.2\.2.*tried again by itself/],
    ['wrong-length=long', 'answer', /took the picture but did not answer/],
    ['redirect=307:https://example.com/', 'redirect', /a place that is not Connect's/],
    ['cert=expired', 'tls', /expired.*Nothing was sent/],
    ['cert=future', 'tls', /not valid yet.*Nothing was sent/],
    ['cert=other-host', 'tls', /another host.*Nothing was sent/],
    ['cert=other-ca', 'tls', /certificate.*Nothing was sent/],
    ['handshake=reset', 'tls', /No safe connection.*Nothing was sent/],
    ['handshake=silence', 'tls', /No safe connection to 10\.0\.2\.2 in time.*Nothing was sent/],
    ['silence=600', 'answer', /took the picture but did not answer in time/],
    ['drip', 'answer', /did not answer in time/],
  ]) {
    test(`«${fault}» is said in a sentence, and over with the next picture`, async () => {
      const isForConnection = /^(cert|handshake)/.test(fault);
      await standin.fault(`${isForConnection ? '' : 'path=/c/snapshot:'}${fault} forever`);
      let asked = await board.send();
      // The connection that is open is good for one more.
      if (isForConnection && asked.status === 200) asked = await board.send();
      assert.equal(asked.status, 502, asked.text);
      assert.equal(asked.json.sent, false, asked.text);
      const { connect } = await board.status();
      assert.equal(connect.state, 'trouble');
      assert.match(connect.result, result instanceof RegExp ? result : new RegExp(`^${result}$`));
      assert.match(connect.sentence, sentence);
      assert.ok((await board.get('/api/v1/log')).text.includes(connect.sentence));
      const since = await standin.lastNumber();
      await standin.fault('none');
      const again = await board.send();
      assert.equal(again.json.sent, true, again.text);
      const arrived = await standin.waitFor(hasArrived, 'a picture', { since });
      assert.equal(arrived.wrong, null);
      assert.equal((await board.status()).connect.state, 'fine');
    });
  }

  test('a connection that died is replaced at once, and nobody notices', async () => {
    const since = await standin.lastNumber();
    await standin.fault('path=/c/snapshot:reset=before');
    assert.equal((await board.send()).json.sent, true);
    const tries = (await standin.requests(since)).requests.filter(isSnapshot);
    assert.deepEqual(
      tries.map(({ status }) => status),
      [0, 204],
    );
  });

  test('a broken connection is resumed with less work', async () => {
    await standin.fault('path=/c/snapshot:close');
    assert.equal((await board.send()).json.sent, true);
    const since = await standin.lastNumber();
    assert.equal((await board.send()).json.sent, true);
    const arrived = await standin.waitFor(hasArrived, 'a picture', { since });
    assert.equal(arrived.resumed, true);
  });

  test('without its certificate a server of your own is not trusted', async () => {
    const since = await standin.lastNumber();
    await board.set({ 'connect.ca': '', 'connect.token': makeToken() });
    const { connect } = await board.statusOnce(
      ({ connect }) => connect.result === 'tls',
      'it is not trusted',
    );
    assert.match(connect.sentence, /^No safe connection to 10\.0\.2\.2/);
    const { requests } = await standin.requests(since);
    assert.ok(requests.every((entry) => entry.event === 'handshake'));
  });

  test('nothing of all that restarted it', async () => {
    assert.equal((await board.status()).boots, 1);
  });
});
