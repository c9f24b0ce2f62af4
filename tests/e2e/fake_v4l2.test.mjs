// The stand-in for a webcam is only of use when it fools programs that know nothing of it: Debian's
// v4l2-ctl and ustreamer, unchanged, and programs that were built with any sanitizer.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = path.resolve(root, process.env.CONNECTCAM_BUILD ?? 'build/test-gcc');
const library = path.join(build, 'tests/fake/v4l2/libfake_v4l2.so');
const run = promisify(execFile);

let folder;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fake-v4l2-'));
});
after(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function found(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

// false, or why the test cannot be run here.
function without(...programs) {
  if (!fs.existsSync(library)) return `${library} is not built`;
  const missing = programs.find((program) => !found(program));
  return missing ? `${missing} is not installed` : false;
}

function environment(more = {}) {
  return { ...process.env, LD_PRELOAD: library, ...more };
}

async function v4l2ctl(args, more) {
  const { stdout } = await run('v4l2-ctl', args, { env: environment(more), timeout: 30_000 });
  return stdout;
}

async function until(what, condition, limitMs = 20_000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    assert.ok(Date.now() < end, `in vain for ${limitMs / 1000} s: ${what}`);
    await pause(20);
  }
}

// The frames of a file of JPEGs one after another, with the number that each carries.
function splitJpegs(bytes) {
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    assert.equal(bytes.readUInt16BE(at), 0xffd8, `a JPEG begins at ${at}`);
    let end = bytes.indexOf(Buffer.from([0xff, 0xd9, 0xff, 0xd8]), at);
    end = end < 0 ? bytes.length : end + 2;
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

function readJpeg(jpeg) {
  assert.equal(jpeg.readUInt16BE(0), 0xffd8);
  assert.equal(jpeg.readUInt16BE(jpeg.length - 2), 0xffd9);
  const result = {};
  for (let at = 2; jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    assert.equal(jpeg[at], 0xff);
    if (jpeg[at + 1] === 0xc0) {
      result.height = jpeg.readUInt16BE(at + 5);
      result.width = jpeg.readUInt16BE(at + 7);
    } else if (jpeg[at + 1] === 0xfe) {
      const text = jpeg.toString('latin1', at + 4, at + 2 + jpeg.readUInt16BE(at + 2));
      const match = text.match(/^fake_v4l2 sequence (\d{10})$/);
      if (match) result.sequence = Number(match[1]);
    }
  }
  return result;
}

test('v4l2-ctl finds the camera', { skip: without('v4l2-ctl') }, async () => {
  assert.match(await v4l2ctl(['--list-devices']), /Fake Camera \(usb-.*\):\n\t\/dev\/video0\n/);
  assert.match(
    await v4l2ctl(['--device=3', '--list-devices'], {
      FAKE_V4L2_DEVICE: '3',
      FAKE_V4L2_CARD: 'Porch',
    }),
    /Porch \(usb-.*\):\n\t\/dev\/video3\n/,
  );
});

test('v4l2-ctl --all describes a UVC webcam', { skip: without('v4l2-ctl') }, async () => {
  const text = await v4l2ctl(['--all']);
  assert.match(text, /Driver name +: uvcvideo/);
  assert.match(text, /Width\/Height +: 640\/480/);
  assert.match(text, /Pixel Format +: 'MJPG'/);
  assert.match(text, /Frames per second: 30\.000/);
  assert.match(text, /exposure_time_absolute .* flags=inactive/);
});

test('v4l2-ctl lists what was configured', { skip: without('v4l2-ctl') }, async () => {
  const usual = await v4l2ctl(['--list-formats-ext']);
  for (const format of ['MJPG', 'YUYV', 'NV12']) assert.match(usual, new RegExp(`'${format}'`));
  for (const size of ['320x240', '640x480', '800x600', '1280x720', '1600x1200'])
    assert.equal(usual.split(`Discrete ${size}\n`).length - 1, 3, `${size} in each format`);
  for (const rate of ['30.000', '15.000', '5.000']) assert.ok(usual.includes(`(${rate} fps)`));

  const few = await v4l2ctl(['--list-formats-ext'], {
    FAKE_V4L2_FORMATS: 'YUYV',
    FAKE_V4L2_SIZES: '320x240',
    FAKE_V4L2_RATES: '10',
  });
  assert.doesNotMatch(few, /MJPG|NV12/);
  assert.equal(few.split('Discrete').length - 1, 2);
});

test('a wrong variable is refused with a sentence', { skip: without('v4l2-ctl') }, async () => {
  await assert.rejects(v4l2ctl(['--all'], { FAKE_V4L2_SIZES: '321x240' }), (error) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /FAKE_V4L2_SIZES=321x240: .*WIDTHxHEIGHT/);
    return true;
  });
});

test('v4l2-ctl reads and sets controls', { skip: without('v4l2-ctl') }, async () => {
  const menus = await v4l2ctl(['--list-ctrls-menus']);
  assert.match(menus, /auto_exposure .*\n\t+1: Manual Mode\n\t+3: Aperture Priority Mode\n/);
  assert.match(menus, /power_line_frequency .*\n\t+0: Disabled\n\t+1: 50 Hz\n\t+2: 60 Hz\n/);
  assert.doesNotMatch(menus, /horizontal_flip/);
  assert.match(
    await v4l2ctl(['--list-ctrls'], { FAKE_V4L2_CONTROLS: 'all' }),
    /horizontal_flip .*\n +vertical_flip/,
  );
  assert.equal(
    await v4l2ctl(['--set-ctrl', 'brightness=12', '--get-ctrl', 'brightness']),
    'brightness: 12\n',
  );
  assert.equal(
    await v4l2ctl([
      '--set-ctrl',
      'auto_exposure=1,exposure_time_absolute=77',
      '--get-ctrl',
      'exposure_time_absolute',
    ]),
    'exposure_time_absolute: 77\n',
  );
  // Inactive while the camera does it by itself.
  await assert.rejects(v4l2ctl(['--set-ctrl', 'exposure_time_absolute=77']), (error) =>
    /Permission denied/.test(error.stderr),
  );
});

test('v4l2-ctl streams whole, numbered JPEGs in time', { skip: without('v4l2-ctl') }, async () => {
  const file = path.join(folder, 'stream.mjpg');
  const began = performance.now();
  await v4l2ctl([
    '--set-fmt-video=width=1280,height=720,pixelformat=MJPG',
    '--stream-mmap',
    '--stream-count=20',
    `--stream-to=${file}`,
  ]);
  // Twenty frames need twenty intervals; a slow machine may need more.
  assert.ok(performance.now() - began > (20 * 1000) / 30);
  const frames = splitJpegs(fs.readFileSync(file)).map(readJpeg);
  assert.equal(frames.length, 20);
  frames.forEach((frame, i) => {
    assert.deepEqual([frame.width, frame.height], [1280, 720]);
    assert.ok(i === 0 || frame.sequence > frames[i - 1].sequence);
  });
});

for (const [format, bytes] of [
  ['YUYV', 320 * 240 * 2],
  ['NV12', (320 * 240 * 3) / 2],
]) {
  test(`v4l2-ctl streams ${format}`, { skip: without('v4l2-ctl') }, async () => {
    const file = path.join(folder, `stream.${format}`);
    await v4l2ctl([
      `--set-fmt-video=width=320,height=240,pixelformat=${format}`,
      '--stream-mmap',
      '--stream-count=5',
      `--stream-to=${file}`,
    ]);
    assert.equal(fs.statSync(file).size, 5 * bytes);
  });
}

test('pictures come from a folder', { skip: without('v4l2-ctl') }, async () => {
  const pictures = path.join(folder, 'pictures');
  fs.mkdirSync(pictures);
  const file = path.join(folder, 'one.mjpg');
  const size = '--set-fmt-video=width=800,height=600,pixelformat=MJPG';
  await v4l2ctl([size, '--stream-mmap', '--stream-count=1', `--stream-to=${file}`]);
  fs.copyFileSync(file, path.join(pictures, '1.jpg'));
  fs.writeFileSync(path.join(pictures, 'readme.txt'), 'no picture');

  const more = { FAKE_V4L2_PICTURES: pictures };
  const formats = await v4l2ctl(['--list-formats-ext'], more);
  assert.equal(formats.split('Size: Discrete').length - 1, 3);
  assert.match(formats, /Discrete 800x600/);
  const again = path.join(folder, 'again.mjpg');
  await v4l2ctl(['--stream-mmap', '--stream-count=3', `--stream-to=${again}`], more);
  const [jpeg] = splitJpegs(fs.readFileSync(again));
  // The same picture, with one more comment in front.
  assert.deepEqual(jpeg.subarray(-10_000), fs.readFileSync(file).subarray(-10_000));
  const raw = path.join(folder, 'again.yuyv');
  await v4l2ctl(
    ['--set-fmt-video=pixelformat=YUYV', '--stream-mmap', '--stream-count=1', `--stream-to=${raw}`],
    more,
  );
  assert.equal(fs.statSync(raw).size, 800 * 600 * 2);
});

function get(socketPath, url) {
  return new Promise((resolve, reject) => {
    http
      .get({ socketPath, path: url, timeout: 5000 }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve(Buffer.concat(parts)));
        response.on('error', reject);
      })
      .on('error', reject);
  });
}

async function startUstreamer(t, name, args, env = {}) {
  const socketPath = path.join(folder, `${name}.socket`);
  const commands = path.join(folder, `${name}.commands`);
  const stats = path.join(folder, `${name}.stats`);
  fs.mkdirSync(stats);
  const child = spawn('ustreamer', ['--unix', socketPath, ...args], {
    env: environment({ FAKE_V4L2_CONTROL: commands, FAKE_V4L2_STATS: stats, ...env }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  t.after(async () => {
    child.kill();
    await ended;
    if (t.passed === false) t.diagnostic(log);
  });
  const online = async () => {
    try {
      return JSON.parse(await get(socketPath, '/state')).result.source.online;
    } catch {
      return undefined;
    }
  };
  await until('ustreamer is online', async () => (await online()) === true);
  return {
    online,
    command: (line) => fs.appendFileSync(commands, `${line}\n`),
    stats: () => JSON.parse(fs.readFileSync(path.join(stats, `${child.pid}.json`), 'utf8')),
    snapshot: () => get(socketPath, '/snapshot'),
  };
}

test('ustreamer passes MJPEG through and survives an unplug', {
  skip: without('ustreamer'),
}, async (t) => {
  const ustreamer = await startUstreamer(
    t,
    'mjpeg',
    ['--format=MJPEG', '--encoder=HW', '--resolution=1280x720', '--device-error-delay=1'],
    { FAKE_V4L2_RATES: '5' }, // so slow that even a busy machine gives each buffer back in time
  );
  // The first answers may still be ustreamer's own «no signal».
  const first = await until('a frame of the camera', async () => {
    const jpeg = readJpeg(await ustreamer.snapshot());
    return jpeg.sequence === undefined ? undefined : jpeg;
  });
  assert.deepEqual([first.width, first.height], [1280, 720]);
  await until('a later frame', async () => {
    return readJpeg(await ustreamer.snapshot()).sequence > first.sequence;
  });
  assert.equal(ustreamer.stats().dropped, 0);

  ustreamer.command('unplug');
  await until('ustreamer closed the camera', () => ustreamer.stats().open === 0);
  assert.deepEqual(
    [ustreamer.stats().buffers, ustreamer.stats().mappings, ustreamer.stats().streaming],
    [0, 0, false],
  );
  ustreamer.command('plug');
  await until('ustreamer streams again', () => ustreamer.stats().streamons === 2);
  await until('a frame of the camera that came back', async () => {
    return readJpeg(await ustreamer.snapshot()).sequence !== undefined;
  });
});

test('ustreamer encodes YUYV', { skip: without('ustreamer') }, async (t) => {
  const ustreamer = await startUstreamer(t, 'yuyv', [
    ...['--format=YUYV', '--encoder=CPU', '--resolution=320x240', '--desired-fps=15'],
  ]);
  await until('a frame of the camera', async () => {
    return readJpeg(await ustreamer.snapshot()).width === 320;
  });
  const { delivered } = ustreamer.stats();
  await until('more frames', () => ustreamer.stats().delivered > delivered + 10);
});

for (const compiler of ['gcc', 'clang']) {
  for (const sanitizer of ['address,undefined', 'thread']) {
    const name = `a client that ${compiler} built with -fsanitize=${sanitizer} finds all as documented`;
    test(name, { skip: without(compiler) }, async (t) => {
      const client = path.join(folder, `client-${compiler}-${sanitizer}`);
      const source = path.join(root, 'tests/fake/v4l2/client.c');
      try {
        const flags = ['-std=c17', '-D_GNU_SOURCE', '-g', '-O1', '-pthread'];
        await run(compiler, [...flags, `-fsanitize=${sanitizer}`, source, '-o', client]);
      } catch (error) {
        t.skip(`${compiler} has no such sanitizer here: ${error.stderr.split('\n')[0]}`);
        return;
      }
      await run(client, [], {
        env: environment({
          FAKE_V4L2_CONTROL: `${client}.commands`,
          FAKE_V4L2_CONTROLS: 'all',
          ASAN_OPTIONS: 'verify_asan_link_order=0',
          TSAN_OPTIONS: 'die_after_fork=0',
        }),
        timeout: 120_000,
      });
    });
  }
}
