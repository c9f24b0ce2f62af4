// What the tests of the firmware stand on: board qemu in Espressif's emulator, each with flash of its
// own, which lives through power cuts.
//
//     test('a picture arrives', async (t) => {
//       const standin = await startBoardsStandin(t);
//       const board = await startBoard(t, { standin });
//       await standin.waitFor((entry) => entry.picture, 'a picture', { seconds: LONG_S });
//     });
//
// The images are what `tools/firmware build BOARD` made, in build/firmware-BOARD; FIRMWARE_BUILD names
// another folder that has firmware-BOARD. qemu-system-xtensa is found on the path. `make test-device`
// sees to both, and says what is missing.
//
// The emulated processor is slow, its clocks are the machine's: whatever is awaited gets minutes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  cameraAt,
  freePort,
  makeToken,
  request,
  root,
  startProgram,
  startStandin,
  temporaryFolder,
  until,
} from '../e2e/support.mjs';
import { openWire } from './wire.mjs';

const builds = path.resolve(root, process.env.FIRMWARE_BUILD || 'build');

// A file of what was built for a board.
export const builtFor = (board, name) => path.join(builds, `firmware-${board}`, name);

// This machine, as a board sees it.
const HOST = '10.0.2.2';

export const LONG_S = 300;
const PATIENCE_S = 120;
const LOOK_EVERY_MS = 300; // a request takes the emulated processor a tenth of that
const TOLD_MAX = 3000; // of a serial line, in an error
const FLASH_BYTES = 4 * 1024 * 1024;

// Flash as `make flash` leaves it.
function makeFlash(board) {
  const flash = Buffer.alloc(FLASH_BYTES, 0xff);
  const args = fs.readFileSync(builtFor(board, 'flash_args'), 'utf8');
  for (const [, at, name] of args.matchAll(/^(0x[0-9a-f]+) (\S+)$/gm))
    fs.readFileSync(builtFor(board, name)).copy(flash, Number(at));
  return flash;
}

// A chip of revision 3: two bits, as in tools/firmware.
function makeFuses() {
  const fuses = Buffer.alloc(124);
  fuses[13] = 0x80;
  fuses[22] = 0x10;
  return fuses;
}

const ethernet = { model: 'open_eth', user: '', address: '' };
// The emulator's access points lend no other address than this one.
export const wifi = {
  model: 'esp32_wifi',
  user: ',net=192.168.4.0/24',
  address: '192.168.4.15',
};

// A condition that is looked at over the network, or on the serial line.
export const patiently = (condition, what, seconds = LONG_S) =>
  until(condition, what, seconds, LOOK_EVERY_MS);

// A board without power, its flash as new. It has what cameraAt() gives, for a camera that is open.
export async function makeBoard(owner, { name = 'qemu', network = ethernet } = {}) {
  const at = temporaryFolder(owner);
  const [flash, fuses] = ['flash.bin', 'fuses.bin'].map((name) => path.join(at, name));
  fs.writeFileSync(flash, makeFlash(name));
  fs.writeFileSync(fuses, makeFuses());
  const port = await freePort();
  const wire = await openWire(owner);
  const url = `http://127.0.0.1:${port}`;
  const args = [
    ...['-machine', 'esp32', '-m', '4M', '-display', 'none', '-monitor', 'none'],
    ...['-serial', 'stdio', '-drive', `file=${flash},if=mtd,format=raw`],
    ...['-drive', `file=${fuses},if=none,format=raw,id=efuse`],
    ...['-global', 'driver=nvram.esp32.efuse,property=drive,value=efuse'],
    ...['-global', 'driver=timer.esp32.timg,property=wdt_disable,value=true'],
    ...['-net', `nic,model=${network.model}`, ...wire.args],
    ...['-net', `user,hostfwd=tcp:127.0.0.1:${port}-${network.address}:80${network.user}`],
  ];
  let running;
  // A frame that is lost between the two comes again after seconds.
  const ask = (options) => request(url, { seconds: PATIENCE_S, ...options });
  const board = {
    ...cameraAt(url, { ask }),
    wire,
    flash,
    // What its serial line said since the power came.
    said: () => running.stdout(),
    type: (line) => running.process.stdin.write(`${line}\r`),
    // Until its serial line says so, behind the first `since` characters; returns the match.
    async says(pattern, { since = 0 } = {}) {
      try {
        return await patiently(
          () => board.said().slice(since).match(pattern),
          `it says ${pattern}`,
        );
      } catch (error) {
        const said = board.said().slice(since).slice(-TOLD_MAX);
        throw new Error(`${error.message}; it said\n${said}`, { cause: error });
      }
    },
    async powerOn() {
      running = await startProgram(owner, 'qemu-system-xtensa', args);
    },
    async boot() {
      await board.powerOn();
      await board.isUp();
    },
    // In the midst of whatever it does.
    cutPower: () => running.kill(),
    async isUp({ since = 0 } = {}) {
      await board.says(/The page is http:\/\/[0-9.]+\//, { since });
      await patiently(
        async () => [200, 401].includes((await board.get('/api/v1/status')).status),
        'its page answers',
      );
    },
    // The status, once it is as wanted.
    statusOnce: (wanted, what, seconds) =>
      patiently(
        async () => {
          const status = await board.status();
          return wanted(status) && status;
        },
        what,
        seconds,
      ),
    async set(values) {
      const answer = await board.api('PATCH', '/settings', values);
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    },
    // Restarts because somebody asks for it; resolves when its page answers again.
    async restart(ask = () => board.api('POST', '/reboot')) {
      const since = board.said().length;
      await ask();
      await board.isUp({ since });
    },
  };
  return board;
}

// A board that is up, open, and sends to the stand-in, if there is one.
export async function startBoard(owner, { standin, set = {} } = {}) {
  const board = await makeBoard(owner);
  await board.boot();
  await board.set({ 'system.open': true });
  const settings = { ...set };
  if (standin)
    Object.assign(settings, {
      'network.ntp_server': board.wire.address,
      'connect.server': `https://${HOST}:${standin.port}`,
      'connect.ca': fs.readFileSync(standin.ca, 'utf8'),
      'connect.token': makeToken(),
    });
  if (Object.keys(settings).length) await board.set(settings);
  return board;
}

// A Prusa Connect that boards reach.
export const startBoardsStandin = (owner, args = []) =>
  startStandin(owner, { args: ['--pace', '0', '--name', HOST, ...args] });
