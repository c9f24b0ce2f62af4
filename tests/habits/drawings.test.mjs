// The drawings in the documents: they are what their generator makes, and each board has its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const images = path.join(root, 'docs/images');
const read = (...parts) => fs.readFileSync(path.join(root, ...parts), 'utf8');

const boards = fs
  .readdirSync(path.join(root, 'esp32/boards'))
  .filter((file) => file.endsWith('.h') && file !== 'board.h')
  .map((file) => path.basename(file, '.h'));
const realBoards = boards.filter((name) => name !== 'qemu');

function svgBelow(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.svg'))
    .sort();
}

test('the drawings are what make drawings makes', (t) => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'connectcam-drawings-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  execFileSync('python3', [path.join(root, 'tools/draw/draw.py'), made]);
  assert.deepEqual(svgBelow(images), svgBelow(made), 'none is missing, none is left over');
  for (const name of svgBelow(made))
    assert.equal(
      fs.readFileSync(path.join(images, name), 'utf8'),
      fs.readFileSync(path.join(made, name), 'utf8'),
      `${name} is not what make drawings makes of tools/draw and esp32/boards today`,
    );
});

test('each board can be recognised by a small picture with its name', () => {
  for (const name of realBoards) {
    const [, title] = read('esp32/boards', `${name}.h`).match(/\.title = "([^"]+)"/);
    const front = read('docs/images/boards', `${name}-front.svg`);
    assert.ok(front.includes(`<title>${title}</title>`), `${name} is called ${title}`);
    assert.ok(front.length < 6 * 1024, `${name}-front.svg is small`);
  }
});
