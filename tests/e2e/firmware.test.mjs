// Firmware updates as far as they go without a board: signed by tools/firmware-key, and refused by a
// camera of another kind.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';

import {
  assertProblem,
  root,
  startCamera,
  startStandin,
  temporaryFolder,
  within,
  without,
} from './support.mjs';

const tool = path.join(root, 'tools/firmware-key');
const TRAILER = 96;

function run(...args) {
  return spawnSync(tool, args, { encoding: 'utf8' });
}

test('an image is signed in the form that cameras read', { skip: without('openssl') }, (t) => {
  const folder = temporaryFolder(t);
  const [key, image, signed] = ['key', 'image.bin', 'signed.bin'].map((name) =>
    path.join(folder, name),
  );
  const bytes = fs.readFileSync(path.join(root, 'tests/corpus/image/whole.bin'));
  fs.writeFileSync(image, bytes);
  assert.equal(run('make', key).status, 0);
  assert.equal(fs.statSync(key).mode & 0o077, 0, 'nobody else reads the key');
  assert.equal(run('make', key).status, 1, 'no key is overwritten');
  // the length of a signature is a matter of chance
  for (let i = 0; i < 8; i++) {
    assert.equal(run('sign', key, image, signed).status, 0);
    const all = fs.readFileSync(signed);
    assert.equal(all.length, bytes.length + TRAILER);
    assert.deepEqual(all.subarray(0, bytes.length), bytes);
    const trailer = all.subarray(bytes.length);
    assert.equal(trailer.toString('latin1', 0, 8), 'CCSIGN01');
    const signature = trailer.subarray(9, 9 + trailer[8]);
    assert.ok(trailer.subarray(9 + trailer[8]).every((byte) => byte === 0));
    assert.ok(crypto.verify('sha256', bytes, fs.readFileSync(`${key}.pub`), signature));
  }
  assert.equal(run('check', `${key}.pub`, signed).status, 0);
  assert.equal(run('sign', key, signed, `${signed}2`).status, 1, 'it is signed already');
  const other = path.join(folder, 'other');
  assert.equal(run('make', other).status, 0);
  assert.match(run('check', `${other}.pub`, signed).stderr, /another key/);
  assert.match(run('check', `${other}.pub`, image).stderr, /not signed/);
});

test('a program for a computer refuses a firmware before it is sent', async (t) => {
  const camera = await startCamera(t);
  const { hostname, port } = new URL(camera.url);
  const socket = net.connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  const ended = new Promise((resolve) => socket.on('close', resolve));
  socket.write(
    `POST /api/v1/firmware HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
      'Content-Type: application/octet-stream\r\nContent-Length: 1900000\r\n\r\n',
  );
  await within(ended, 'the connection to end, and no byte of the body was sent');
  assert.match(answer, /^HTTP\/1\.1 404 /);
  assert.match(answer, /not through its page/);
});

test('without a login nobody even learns that', async (t) => {
  const camera = await startCamera(t, { open: false });
  const setup = await camera.api('POST', '/firmware', 'x'.repeat(100));
  assertProblem(setup, 403, /Set-up comes first/);
  await camera.api('PATCH', '/settings', { 'system.password': 'correct horse' });
  assertProblem(await camera.api('POST', '/firmware', 'x'.repeat(100)), 401);
});

test('a camera that an older firmware left without a password sends pictures all the same', async (t) => {
  const standin = await startStandin(t, { args: ['--pace', '0'] });
  const camera = await startCamera(t, { open: false, standin });
  await standin.waitFor((entry) => entry.picture, 'a picture');
  assert.equal((await camera.status()).setup, 'needed');
});
