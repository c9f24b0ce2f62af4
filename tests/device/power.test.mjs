// The power goes while settings are written to flash. Afterwards they are those of before or those of
// after, all of them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { within } from '../e2e/support.mjs';
import { startBoard } from './support.mjs';

const CUTS = 8;
const NVS_AT = 0x9000;
const NVS_BYTES = 0x5000;

function readNvs(board) {
  const bytes = Buffer.alloc(NVS_BYTES);
  const file = fs.openSync(board.flash);
  fs.readSync(file, bytes, 0, NVS_BYTES, NVS_AT);
  fs.closeSync(file);
  return bytes;
}

// Until settings in flash have changed `times`.
async function whenWritten(board, times) {
  let last = readNvs(board);
  while (times > 0) {
    await turn();
    const next = readNvs(board);
    if (!next.equals(last)) times--;
    last = next;
  }
}

// Long enough for several pages of flash.
const variant = (n) => ({
  'connect.name': `${n}`.repeat(60).slice(0, 60),
  'connect.interval_s': 10 + n,
  'network.ntp_server': `${`ntp${n}.`.repeat(40)}example`,
  'network.hostname': `camera-${n}`,
});

test('a power cut in the midst of a write leaves whole settings', async (t) => {
  const board = await startBoard(t, { set: variant(0) });
  const { 'connect.fingerprint': fingerprint } = await board.settings();
  let kept = 0;
  const seen = { before: 0, after: 0 };
  for (let n = 1; n <= CUTS; n++) {
    const written = whenWritten(board, 2 * n - 1); // each cut comes later
    const answer = board.api('PATCH', '/settings', variant(n)).catch((error) => error);
    await within(Promise.race([written, answer]), 'it is written', 60);
    await board.cutPower();
    await answer;
    await board.boot();
    const settings = await board.settings();
    assert.equal(settings['connect.fingerprint'], fingerprint);
    assert.equal(settings['system.open'], true);
    const now = settings['connect.interval_s'] - 10;
    assert.ok(now === kept || now === n, `of before (${kept}) or after (${n}), not of ${now}`);
    for (const [key, value] of Object.entries(variant(now))) assert.equal(settings[key], value);
    seen[now === n ? 'after' : 'before']++;
    kept = now;
    const log = (await board.get('/api/v1/log')).text;
    assert.doesNotMatch(log, /erased|set aside|cannot be read/);
  }
  t.diagnostic(`${seen.before} cuts left the settings of before, ${seen.after} those of after`);
  assert.ok(seen.before > 0, 'no cut came before the end of a write: this test saw nothing');
});
