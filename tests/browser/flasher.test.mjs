// The page that writes the firmware, as people with a board use it: chromium, and a board at the
// other end of a made-up port (tests/fake/serial/) that speaks as Espressif's ROM and our firmware do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeOwner, temporaryFolder, until } from '../e2e/support.mjs';
import { FakeBoard } from '../fake/serial/board.mjs';
import { makeFirmware, makeUsedFlash, PLACES } from '../fake/serial/firmware.mjs';
import { plugIn } from '../fake/serial/port.mjs';
import { makeFlasher, readHeaders, startFlasher } from './flasher_support.mjs';
import { button, checkAccess, inEachLook, openPage, startBrowser } from './support.mjs';

const VERSION = '1.2.3';
const SLOW_MS = 2500; // until a firmware listens: longer than esp-web-tools waits for it
const INSTALL_MS = 60 * 1000; // two busy cores

const owner = makeOwner();
after(owner.end);
const headers = readHeaders();
let flasher;
let browser;
before(async () => {
  flasher = await startFlasher(owner, { version: VERSION });
  browser = await startBrowser(owner);
});

// The page with a board (or some) plugged in; `ports` is what plugIn takes.
async function open(t, boards, { ports, ...options } = {}) {
  const page = await openPage(t, browser, flasher.url, {
    prepare: (fresh) => plugIn(fresh, [boards].flat(), ports),
    ...options,
  });
  // What esp-web-tools tells developers.
  page.expect(
    /Improv initialization failed|Failed to connect|Failed to write|fetching current state/,
  );
  return page;
}

const choose = (page, title) => page.getByRole('radio', { name: title }).check();
const installButton = (page) => page.getByRole('button', { name: /^Install or update/ });
const says = (page, words) => page.locator('#outcome').filter({ hasText: words }).waitFor();
const row = (page, words) => page.locator('ew-list-item').filter({ hasText: words });
const press = (page, name) => button(page, name).click();
// Some of its words stand in no element, only in a shadow root.
const dialogSays = (page, words) =>
  page
    .locator('connectcam-dialog')
    .filter({ hasText: words })
    .waitFor({ state: 'attached', timeout: INSTALL_MS });

async function install(page, { erase = false, title = 'AI Thinker ESP32-CAM' } = {}) {
  await choose(page, title);
  await installButton(page).click();
  await row(page, 'Install connectcam').click();
  if (erase) await page.getByRole('checkbox').check();
  await press(page, 'Next');
  await press(page, 'Install');
}

function partAt(board, offset, name = 'ai-thinker') {
  const bytes = flasher.parts[name][offset];
  return board.flash.subarray(Number(offset), Number(offset) + bytes.length).equals(bytes);
}

const settingsOf = (flash) => flash.subarray(...PLACES.settings);
const closeDialog = (page) => page.locator('connectcam-dialog ew-icon-button').click();
const isErased = (bytes) => bytes.every((byte) => byte === 0xff);

const NETWORKS = [
  { ssid: 'Workshop', signal: -48, password: 'correct horse' },
  { ssid: 'Neighbours', signal: -80, password: 'unknown' },
];

test('an update of a camera that runs from its other slot: its parts, its settings, its start', async (t) => {
  const flash = makeUsedFlash({ board: 'ai-thinker', version: '1.0.0' });
  const before = Buffer.from(flash);
  const board = new FakeBoard({ flash, wiring: 'carrier', networks: NETWORKS });
  assert.equal(board.running.version, '1.0.0');
  board.joined = 'Workshop';
  const page = await open(t, board);
  await choose(page, 'AI Thinker ESP32-CAM');
  await installButton(page).click();
  await dialogSays(page, 'connectcam 1.0.0 (AI Thinker ESP32-CAM)');
  await row(page, 'Install connectcam').click();
  await dialogSays(page, /What the camera has stays/);
  await press(page, 'Next');
  await press(page, 'Install');
  await dialogSays(page, 'Installation complete!');

  assert.equal(board.running.version, VERSION, 'what was installed runs');
  const written = [];
  for (const [offset, bytes] of Object.entries(flasher.parts['ai-thinker'])) {
    assert.ok(partAt(board, offset), `what is at ${offset}`);
    written.push([Number(offset), Math.ceil((Number(offset) + bytes.length) / 4096) * 4096]);
  }
  const isWritten = (at) => written.some(([from, to]) => at >= from && at < to);
  const strayed = flash.findIndex((byte, at) => byte !== before[at] && !isWritten(at));
  assert.equal(strayed, -1, 'nothing else is touched');
  assert.ok(!isErased(settingsOf(flash)));

  await press(page, 'Next');
  assert.equal(await row(page, 'Visit Device').getAttribute('href'), board.address);
});

test('a fresh start: erased on request, then Wi-Fi with a wrong and the right password', async (t) => {
  const flash = makeUsedFlash({ board: 'ai-thinker', version: '1.0.0' });
  const board = new FakeBoard({ flash, networks: NETWORKS });
  const page = await open(t, board);
  await install(page, { erase: true });
  await dialogSays(page, 'Installation complete!');
  assert.equal(board.running.version, VERSION);
  assert.ok(isErased(settingsOf(flash)), 'no settings are left');
  assert.equal(flash[PLACES.otherApp], 0xff, 'nor the old firmware');

  await press(page, 'Next');
  await dialogSays(page, 'Connect your device to the network');
  const networks = page.locator('connectcam-dialog ew-select-option');
  assert.deepEqual(
    await networks.evaluateAll((options) => options.map((option) => option.value).filter(Boolean)),
    ['Neighbours', 'Workshop'],
  );
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.fill('wrong horse');
  await press(page, 'Connect');
  await dialogSays(page, 'Is the password right? Is it a 2.4 GHz network?');
  assert.equal(board.joined, '');
  await password.fill('correct horse');
  await press(page, 'Connect');
  await dialogSays(page, 'Device connected to the network!');
  assert.equal(board.joined, 'Workshop');
  assert.equal(await row(page, 'Visit Device').getAttribute('href'), board.address);

  await row(page, 'Skip').click();
  await closeDialog(page);
  await says(page, 'The camera is ready');
  assert.equal(await page.locator('#outcome a').getAttribute('href'), board.address);
});

test('a new board on an adapter with a wire from IO0 to GND', async (t) => {
  const board = new FakeBoard({ wiring: 'buttons' });
  const page = await open(t, board);
  board.wire = true;
  board.press();
  await install(page);
  await dialogSays(page, 'Wrapping up');
  assert.equal(board.running, undefined, 'the wire is still there');
  board.wire = false;
  board.press();
  await dialogSays(page, 'Installation complete!');
  assert.equal(board.running.version, VERSION);
  await press(page, 'Next');
  await row(page, 'Connect to Wi-Fi').waitFor();
  await closeDialog(page);
  await says(page, 'connectcam is installed');
});

test('an ESP32-S3 at its own USB', async (t) => {
  const board = new FakeBoard({ wiring: 'usb', chip: 'esp32s3', title: 'XIAO ESP32S3 Sense' });
  const own = { usbVendorId: 0x303a, usbProductId: 0x1001 };
  const page = await open(t, board, { ports: { infos: [own] } });
  await install(page, { title: 'XIAO ESP32S3 Sense' });
  await dialogSays(page, 'Installation complete!');
  assert.equal(board.running.board, 'xiao-s3');
  for (const offset of Object.keys(flasher.parts['xiao-s3']))
    assert.ok(partAt(board, offset, 'xiao-s3'), `what is at ${offset}`);
  assert.ok(isErased(settingsOf(board.flash)));
});

test('the serial log, also of a board that opening the port has reset', async (t) => {
  const flash = makeUsedFlash({ board: 'ai-thinker', version: '1.0.0' });
  const board = new FakeBoard({ flash, wiring: 'carrier', startMs: SLOW_MS });
  const page = await open(t, board);
  await choose(page, 'AI Thinker ESP32-CAM');
  await installButton(page).click();
  await row(page, 'Connect to Wi-Fi').waitFor();
  await row(page, 'Logs').click();
  await press(page, 'Reset Device');
  await page.locator('ewt-console').getByText('connectcam 1.0.0').waitFor();
  await page.locator('ewt-console input').fill('help');
  await page.locator('ewt-console input').press('Enter');
  await until(() => board.typed.includes('help\r\n'), 'what was typed');
  await press(page, 'Back');
  await row(page, 'Connect to Wi-Fi').waitFor();
  await closeDialog(page);
  await until(async () => (await page.locator('connectcam-dialog').count()) === 0, 'no dialog');
  assert.equal(await page.locator('#outcome').textContent(), '');
});

describe('what goes wrong is said, with what to do', () => {
  test('a loader that never answers', async (t) => {
    const board = new FakeBoard({ wiring: 'buttons' });
    const page = await open(t, board);
    await install(page);
    await dialogSays(page, /The board does not answer\. Connect IO0 to GND/);
    await press(page, 'Back');
    await closeDialog(page);
    await says(page, 'The board did not answer.');
    assert.ok(await page.getByText('The loader only runs when').isVisible());
  });

  test('another chip', async (t) => {
    const board = new FakeBoard({ chip: 'esp32s3' });
    const page = await open(t, board);
    await install(page);
    await dialogSays(page, 'This is an ESP32-S3, and AI Thinker ESP32-CAM has an ESP32.');
    await press(page, 'Back');
    await closeDialog(page);
    await says(page, 'It has an ESP32-S3; AI Thinker ESP32-CAM has an ESP32. Nothing was written.');
    assert.ok(isErased(board.flash));
  });

  test('a line that breaks: a camera that ran from its other slot still does', async (t) => {
    const flash = makeUsedFlash({ board: 'ai-thinker', version: '1.0.0' });
    const board = new FakeBoard({ flash });
    board.isNoisy = (part, block) => part === PLACES.app && block > 1;
    const page = await open(t, board);
    await install(page);
    await dialogSays(page, 'The connection broke while writing.');
    assert.notEqual(flash[PLACES.app], 0xff, 'half of it was written');
    await until(() => board.running?.version === '1.0.0', 'the old firmware');
    await press(page, 'Back');
    await closeDialog(page);
    await says(page, 'It was not written whole.');
  });

  test('no port', async (t) => {
    const page = await open(t, new FakeBoard(), { ports: { choose: () => -1 } });
    await choose(page, 'AI Thinker ESP32-CAM');
    await installButton(page).click();
    await says(page, 'No port was chosen.');
    assert.ok(await page.getByText('Take another USB cable').isVisible());
  });

  test('a port that another program has', async (t) => {
    const page = await open(t, new FakeBoard(), { ports: { infos: [{ busy: true }] } });
    await choose(page, 'AI Thinker ESP32-CAM');
    await installButton(page).click();
    await says(page, 'The port is in use.');
  });

  test('a browser without serial ports', async (t) => {
    const page = await openPage(t, browser, flasher.url, {
      prepare: (fresh) => fresh.addInitScript(() => delete Navigator.prototype.serial),
    });
    await page.getByText('This browser cannot write to a board.').waitFor();
    await choose(page, 'XIAO');
    assert.equal(await installButton(page).isVisible(), false);
    await page.getByText('hold the tiny button').waitFor();
  });
});

describe('the page', () => {
  test('has the boards of esp32/boards, each with what to connect', async (t) => {
    const page = await open(t, new FakeBoard());
    const offered = await page
      .locator('.board')
      .evaluateAll((cards) =>
        cards.map((card) => [card.querySelector('input').value, card.innerText.split('\n')[0]]),
      );
    assert.deepEqual(offered.sort(), headers.map(({ board, title }) => [board, title]).sort());
    assert.ok(await page.getByText('Choose a board first.').isVisible());
    for (const { title } of headers) {
      await choose(page, title);
      assert.equal(await page.locator('[data-for]').filter({ visible: true }).count(), 1, title);
    }
    await page.goto(`${flasher.url}/#m5-poecam`);
    await page.reload();
    assert.ok(await page.getByRole('radio', { name: 'M5Stack PoE CAM' }).isChecked());
  });

  test('is for everybody, in each look', async (t) => {
    await inEachLook(async (look) => {
      const page = await open(t, new FakeBoard(), look);
      await checkAccess(page, 'the page');
      await choose(page, 'AI Thinker ESP32-CAM');
      for (const summary of await page.locator('summary').all()) await summary.click();
      await checkAccess(page, 'the page with a board chosen and all help open');
      await page.expectClean();
      await page.close();
    });
  });

  test('and so is its dialog, on a phone’s screen too', async (t) => {
    for (const look of [{}, { size: 'phone', dark: true }]) {
      const flash = makeUsedFlash({ board: 'ai-thinker', version: '1.0.0' });
      const page = await open(t, new FakeBoard({ flash, networks: NETWORKS }), look);
      await choose(page, 'AI Thinker ESP32-CAM');
      await installButton(page).click();
      await row(page, 'Install connectcam').waitFor();
      await checkAccess(page, 'the menu');
      await row(page, 'Connect to Wi-Fi').click();
      await dialogSays(page, 'Connect your device to the network');
      await checkAccess(page, 'Wi-Fi');
      await press(page, 'Back');
      await row(page, 'Install connectcam').click();
      await dialogSays(page, 'What the camera has stays');
      await checkAccess(page, 'what is kept');
      await page.close();
    }
  });

  test('takes nothing from elsewhere, and says whose parts it has', () => {
    const files = fs.readdirSync(flasher.folder, { recursive: true });
    assert.deepEqual(
      files.filter((file) => file.endsWith('.map')),
      [],
    );
    const licenses = fs.readFileSync(path.join(flasher.folder, 'licenses.txt'), 'utf8');
    for (const name of ['esp-web-tools', 'esptool-js', 'improv-wifi-serial-sdk', 'lit', 'pako'])
      assert.match(licenses, new RegExp(`^${name} \\d+\\.`, 'm'));
  });
});

describe('make flasher', () => {
  const tryMaking = (t, options) => {
    const folder = temporaryFolder(t);
    makeFirmware(folder, { board: 'ai-thinker', ...options });
    return makeFlasher(folder, path.join(folder, 'out'));
  };

  test('leaves out what was not built, and says so', (t) => {
    const made = tryMaking(t, {});
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /XIAO ESP32S3 Sense is left out: make firmware BOARD=xiao-s3/);
    assert.match(made.stdout, /has connectcam 1\.2\.3 for 1 board$/m);
  });

  test('refuses parts that would harm', (t) => {
    const wrong = {
      'would overwrite the settings': ({ files }) => {
        files['partition_table/partition-table.bin'] = Buffer.concat([
          files['partition_table/partition-table.bin'],
          Buffer.alloc(0x1000),
        ]);
      },
      'is for wrover-dev': ({ files }) => files['connectcam.bin'].write('wrover-dev\0', 304),
      'is not ours': ({ files }) => files['connectcam.bin'].write('another', 80),
      'is for esp32s3': ({ args }) => Object.assign(args.extra_esptool_args, { chip: 'esp32s3' }),
      'otadata is not written whole': ({ files }) => {
        files['ota_data_initial.bin'] = Buffer.alloc(0x1000, 0xff);
      },
      'chooses a slot': ({ files }) => files['ota_data_initial.bin'].writeUInt32LE(2),
      'was not built to its end': ({ files }) => delete files['bootloader/bootloader.bin'],
    };
    for (const [words, change] of Object.entries(wrong)) {
      const made = tryMaking(t, { change });
      assert.equal(made.status, 1, words);
      assert.ok(made.stderr.includes(words), `${words}: ${made.stderr}`);
    }
  });

  test('takes a signed image as it is', (t) => {
    const signature = Buffer.alloc(96, 'CCSIGN01');
    const change = ({ files }) => {
      files['connectcam.bin'] = Buffer.concat([files['connectcam.bin'], signature]);
    };
    assert.equal(tryMaking(t, { change }).status, 0);
  });
});
