// Three viewers, as many as a board takes: each gets whole pictures, a fourth is told to come back,
// and page, settings and Prusa Connect get theirs meanwhile.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { assertProblem, atEnd, makeOwner, makePartReader, readJpeg } from '../e2e/support.mjs';
import { LONG_S, patiently, startBoard, startBoardsStandin } from './support.mjs';

const VIEWERS = 3;
// A handshake, three viewers and an upload: what a board must have left in one piece.
const BLOCK_LEAST = 40 * 1024;

// Counts whole pictures until it is closed. `frames` are their numbers.
function watch(owner, board) {
  const viewer = { frames: [], status: 0, ended: false };
  const asked = http.get(`${board.url}/stream.mjpg`, { agent: false }, (response) => {
    viewer.status = response.statusCode;
    const boundary = response.headers['content-type'].match(/boundary=(\S+)/)[1];
    const read = makePartReader(boundary, ({ headers, body }) => {
      readJpeg(body);
      viewer.frames.push(Number(headers['x-frame-id']));
    });
    response.on('data', (bytes) => {
      try {
        read(bytes);
      } catch (error) {
        viewer.error = error;
        asked.destroy();
      }
    });
    response.on('error', () => {});
    response.on('close', () => (viewer.ended = true));
  });
  asked.on('error', () => (viewer.ended = true));
  viewer.close = () => asked.destroy();
  atEnd(owner, viewer.close);
  return viewer;
}

const seesMore = (viewers, more, what) => {
  const before = viewers.map(({ frames }) => frames.length);
  return patiently(() => {
    for (const { error, ended } of viewers) {
      if (error) throw error;
      assert.ok(!ended, 'a stream ended');
    }
    return viewers.every(({ frames }, i) => frames.length >= before[i] + more);
  }, what);
};

describe('live video of a board', () => {
  const owner = makeOwner();
  after(owner.end);
  let standin;
  let board;
  let viewers;

  before(async () => {
    standin = await startBoardsStandin(owner);
    board = await startBoard(owner, { standin });
  });

  test('three viewers see whole pictures, each newer than the one before', async () => {
    viewers = Array.from({ length: VIEWERS }, () => watch(owner, board));
    await seesMore(viewers, 10, 'each of three viewers sees ten pictures');
    for (const { frames, status } of viewers) {
      assert.equal(status, 200);
      assert.ok(frames.every((id, at) => at === 0 || id > frames[at - 1]));
    }
    assert.equal((await board.status()).camera.viewers, VIEWERS);
  });

  test('a fourth is refused, and told when to come back', async () => {
    const refused = await board.get('/stream.mjpg');
    assertProblem(refused, 503);
    assert.match(refused.headers['retry-after'], /^\d+$/);
    await seesMore(viewers, 2, 'the others go on');
  });

  test('page, settings and pictures are there for others meanwhile', async () => {
    for (let round = 0; round < 5; round++) {
      const page = await board.get('/');
      assert.equal(page.status, 200);
      readJpeg((await board.snapshot()).body);
      await board.set({ 'connect.name': `round ${round}` });
      assert.equal((await board.settings())['connect.name'], `round ${round}`);
    }
    await seesMore(viewers, 5, 'the viewers go on');
  });

  test('uploads go on, and memory is left in one piece', async () => {
    const blocks = [];
    for (let n = 0; n < 3; n++) {
      const since = await standin.lastNumber();
      // Each over a connection of its own: handshakes need the most.
      await standin.fault('path=/c/snapshot:close');
      await standin.waitFor((entry) => entry.picture && entry.status === 204, 'a picture', {
        since,
        seconds: LONG_S,
      });
      blocks.push((await board.status()).memory.internal_largest_bytes);
      await seesMore(viewers, 3, 'the viewers go on');
    }
    assert.ok(Math.min(...blocks) >= BLOCK_LEAST, `largest pieces: ${blocks}`);
    const { connect, boots } = await board.status();
    assert.ok(connect.history.every(({ result }) => result === 'sent'));
    assert.equal(boots, 1);
  });

  test('whoever leaves makes room for the next', async () => {
    viewers.pop().close();
    await board.statusOnce(({ camera }) => camera.viewers < VIEWERS, 'it is seen that one left');
    viewers.push(watch(owner, board));
    await seesMore(viewers, 3, 'the next one sees pictures');
    for (const { close } of viewers) close();
    await board.statusOnce(({ camera }) => camera.viewers === 0, 'it is seen that all left');
  });
});
