// Firmware folders as ESP-IDF's build leaves them, without ESP-IDF: small, but with everything that
// tools/flasher.mjs and a bootloader look at. What is in them is noise, so that no two parts, boards
// or versions are alike.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const PLACES = {
  bootloader: { esp32: 0x1000, esp32s3: 0 },
  table: 0x8000,
  settings: [0x9000, 0xe000],
  choice: 0xe000,
  app: 0x10000,
  otherApp: 0x1f0000,
};
const FLASH_BYTES = 4 << 20;
const APP_BYTES = 70_000; // more than four blocks of the loader's, and no multiple of four
const SLOT_BYTES = 0x1e0000;

// The same bytes each time for the same name.
function noise(name, len) {
  const key = crypto.createHash('md5').update(name).digest();
  const cipher = crypto.createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return cipher.update(Buffer.alloc(len));
}

export function makeImage({ board, version, chip = 'esp32' }) {
  const image = noise(`${board} ${version}`, APP_BYTES);
  image.fill(0, 0, 352);
  image[0] = 0xe9;
  image[12] = chip === 'esp32s3' ? 9 : 0;
  image.writeUInt32LE(0xabcd5432, 32);
  image.write(version, 48, 'latin1');
  image.write('connectcam', 80, 'latin1');
  image.write('connectcam board', 288, 'latin1');
  image.write(board, 304, 'latin1');
  return image;
}

function makeBootloader(chip) {
  const bootloader = noise(`bootloader ${chip}`, 20_001);
  bootloader[0] = 0xe9;
  return bootloader;
}

function makeTable() {
  const rows = [
    ['nvs', 1, 2, 0x9000, 0x5000],
    ['otadata', 1, 0, 0xe000, 0x2000],
    ['app0', 0, 0x10, 0x10000, SLOT_BYTES],
    ['app1', 0, 0x11, 0x1f0000, SLOT_BYTES],
  ];
  const table = Buffer.alloc(0xc00, 0xff);
  for (const [i, [label, type, subtype, start, size]] of rows.entries()) {
    const row = table.subarray(i * 32, (i + 1) * 32).fill(0);
    row.writeUInt16LE(0x50aa, 0);
    row[2] = type;
    row[3] = subtype;
    row.writeUInt32LE(start, 4);
    row.writeUInt32LE(size, 8);
    row.write(label, 12, 'latin1');
  }
  return table;
}

// Writes FOLDER/firmware-BOARD and returns its parts as { offset: bytes }. `change` gets files and
// flasher_args before they are written.
export function makeFirmware(
  folder,
  { board, chip = 'esp32', version = '1.2.3', change = () => {} },
) {
  const files = {
    'bootloader/bootloader.bin': makeBootloader(chip),
    'partition_table/partition-table.bin': makeTable(),
    'ota_data_initial.bin': Buffer.alloc(0x2000, 0xff),
    'connectcam.bin': makeImage({ board, version, chip }),
  };
  const at = {
    'bootloader/bootloader.bin': PLACES.bootloader[chip],
    'partition_table/partition-table.bin': PLACES.table,
    'ota_data_initial.bin': PLACES.choice,
    'connectcam.bin': PLACES.app,
  };
  const hex = (offset) => `0x${offset.toString(16)}`;
  const part = (file) => ({ offset: hex(at[file]), file, encrypted: 'false' });
  const args = {
    flash_files: Object.fromEntries(
      Object.entries(at).map(([file, offset]) => [hex(offset), file]),
    ),
    bootloader: part('bootloader/bootloader.bin'),
    app: part('connectcam.bin'),
    'partition-table': part('partition_table/partition-table.bin'),
    otadata: part('ota_data_initial.bin'),
    extra_esptool_args: { after: 'hard_reset', before: 'default_reset', stub: true, chip },
  };
  change({ files, args });
  const out = path.join(folder, `firmware-${board}`);
  for (const [file, bytes] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
    fs.writeFileSync(path.join(out, file), bytes);
  }
  fs.writeFileSync(path.join(out, 'flasher_args.json'), JSON.stringify(args));
  return Object.fromEntries(Object.entries(at).map(([file, offset]) => [offset, files[file]]));
}

// A flash as it leaves the factory.
export const makeFlash = () => Buffer.alloc(FLASH_BYTES, 0xff);

// A flash with a camera that was updated once: it runs from its other slot, as otadata says, and has
// settings.
export function makeUsedFlash({ board, version }) {
  const flash = makeFlash();
  makeBootloader('esp32').copy(flash, PLACES.bootloader.esp32);
  noise('settings', 0x5000).copy(flash, PLACES.settings[0]);
  makeImage({ board, version }).copy(flash, PLACES.otherApp);
  flash.writeUInt32LE(2, PLACES.choice); // ESP-IDF's counter: even is the second slot
  return flash;
}
