// A new firmware through the page's way: taken, tried, kept, or gone again, whatever happens to the
// power meanwhile. One board for all, in this order.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { assertProblem, makeOwner, within } from '../e2e/support.mjs';
import { forBoard, readImage, withoutPictures, withVersion } from './image.mjs';
import { startBoard } from './support.mjs';

const UPLOAD_S = 1200; // a sector of flash at a time, on a processor that is emulated

describe('an update', () => {
  const owner = makeOwner();
  after(owner.end);
  let board;
  let first; // the version that was built

  const upload = (image) =>
    board.api('POST', '/firmware', undefined, {
      body: image,
      headers: { 'Content-Type': 'application/octet-stream' },
      seconds: UPLOAD_S,
    });
  const versionNow = async () => (await board.status()).version;
  const readLog = async () => (await board.get('/api/v1/log')).text;

  before(async () => {
    board = await startBoard(owner, { set: { 'connect.name': 'Porch' } });
    first = await versionNow();
    assert.equal((await board.snapshot()).status, 200);
  });

  test("for another board is refused, and so is one that lost a byte's truth on its way", async () => {
    assertProblem(await upload(forBoard(readImage(), 'qema')), 422, /qema/);
    const broken = readImage();
    broken[broken.length >> 1] ^= 1;
    assertProblem(await upload(broken), 422);
    assert.equal(await versionNow(), first);
    assert.equal((await board.status()).boots, 1);
  });

  test('that the power interrupts leaves what was there', async () => {
    const image = withVersion(readImage(), '9.9.1');
    const socket = net.connect(board.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /api/v1/firmware HTTP/1.1\r\nHost: 127.0.0.1:${board.port}\r\n` +
        'Content-Type: application/octet-stream\r\n' +
        `Content-Length: ${image.length}\r\n\r\n`,
    );
    // As much as fits on its way is not in flash: half of the image more than that.
    await within(
      new Promise((resolve) => socket.write(image.subarray(0, image.length * 0.75), resolve)),
      'most of it is taken',
      UPLOAD_S,
    );
    await board.cutPower();
    socket.destroy();
    await board.boot();
    assert.equal(await versionNow(), first);
    assert.equal((await board.settings())['connect.name'], 'Porch');
  });

  test('that works stays, with the settings, also when the power goes', async () => {
    await board.restart(async () => {
      const answer = await upload(withVersion(readImage(), '9.9.2'));
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(answer.json, { version: '9.9.2' });
    });
    assert.equal(await versionNow(), '9.9.2');
    await board.says(/The new firmware works and stays\./);
    assert.equal((await board.settings())['connect.name'], 'Porch');
    await board.cutPower();
    await board.boot();
    assert.equal(await versionNow(), '9.9.2');
    assert.equal((await board.snapshot()).status, 200);
  });

  test('that loses its power before it has proved itself goes back', async () => {
    await board.restart(async () => {
      const answer = await upload(withoutPictures(withVersion(readImage(), '9.9.3')));
      assert.equal(answer.status, 200, answer.text);
    });
    assert.equal(await versionNow(), '9.9.3');
    assert.match(await readLog(), /This firmware is new and on trial/);
    assertProblem(await upload(readImage()), 409);
    await board.cutPower();
    await board.boot();
    assert.equal(await versionNow(), '9.9.2');
    assert.match(await readLog(), /Firmware 9\.9\.3 was installed and lost its trial/);
  });

  test('that takes no picture in two minutes goes back by itself', async () => {
    const since = board.said().length;
    const answer = await upload(withoutPictures(withVersion(readImage(), '9.9.4')));
    assert.equal(answer.status, 200, answer.text);
    await board.says(/The new firmware goes: in two minutes it took no picture/, { since });
    const lost = /Firmware 9\.9\.4 was installed and lost its trial/;
    await board.says(lost, { since });
    const went = since + board.said().slice(since).search(lost);
    await board.isUp({ since: went });
    assert.equal(await versionNow(), '9.9.2');
    assert.match(await readLog(), /Firmware 9\.9\.4 was installed and lost its trial/);
    assert.equal((await board.snapshot()).status, 200);
    assert.equal((await board.settings())['connect.name'], 'Porch');
  });
});
