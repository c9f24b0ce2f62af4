#!/usr/bin/env node
// What `make flasher` does: the page that writes the firmware from a browser, into build/flasher/,
// to be put on any web server as it is. docs/decisions/0015-flasher.md has the reasons.
//
//     node tools/flasher.mjs FIRMWARE OUT     FIRMWARE holds firmware-BOARD/ folders as `make firmware`
//                                             leaves them; OUT is made anew
//
// A board comes from its header in esp32/boards/, its picture from docs/images/boards/. One that was
// not built is left out, and said so.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const sources = path.join(root, 'docs/flash');
const FAMILIES = { esp32: 'ESP32', esp32s3: 'ESP32-S3' }; // as esptool calls what it finds

class Refusal extends Error {}

function refuseUnless(condition, why) {
  if (!condition) throw new Refusal(why);
}

const hashOf = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex').slice(0, 12);

const escapeHtml = (text) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign],
  );

function readBoards() {
  const folder = path.join(root, 'esp32/boards');
  const names = fs.readdirSync(folder).flatMap((file) => file.match(/^([\w-]+)\.h$/)?.[1] ?? []);
  return names
    .map((name) => ({ name, header: fs.readFileSync(path.join(folder, `${name}.h`), 'utf8') }))
    .filter(({ header }) => header.includes('.has_camera = true')) // the emulator is no board
    .map(({ name, header }) => {
      const field = (key) => header.match(new RegExp(`^ *\\.${key} = "([^"]+)"`, 'm'))?.[1];
      const board = { name, title: field('title'), chip: field('chip') };
      refuseUnless(board.title && FAMILIES[board.chip], `${name}.h: a title, or a chip we know`);
      // The chip's own USB has no serial adapter in between, and other buttons to press.
      board.plug = /^\/\/ sdkconfig: CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG=y/m.test(header)
        ? 'own-usb'
        : 'serial';
      return board;
    })
    .sort((a, b) => isCommon(b) - isCommon(a) || a.title.localeCompare(b.title, 'en'));
}

// The board that most people have comes first.
const isCommon = ({ name }) => (name === 'ai-thinker' ? 1 : 0);

// --- Firmware

// ESP-IDF's table: 32 bytes an entry, as long as they begin with 0xAA 0x50.
function readPartitions(table) {
  const partitions = [];
  for (let at = 0; at + 32 <= table.length && table.readUInt16LE(at) === 0x50aa; at += 32) {
    const [label] = table.toString('latin1', at + 12, at + 28).split('\0');
    partitions.push({
      label,
      start: table.readUInt32LE(at + 4),
      end: table.readUInt32LE(at + 4) + table.readUInt32LE(at + 8),
    });
  }
  return partitions;
}

// What an image says of itself: ESP-IDF's description behind the first header, and our board's name
// behind that (docs/decisions/0010-update.md).
function readImage(image) {
  const text = (from, to) => image.toString('latin1', from, to).split('\0')[0];
  return {
    version: text(48, 80),
    project: text(80, 112),
    mark: text(288, 304),
    board: text(304, 352),
  };
}

// The parts of one board, checked: each in a place of its own, none in the settings.
function readFirmware(board, folder) {
  const {
    flash_files,
    app,
    otadata,
    'partition-table': table,
    extra_esptool_args,
  } = JSON.parse(fs.readFileSync(path.join(folder, 'flasher_args.json'), 'utf8'));
  const say = (condition, why) => refuseUnless(condition, `${folder}: ${why}`);
  say(extra_esptool_args.chip === board.chip, `is for ${extra_esptool_args.chip}`);
  say(app && otadata && table, 'there is no app, no partition table or no otadata');
  const parts = Object.entries(flash_files).map(([offset, file]) => {
    say(
      fs.existsSync(path.join(folder, file)),
      `${file} is not there: it was not built to its end`,
    );
    const bytes = fs.readFileSync(path.join(folder, file));
    const start = Number(offset);
    return { name: path.basename(file), file, bytes, start, end: start + bytes.length };
  });
  const of = ({ file }) => parts.find((part) => part.file === file);

  const image = readImage(of(app).bytes);
  say(
    image.project === 'connectcam' && image.mark === 'connectcam board',
    `${app.file} is not ours`,
  );
  say(image.board === board.name, `${app.file} is for ${image.board}`);

  const partitions = readPartitions(of(table).bytes);
  const partition = (label) => partitions.find((one) => one.label === label);
  const settings = partition('nvs');
  say(settings, 'there are no settings (nvs) in the partition table');
  for (const part of parts) {
    const meets = (other) => part.start < other.end && other.start < part.end;
    say(!meets(settings), `${part.name} would overwrite the settings`);
    for (const other of parts)
      say(other === part || !meets(other), `${part.name}, ${other.name} meet`);
  }
  const slot = partition('app0');
  say(slot && of(app).start === slot.start && of(app).end <= slot.end, `${app.file} is no app0`);
  // A camera that was updated runs from its other slot, and otadata says so. Written as new it says
  // nothing, and the bootloader starts app0, which is what was just installed.
  const choice = partition('otadata');
  say(
    choice && of(otadata).start === choice.start && of(otadata).end === choice.end,
    'otadata is not written whole: a camera that was updated would start its old firmware',
  );
  say(
    of(otadata).bytes.every((byte) => byte === 0xff),
    `${otadata.file} chooses a slot`,
  );

  // The app first and the choice of it last: when the cable is pulled meanwhile, a camera that runs
  // from its other slot still starts what it had.
  const rest = parts.filter((part) => part !== of(app) && part !== of(otadata));
  return { version: image.version, parts: [of(app), ...rest, of(otadata)] };
}

function writeFirmware(board, { version, parts }, out) {
  const folder = path.join(out, 'firmware', board.name);
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of parts) fs.writeFileSync(path.join(folder, name), bytes);
  const manifest = {
    name: 'connectcam',
    version,
    new_install_prompt_erase: true, // else whatever does not answer would be erased
    new_install_improv_wait_time: 28, // seconds, to take a wire off IO0; the SDK gives up after 30
    builds: [
      {
        chipFamily: FAMILIES[board.chip],
        // The hash is for caches on the way: parts of two versions never come together.
        parts: parts.map(({ name, bytes, start }) => ({
          path: `${name}?${hashOf(bytes)}`,
          offset: start,
        })),
      },
    ],
  };
  const text = JSON.stringify(manifest, null, 2);
  fs.writeFileSync(path.join(folder, 'manifest.json'), `${text}\n`);
  return `firmware/${board.name}/manifest.json?${hashOf(text)}`;
}

// --- The page

function pictureOf(board, out) {
  const file = `${board.name}-front.svg`;
  const from = path.join(root, 'docs/images/boards', file);
  if (!fs.existsSync(from)) return '<span class="picture"></span>';
  const bytes = fs.readFileSync(from);
  fs.mkdirSync(path.join(out, 'boards'), { recursive: true });
  fs.writeFileSync(path.join(out, 'boards', file), bytes);
  return `<img class="picture" src="boards/${file}?${hashOf(bytes)}" alt="">`;
}

function cardOf(board, manifest, out) {
  const { name, title, plug, chip } = board;
  return `<label class="board">
        <input type="radio" name="board" value="${name}" data-plug="${plug}" data-chip="${FAMILIES[chip]}" data-title="${escapeHtml(title)}" data-manifest="${manifest}">
        ${pictureOf(board, out)}
        <span class="title">${escapeHtml(title)}</span>
        <span class="soft">${FAMILIES[chip]}</span>
      </label>`;
}

// The page's style, and its name with what tells a new one from an old one in a browser's cache.
async function writeStyle(out) {
  await esbuild.build({
    entryPoints: [path.join(sources, 'style.css')],
    outdir: out,
    bundle: true,
    logLevel: 'warning',
  });
  return `style.css?${hashOf(fs.readFileSync(path.join(out, 'style.css')))}`;
}

async function bundle(out) {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(sources, 'flash.js')],
    outdir: out,
    entryNames: '[name]-[hash]',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true, // what each kind of chip needs is fetched when it is there
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: false,
    legalComments: 'none', // licenses.txt has them all
    metafile: true,
    logLevel: 'warning',
  });
  const [script] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === 'docs/flash/flash.js',
  );
  return { script: path.basename(script), inputs: Object.keys(metafile.inputs) };
}

// The licence of each package that something was taken of.
function writeLicenses(inputs, out) {
  const packages = inputs.flatMap(
    (file) => file.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  const texts = [...new Set(packages)].sort().map((folder) => {
    const at = path.join(root, folder);
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(at, 'package.json')));
    const file = fs.readdirSync(at).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? fs.readFileSync(path.join(at, file), 'utf8').trim() : '';
    refuseUnless(license || text, `${folder} has no licence`);
    return `${name} ${version}, ${license}\n\n${text}\n`;
  });
  const head = 'The script of this page has parts of these packages.\n';
  fs.writeFileSync(
    path.join(out, 'licenses.txt'),
    [head, ...texts].join(`\n${'-'.repeat(80)}\n\n`),
  );
}

async function make(firmware, out) {
  const boards = readBoards();
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  const cards = [];
  const versions = new Set();
  for (const board of boards) {
    const folder = path.join(firmware, `firmware-${board.name}`);
    if (!fs.existsSync(path.join(folder, 'flasher_args.json'))) {
      console.log(
        `${board.title} is left out: make firmware BOARD=${board.name} has not built it.`,
      );
      continue;
    }
    const parts = readFirmware(board, folder);
    versions.add(parts.version);
    cards.push(cardOf(board, writeFirmware(board, parts, out), out));
  }
  refuseUnless(
    cards.length > 0,
    `There is no firmware in ${firmware}: make firmware BOARD=ai-thinker`,
  );
  refuseUnless(versions.size === 1, `Firmwares of different versions: ${[...versions].join(', ')}`);

  const { script, inputs } = await bundle(out);
  writeLicenses(inputs, out);
  const filled = {
    boards: cards.join('\n      '),
    version: [...versions][0],
    script,
    style: await writeStyle(out),
  };
  const page = fs.readFileSync(path.join(sources, 'index.html'), 'utf8');
  fs.writeFileSync(
    path.join(out, 'index.html'),
    page.replace(/\{\{(\w+)\}\}/g, (_, key) => filled[key]),
  );
  const count = cards.length === 1 ? '1 board' : `${cards.length} boards`;
  console.log(`${out} has connectcam ${filled.version} for ${count}`);
}

const [firmware, out] = process.argv.slice(2);
if (!out) {
  console.error('node tools/flasher.mjs FIRMWARE OUT');
  process.exit(2);
}
try {
  await make(path.resolve(firmware), path.resolve(out));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exit(1);
}
