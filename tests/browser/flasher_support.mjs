// The page that writes the firmware, made of firmwares that are none (tests/fake/serial/), and served
// as GitHub Pages does it.
//
//     const { url, parts } = await startFlasher(owner);
//     parts['ai-thinker']      what the page would write: { offset: bytes }
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { atEnd, root, temporaryFolder } from '../e2e/support.mjs';
import { makeFirmware } from '../fake/serial/firmware.mjs';

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

// The boards that people can have, as their headers say it.
export function readHeaders() {
  const folder = path.join(root, 'esp32/boards');
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.h') && !['board.h', 'qemu.h'].includes(file))
    .map((file) => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      const field = (key) => text.match(new RegExp(`\\.${key} = "(.*)"`))[1];
      return { board: field('name'), chip: field('chip'), title: field('title') };
    });
}

// What `make flasher` does.
export const makeFlasher = (firmware, out) =>
  spawnSync('node', ['tools/flasher.mjs', firmware, out], { cwd: root, encoding: 'utf8' });

async function serve(owner, folder) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    return response.writeHead(200, { 'Content-Type': type }).end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(owner, () => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

export async function startFlasher(owner, { version = '1.2.3' } = {}) {
  const firmware = temporaryFolder(owner);
  const parts = {};
  for (const { board, chip } of readHeaders())
    parts[board] = makeFirmware(firmware, { board, chip, version });
  const folder = path.join(temporaryFolder(owner), 'flasher');
  const made = makeFlasher(firmware, folder);
  assert.equal(made.status, 0, made.stderr);
  return { url: await serve(owner, folder), folder, parts };
}
