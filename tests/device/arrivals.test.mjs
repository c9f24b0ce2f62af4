// Two hundred pictures, one after the other, at the pace that Prusa Connect wants: half an hour, in
// which nothing is lost and nothing leaks. UPLOADS is another number.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJpeg } from '../e2e/support.mjs';
import { LONG_S, startBoard, startBoardsStandin } from './support.mjs';

const UPLOADS = Number(process.env.UPLOADS || 200);
// Buffers and caches have come to stay by then.
const SETTLED = Math.min(20, UPLOADS >> 2);

const isSnapshot = (entry) => entry.path === '/c/snapshot';

test(`${UPLOADS} pictures arrive over one TLS connection, and memory does not shrink`, async (t) => {
  const standin = await startBoardsStandin(t);
  const board = await startBoard(t, { standin });
  const memory = [];
  let since = 0;
  for (let n = 1; n <= UPLOADS; n++) {
    const arrived = await standin.waitFor(isSnapshot, `picture ${n}`, { since, seconds: LONG_S });
    since = arrived.seq;
    assert.deepEqual([arrived.status, arrived.wrong], [204, null], `picture ${n}`);
    const { width, height } = readJpeg(await standin.picture(arrived));
    assert.deepEqual([width, height], [800, 600]);
    // A page is open meanwhile.
    assert.equal((await board.snapshot()).status, 200);
    memory.push((await board.status()).memory);
  }
  const { connections, handshakes, requests } = await standin.requests();
  assert.deepEqual([connections, handshakes], [1, 1], 'a handshake a connection, not a picture');
  assert.ok(requests.every((entry) => entry.status >= 200 && entry.status < 300));
  const { connect } = await board.status();
  assert.equal(connect.state, 'fine');
  assert.ok(connect.history.every((past) => past.result === 'sent'));

  const [early, late] = [memory[SETTLED], memory.at(-1)];
  t.diagnostic(
    `memory after ${SETTLED}: ${JSON.stringify(early)}; at the end ${JSON.stringify(late)}`,
  );
  // What an upload kept would show two hundred times.
  for (const what of ['free_bytes', 'internal_lowest_bytes'])
    assert.ok(late[what] > 0.99 * early[what], `${what} went from ${early[what]} to ${late[what]}`);
  assert.ok(
    late.internal_largest_bytes > 0.9 * early.internal_largest_bytes,
    'it is not in pieces',
  );
});
