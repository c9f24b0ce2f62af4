// connectcam devices: people read it, scripts read it, and the camera that it names is taken.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  makeWebcam,
  programs,
  readJpeg,
  runProgram,
  startCamera,
  temporaryFolder,
  withoutWebcam,
} from './support.mjs';

const BY_ID = '/dev/v4l/by-id/usb-Fake_Camera_Fake_Camera_0001-video-index0';
const skip = withoutWebcam();

// PATH is empty of rpicam-vid unless a test puts one there.
function devices(t, env = {}, args = []) {
  return runProgram(t, programs.connectcam, ['devices', ...args], {
    env: { PATH: temporaryFolder(t), ...env },
  });
}

function withWebcam(t, more) {
  const { options, command } = makeWebcam(t, { formats: 'MJPG,YUYV', ...more });
  const env = {
    LD_PRELOAD: options.preload,
    ASAN_OPTIONS: 'verify_asan_link_order=0',
    ...options.env,
  };
  return { env, command };
}

// A folder for PATH whose `name` answers --list-cameras with `list`.
function withProgram(t, name, list) {
  const folder = temporaryFolder(t);
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n[ "$*" = --list-cameras ] || exit 9\nprintf '%s' '${list}'\n`);
  fs.chmodSync(file, 0o755);
  return { PATH: folder };
}

const TWO = `Available cameras
-----------------
0 : imx219 [3280x2464 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx219@10)
    Modes: "SRGGB10_CSI2P" : 640x480 [206.65 fps - (1000, 752)/1280x960 crop]
                             3280x2464 [21.19 fps - (0, 0)/3280x2464 crop]

1 : ov5647 [2592x1944 10-bit GBRG] (/base/soc/i2c0mux/i2c@0/ov5647@36)

`;

test('a webcam is listed with the name that stays, and that name is taken', { skip }, async (t) => {
  const { env } = withWebcam(t, {
    sizes: '640x480,320x240',
    env: { FAKE_V4L2_CARD: 'Porch', FAKE_V4L2_DEVICE: '7' },
  });
  const { code, stdout, stderr } = await devices(t, env);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `Porch
  --camera ${BY_ID}
  node     /dev/video7, driver uvcvideo
  MJPEG    passed on as it comes: 320x240 640x480
  YUYV     encoded here: 320x240 640x480
`,
  );
  const camera = await startCamera(t, {
    camera: stdout.match(/^ {2}--camera (.*)$/m)[1],
    preload: env.LD_PRELOAD,
    env,
  });
  assert.equal(readJpeg((await camera.snapshot()).body).width, 640);
});

test('a camera that another program uses is listed as such', { skip }, async (t) => {
  const { env, command } = withWebcam(t);
  await command('refuse reqbufs=EBUSY');
  const { code, stdout } = await devices(t, env);
  assert.equal(code, 0);
  assert.match(stdout, /^ {2}--camera \/dev\/v4l\/by-id\//m);
  assert.match(stdout, /^ {2}busy +another program .*fuser -v \/dev\/video0/m);
});

test('what may not be opened is named with what to do', { skip }, async (t) => {
  const { env, command } = withWebcam(t);
  await command('refuse open=EACCES');
  const { code, stdout, stderr } = await devices(t, env);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /no permission to look at \/dev\/video0: .*usermod -aG video/);
  assert.doesNotMatch(stderr, /there is no camera/);
});

test('a camera whose driver fails is named', { skip }, async (t) => {
  const { env, command } = withWebcam(t);
  await command('refuse querycap=EIO');
  const { code, stdout, stderr } = await devices(t, env);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /no answer from \/dev\/video0: unplug/);
});

test('an image processor is no camera, and without one there is a sentence', {
  skip,
}, async (t) => {
  const { env } = withWebcam(t, { env: { FAKE_V4L2_DRIVER: 'bcm2835-isp' } });
  const { code, stdout, stderr } = await devices(t, env);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /there is no camera here: plug in a webcam.*CAMERA SOURCES/);
});

for (const program of ['rpicam-vid', 'libcamera-vid']) {
  test(`${program} is asked for the flat cable's cameras`, async (t) => {
    const { code, stdout, stderr } = await devices(t, withProgram(t, program, TWO));
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      `Raspberry Pi camera imx219
  --camera 'exec:${program} --camera 0 -t 0 -n --codec mjpeg --width 1280 --height 720 --framerate 10 -o -'
  MJPEG    encoded by ${program}: up to 3280x2464, by its --width and --height
Raspberry Pi camera ov5647
  --camera 'exec:${program} --camera 1 -t 0 -n --codec mjpeg --width 1280 --height 720 --framerate 10 -o -'
  MJPEG    encoded by ${program}: up to 2592x1944, by its --width and --height
`,
    );
  });
}

test('the only camera of the flat cable needs no number', async (t) => {
  const only = TWO.split('\n').slice(0, 5).join('\n');
  const { stdout } = await devices(t, withProgram(t, 'rpicam-vid', only));
  assert.match(stdout, /^ {2}--camera 'exec:rpicam-vid -t 0 -n .* -o -'$/m);
});

test('a flat cable without a camera is told', async (t) => {
  const env = withProgram(t, 'rpicam-vid', 'No cameras available!\n');
  const { code, stdout, stderr } = await devices(t, env);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /check the flat cable/);
});

test('arguments that it does not have are refused', async (t) => {
  const { code, stdout, stderr } = await devices(t, {}, ['--all']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /connectcam devices/);
});
