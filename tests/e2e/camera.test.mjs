// Every kind of camera, well and broken, unplugged and back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  assertProblem,
  atEnd,
  makeOwner,
  makePartReader,
  makeWebcam,
  readExif,
  readJpeg,
  startCamera,
  startStandin,
  temporaryFolder,
  until,
  within,
  without,
  withoutWebcam,
} from './support.mjs';

const skip = withoutWebcam();
const withoutReaders = without('exiftool', 'exiv2');

async function metric(camera, name) {
  const { text } = await camera.get('/metrics');
  return Number(text.match(new RegExp(`^connectcam_${name} (\\S+)$`, 'm'))[1]);
}

// Somebody who watches: the camera works for as long as that.
async function watch(t, camera) {
  const viewer = await new Promise((resolve, reject) => {
    http.get(`${camera.url}/stream.mjpg`, { agent: false }, resolve).on('error', reject);
  });
  assert.equal(viewer.statusCode, 200);
  viewer.on('error', () => {});
  viewer.resume();
  atEnd(t, () => viewer.destroy());
  return viewer;
}

// The first parts of the stream, whole.
async function readParts(t, camera, count) {
  const viewer = await watch(t, camera);
  const [, boundary] = viewer.headers['content-type'].match(/boundary=(\S+)/);
  const parts = [];
  return within(
    new Promise((resolve, reject) => {
      const read = makePartReader(boundary, (part) => {
        parts.push(part);
        if (parts.length === count) resolve(parts);
      });
      viewer.on('data', read);
      viewer.on('close', () => reject(new Error(`the stream ended after ${parts.length} frames`)));
    }),
    `${count} frames of the stream`,
  );
}

function cameraOnce(camera, state, what, seconds = 30) {
  return until(
    async () => {
      const found = (await camera.status()).camera;
      return found.state === state && found;
    },
    what,
    seconds,
  );
}

async function assertPicture(camera, size, query = '?max_age_ms=0') {
  const answer = await camera.snapshot(query);
  assert.equal(answer.status, 200, answer.text.slice(0, 200));
  const jpeg = readJpeg(answer.body);
  if (size) assert.deepEqual([jpeg.width, jpeg.height], size);
  return { ...answer, jpeg, body: answer.body };
}

// A picture tells when it was taken, on the clock of that place, and by what.
function assertSaysWhatItIs(t, jpeg, [width, height], before) {
  const exif = readExif(t, jpeg);
  const { SubSecDateTimeOriginal: taken } = exif;
  assert.match(taken, /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\.\d{3}\+05:30$/);
  const [date, time] = taken.split(' ');
  const unixMs = Date.parse(`${date.replaceAll(':', '-')}T${time}`);
  // two clocks, each cut to milliseconds
  assert.ok(unixMs >= before - 2 && unixMs <= Date.now() + 2, `${taken}, asked at ${before}`);
  assert.equal(exif.ModifyDate, exif.DateTimeOriginal);
  assert.deepEqual([exif.OffsetTime, exif.OffsetTimeOriginal], ['+05:30', '+05:30']);
  assert.match(exif.Software, /^connectcam \d+\.\d+\.\d+/);
  assert.equal(exif.Orientation, 'Horizontal (normal)');
  assert.deepEqual([exif.ExifImageWidth, exif.ExifImageHeight], [width, height]);
  assert.equal(readJpeg(jpeg).markers.filter((marker) => marker === 0xe1).length, 1);
  return exif;
}

async function startWebcam(t, webcam, more = {}) {
  const camera = await startCamera(t, { ...webcam.options, ...more });
  await cameraOnce(camera, 'ready', 'the camera works');
  return camera;
}

describe('cameras', { concurrency: 3 }, () => {
  describe('sources', { concurrency: 6 }, () => {
    const owner = makeOwner();
    after(owner.end);
    let pictures;
    let model;
    before(async () => {
      model = await startCamera(owner, { set: { 'camera.resolution': 'QVGA' } });
      pictures = temporaryFolder(owner);
      for (const name of ['1.jpg', '2.jpg', '3.jpeg']) {
        const { body } = await model.snapshot('?max_age_ms=0');
        fs.writeFileSync(path.join(pictures, name), body);
      }
      fs.writeFileSync(path.join(pictures, 'readme.txt'), 'no picture');
    });

    test('test: a picture that moves', async (t) => {
      const camera = await startCamera(t);
      const first = await assertPicture(camera, [800, 600]);
      const second = await assertPicture(camera, [800, 600]);
      assert.notDeepEqual(first.body, second.body);
      assert.equal((await camera.status()).camera.driver, 'test');
    });

    test('a picture says when and by what it was taken', { skip: withoutReaders }, async (t) => {
      const camera = await startCamera(t, {
        env: { TZ: '<+0530>-5:30' },
        set: { 'camera.resolution': 'QVGA' },
      });
      const before = Date.now();
      const { body } = await assertPicture(camera, [320, 240]);
      const exif = assertSaysWhatItIs(t, body, [320, 240], before);
      assert.equal(exif.Model, 'connectcam test camera');
    });

    test('what comes without EXIF gets it, and nothing else is changed', {
      skip: withoutReaders,
    }, async (t) => {
      const folder = temporaryFolder(t);
      const bare = execFileSync('jpegtran', ['-copy', 'none', path.join(pictures, '1.jpg')]);
      fs.writeFileSync(path.join(folder, 'bare.jpg'), bare);
      const camera = await startCamera(t, {
        camera: `dir:${folder}`,
        env: { TZ: '<+0530>-5:30' },
      });
      const before = Date.now();
      const { body } = await assertPicture(camera, [320, 240]);
      assertSaysWhatItIs(t, body, [320, 240], before);
      const rest = body.subarray(4 + body.readUInt16BE(4));
      assert.ok(rest.equals(bare.subarray(2)), 'the rest is the file, byte by byte');
    });

    test('dir: the JPEGs of a folder, over and over', async (t) => {
      const camera = await startCamera(t, { camera: `dir:${pictures}` });
      const seen = new Set();
      await until(async () => {
        const { body } = await assertPicture(camera, [320, 240]);
        seen.add(body.toString('base64'));
        return seen.size === 3;
      }, 'all three came');
      for (const name of ['1.jpg', '2.jpg', '3.jpeg']) {
        const file = fs.readFileSync(path.join(pictures, name), 'base64');
        assert.ok(seen.has(file), `${name} says about itself what it said`);
      }
      await assertPicture(camera, [320, 240]);
      assert.ok(!('camera.brightness' in (await camera.settings())), 'files have no brightness');
    });

    test('pictures that come as they are are turned here, without loss', async (t) => {
      const camera = await startCamera(t, { camera: `dir:${pictures}` });
      const upright = async (degrees, size) => {
        await camera.api('PATCH', '/settings', { 'camera.rotation': degrees });
        return until(async () => {
          const answer = await camera.snapshot('?max_age_ms=0');
          const { width, height } = readJpeg(answer.body);
          return width === size[0] && height === size[1] && answer.body;
        }, `turned by ${degrees} degrees`);
      };
      const turned = await upright(90, [240, 320]);
      const { brightness, sharpness } = await until(async () => {
        const status = (await camera.status()).camera;
        await camera.snapshot('?max_age_ms=0');
        return status.brightness !== undefined && status;
      }, 'they are measured');
      assert.ok(brightness > 10 && sharpness > 10, `${brightness}, ${sharpness}`);
      const files = ['1.jpg', '2.jpg', '3.jpeg'].map((name) => path.join(pictures, name));
      const jpegtran = (file) => execFileSync('jpegtran', ['-trim', '-rotate', '90', file]);
      const pixels = (input) => execFileSync('djpeg', { input }).toString('latin1');
      assert.ok(
        files.some((file) => pixels(jpegtran(file)) === pixels(turned)),
        'as by jpegtran',
      );
      await upright(0, [320, 240]);
      assert.equal((await camera.status()).camera.not_turned, undefined);
    });

    test('dir: a folder without pictures says so, and works once there is one', async (t) => {
      const folder = temporaryFolder(t);
      const camera = await startCamera(t, { camera: `dir:${folder}` });
      const { reason } = await cameraOnce(camera, 'gone', 'it says that there is none');
      assert.match(reason, /no JPEG .* in this folder/);
      assertProblem(await camera.snapshot(), 503, /no JPEG/);
      fs.copyFileSync(path.join(pictures, '1.jpg'), path.join(folder, 'a.jpg'));
      await cameraOnce(camera, 'ready', 'it works');
      await assertPicture(camera, [320, 240]);
    });

    test('dir: a broken file among good ones is left out', async (t) => {
      const folder = temporaryFolder(t);
      const good = fs.readFileSync(path.join(pictures, '1.jpg'));
      fs.writeFileSync(path.join(folder, 'a.jpg'), good);
      fs.writeFileSync(path.join(folder, 'b.jpg'), good.subarray(0, good.length / 2));
      fs.writeFileSync(path.join(folder, 'c.jpg'), '');
      fs.writeFileSync(path.join(folder, 'd.jpg'), 'no JPEG');
      const camera = await startCamera(t, { camera: `dir:${folder}` });
      for (let i = 0; i < 4; i++) await assertPicture(camera, [320, 240]);
    });

    test('exec: what a shell loop writes', async (t) => {
      const loop = `while :; do cat ${pictures}/1.jpg ${pictures}/2.jpg; sleep 0.05; done`;
      const camera = await startCamera(t, { camera: `exec:${loop}` });
      await assertPicture(camera, [320, 240]);
      await assertPicture(camera, [320, 240]);
      const { camera: state } = await camera.status();
      assert.equal(state.state, 'ready');
    });

    test('exec: a command that ends says so, and is started anew', async (t) => {
      const folder = temporaryFolder(t);
      const file = path.join(folder, 'picture.jpg');
      const camera = await startCamera(t, { camera: `exec:cat ${file} || exit 3; sleep 1000` });
      const answer = await camera.snapshot();
      assertProblem(answer, 503);
      await until(
        async () => /exit status 3/.test((await camera.status()).camera.reason),
        'it says how the command ended',
      );
      fs.copyFileSync(path.join(pictures, '1.jpg'), file);
      await until(async () => (await camera.snapshot()).status === 200, 'a picture');
    });

    test('exec: no such command is said so', async (t) => {
      const camera = await startCamera(t, { camera: 'exec:no-such-command-anywhere' });
      assertProblem(await camera.snapshot(), 503);
      await until(
        async () => /no such command/.test((await camera.status()).camera.reason),
        'it says so',
      );
    });

    test('exec: nothing it started is left when the camera ends', async (t) => {
      const folder = temporaryFolder(t);
      const file = path.join(folder, 'child');
      const loop = `echo $$ > ${file}; while :; do cat ${pictures}/1.jpg; sleep 0.05; done`;
      const camera = await startCamera(t, { camera: `exec:${loop}` });
      await assertPicture(camera, [320, 240]);
      const child = Number(fs.readFileSync(file, 'utf8'));
      await camera.stop();
      await until(() => {
        try {
          process.kill(child, 0);
          return false;
        } catch (error) {
          return error.code === 'ESRCH';
        }
      }, 'the command has ended');
    });

    test('http: another camera that serves a JPEG', async (t) => {
      const camera = await startCamera(t, { camera: `${model.url}/snapshot.jpg` });
      await assertPicture(camera, [320, 240]);
      await assertPicture(camera, [320, 240]);
    });

    test('http: a camera that goes away is said so, and used again when it is back', async (t) => {
      const jpeg = fs.readFileSync(path.join(pictures, '1.jpg'));
      let status = 200;
      const server = http.createServer((_, response) => {
        response.writeHead(status, { 'Content-Type': 'image/jpeg' });
        response.end(status === 200 ? jpeg : 'no');
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      atEnd(t, () => {
        server.closeAllConnections();
        server.close();
      });
      const at = `http://127.0.0.1:${server.address().port}/a.jpg`;
      const camera = await startCamera(t, { camera: at });
      await assertPicture(camera, [320, 240]);
      status = 500;
      await watch(t, camera);
      const { reason } = await until(async () => {
        const found = (await camera.status()).camera;
        return found.state !== 'ready' && found;
      }, 'it says that it is gone');
      assert.match(reason, /\S+ \S+ \S+/);
      status = 200;
      await cameraOnce(camera, 'ready', 'it works again');
      await assertPicture(camera, [320, 240]);
    });

    for (const format of ['MJPG', 'YUYV', 'NV12'])
      test(`a webcam's ${format}`, { skip }, async (t) => {
        const webcam = makeWebcam(t, { formats: format, sizes: '640x480,320x240' });
        const camera = await startWebcam(t, webcam);
        await assertPicture(camera, [640, 480]);
        const { camera: state } = await camera.status();
        assert.equal(state.model, 'Fake Camera');
        const changed = await camera.api('PATCH', '/settings', { 'camera.resolution': 'QVGA' });
        assert.equal(changed.status, 200, changed.text);
        await until(
          async () => readJpeg((await camera.snapshot('?max_age_ms=0')).body).width === 320,
          'pictures of the new size',
        );
        assert.equal(webcam.stats(camera).failed, 0);
      });

    test('whichever webcam there is, is taken: another one too', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam, { camera: 'auto' });
      await assertPicture(camera, [640, 480]);
      await webcam.command('unplug', camera);
      await cameraOnce(camera, 'gone', 'it is gone');
      const says = async () => (await camera.status()).camera.reason;
      await until(async () => /there is no webcam; plug/.test(await says()), 'it says what to do');
      await webcam.command('plug 3', camera);
      await cameraOnce(camera, 'ready', 'there is one again');
      await assertPicture(camera, [640, 480]);
    });

    test('a webcam by its name keeps its name under another number', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const name = '/dev/v4l/by-id/usb-Fake_Camera_Fake_Camera_0001-video-index0';
      const camera = await startWebcam(t, webcam, { camera: name });
      await assertPicture(camera, [640, 480]);
      await webcam.command('unplug', camera);
      await cameraOnce(camera, 'gone', 'it is gone');
      await webcam.command('plug 5', camera);
      await cameraOnce(camera, 'ready', 'it is back');
      assert.equal(webcam.stats(camera).number, 5);
      await assertPicture(camera, [640, 480]);
    });
  });

  describe('a webcam in trouble', { concurrency: 12 }, () => {
    test('unplugged, it says so; plugged in again, it works by itself', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const standin = await startStandin(t, { args: ['--pace', '0'] });
      const camera = await startWebcam(t, webcam, { standin });
      await assertPicture(camera);
      await watch(t, camera);
      await webcam.command('unplug', camera);
      const { reason } = await cameraOnce(camera, 'gone', 'it says that it is gone');
      assert.match(reason, /\S+ \S+ \S+/);
      const answer = await camera.snapshot('?max_age_ms=0');
      assertProblem(answer, 503);
      assert.match(answer.json.detail, /camera/);
      assert.match(answer.headers['retry-after'], /^\d+$/);
      assertProblem(await camera.get('/stream.mjpg'), 503);
      assertProblem(await camera.get('/healthz'), 503);
      assert.equal((await camera.send()).status, 502);
      assert.equal(webcam.stats(camera).open, 0, 'nothing holds on to the device');
      assert.match((await camera.status()).connect.sentence, /There was no picture to send/);

      await webcam.command('plug', camera);
      await cameraOnce(camera, 'ready', 'it is back');
      await assertPicture(camera, [640, 480]);
      assert.equal((await camera.get('/healthz')).status, 200);
      assert.equal((await camera.send()).status, 200);
    });

    test('a webcam that comes later is used when it comes', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      await webcam.command('unplug');
      const camera = await startCamera(t, webcam.options);
      const { reason } = await cameraOnce(camera, 'gone', 'it is not there');
      assert.match(reason, /\/dev\/video0/);
      await webcam.command('plug');
      await cameraOnce(camera, 'ready', 'it is there');
      await assertPicture(camera, [640, 480]);
    });

    test('unplugged and back a few times, nothing is lost', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam);
      await watch(t, camera);
      for (let i = 0; i < 5; i++) {
        await until(() => webcam.stats(camera).streaming, 'it streams');
        await webcam.command('unplug', camera);
        await until(() => webcam.stats(camera).open === 0, 'it is closed');
        await webcam.command('plug', camera);
      }
      await cameraOnce(camera, 'ready', 'it works again');
      await assertPicture(camera, [640, 480]);
      const { mappings, buffers } = webcam.stats(camera);
      assert.equal(mappings, buffers, 'no mapping of an earlier time is left');
    });

    test('stalled, it is opened anew until it works', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam);
      await assertPicture(camera);
      await watch(t, camera);
      const { opens } = webcam.stats(camera);
      await webcam.command('stall', camera);
      await until(() => webcam.stats(camera).opens > opens, 'it is opened anew', 30);
      const { state, reason } = (await camera.status()).camera;
      assert.equal(state, 'failing');
      assert.match(reason, /gives no pictures/);
      assert.ok((await metric(camera, 'camera_stalls_total')) >= 1);
      await webcam.command('go', camera);
      await cameraOnce(camera, 'ready', 'it works again');
      await assertPicture(camera, [640, 480]);
    });

    for (const [trouble, name] of [
      ['cut 50%', 'cut frames'],
      ['empty', 'empty frames'],
      ['corrupt', 'corrupt frames'],
      ['wrong-size', 'frames of another size'],
    ])
      test(`${name} are counted and dropped, and the last good one is served`, {
        skip,
      }, async (t) => {
        const webcam = makeWebcam(t, { sizes: '640x480,320x240' });
        const standin = await startStandin(t, { args: ['--pace', '0'] });
        const camera = await startWebcam(t, webcam, { standin, set: { 'connect.enabled': false } });
        const viewer = await watch(t, camera);
        await assertPicture(camera, [640, 480]);
        await webcam.command(trouble, camera);
        const bad = await metric(camera, 'frames_bad_total');
        await until(
          async () => (await metric(camera, 'frames_bad_total')) > bad + 5,
          'it is counted',
        );
        const { reason } = await cameraOnce(camera, 'failing', 'it says so');
        assert.match(reason, /broken pictures/);
        const good = await metric(camera, 'frames_total');
        const answer = await assertPicture(camera, [640, 480], '');
        const again = await until(async () => {
          const later = await assertPicture(camera, [640, 480], '');
          return Number(later.headers.age) >= 1 && later;
        }, 'it tells its age');
        assert.equal(answer.headers['x-frame-id'], again.headers['x-frame-id']);
        await camera.api('PATCH', '/settings', { 'connect.enabled': true });
        const fresh = await camera.snapshot('?max_age_ms=0');
        assertProblem(fresh, 503, /broken pictures|no pictures/);
        await until(
          async () => (await camera.status()).connect.result === 'no_picture',
          'Connect gets none rather than a broken or an old one',
        );
        assert.ok((await standin.requests()).requests.every((entry) => !entry.picture));
        assert.equal(await metric(camera, 'frames_total'), good);

        await webcam.command('normal', camera);
        await cameraOnce(camera, 'ready', 'it works again');
        assert.equal((await camera.send()).status, 200);
        viewer.destroy();
        const { requests } = await standin.requests();
        for (const entry of requests.filter(({ path: at }) => at === '/c/snapshot')) {
          assert.equal(entry.status, 204);
          assert.deepEqual([entry.width, entry.height], [640, 480]);
          readJpeg(await standin.picture(entry));
        }
        assert.ok(requests.some((entry) => entry.picture));
      });

    test('one broken frame among good ones is not noticed', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam);
      await watch(t, camera);
      await webcam.command('cut 50%', camera);
      await webcam.command('normal', camera);
      for (let i = 0; i < 3; i++) await assertPicture(camera, [640, 480]);
      assert.equal((await camera.status()).camera.state, 'ready');
    });

    for (const [refusal, reason] of [
      ['open=EACCES', /permission|group/],
      ['open=EBUSY', /another program uses/],
      ['s_fmt=EBUSY', /./],
      ['reqbufs=ENOMEM', /./],
      ['streamon=ENOSPC', /./],
      ['querycap=ENOTTY', /no camera/],
    ])
      test(`a device that refuses ${refusal} is said so, and used once it does not`, {
        skip,
      }, async (t) => {
        const webcam = makeWebcam(t);
        await webcam.command(`refuse ${refusal}`);
        const camera = await startCamera(t, webcam.options);
        assertProblem(await camera.snapshot(), 503);
        const { camera: state } = await camera.status();
        assert.notEqual(state.state, 'ready');
        assert.match(state.reason, reason);
        await webcam.command(`refuse ${refusal.split('=')[0]}=0`);
        await until(async () => (await camera.snapshot()).status === 200, 'a picture');
      });
  });

  describe('what a webcam sends', { concurrency: 6 }, () => {
    test('JPEGs without Huffman tables get them, wherever they go', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      await webcam.command('no-dht');
      const standin = await startStandin(t, { args: ['--pace', '0'] });
      const camera = await startWebcam(t, webcam, { standin });
      const { jpeg, headers, body } = await assertPicture(camera, [640, 480]);
      assert.equal(jpeg.hasHuffmanTables, true);
      assert.equal(Number(headers['content-length']), body.length);
      const arrived = await standin.waitFor((entry) => entry.picture, 'a picture');
      assert.equal(arrived.wrong, null);
      assert.equal(readJpeg(await standin.picture(arrived)).hasHuffmanTables, true);
      const parts = await readParts(t, camera, 5);
      for (const { body: part } of parts) assert.equal(readJpeg(part).hasHuffmanTables, true);
    });

    test('its pictures say when they were taken, upright too', {
      skip: skip || withoutReaders,
    }, async (t) => {
      const webcam = makeWebcam(t);
      await webcam.command('no-dht');
      webcam.options.env.TZ = '<+0530>-5:30';
      const camera = await startWebcam(t, webcam);
      const before = Date.now();
      const { body } = await assertPicture(camera, [640, 480]);
      const exif = assertSaysWhatItIs(t, body, [640, 480], before);
      assert.equal(exif.Model, 'Fake Camera');
      execFileSync('djpeg', { input: body });
      await camera.api('PATCH', '/settings', { 'camera.rotation': 90 });
      const turned = await until(async () => {
        const answer = await camera.snapshot('?max_age_ms=0');
        return readJpeg(answer.body).width === 480 && answer.body;
      }, 'turned by 90 degrees');
      assertSaysWhatItIs(t, turned, [480, 640], before);
      execFileSync('djpeg', { input: turned });
    });

    test('bytes behind the end of a picture are left out', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      await webcam.command('padding 700');
      const camera = await startWebcam(t, webcam);
      const { body } = await assertPicture(camera, [640, 480]);
      assert.notEqual(body.at(-1), 0);
      const { camera: state } = await camera.status();
      assert.ok(state.frame.bytes <= body.length + 2000);
    });

    test('settings reach the device', { skip }, async (t) => {
      const webcam = makeWebcam(t, { env: { FAKE_V4L2_CONTROLS: 'all' } });
      const camera = await startWebcam(t, webcam);
      await assertPicture(camera);
      const usual = webcam.stats(camera).controls;
      async function set(change, reached) {
        const answer = await camera.api('PATCH', '/settings', change);
        assert.equal(answer.status, 200, answer.text);
        await camera.snapshot('?max_age_ms=0');
        await until(() => reached(webcam.stats(camera).controls), JSON.stringify(change));
      }
      await set({ 'camera.brightness': 2 }, ({ brightness }) => brightness > usual.brightness);
      await set({ 'camera.brightness': -2 }, ({ brightness }) => brightness < usual.brightness);
      await set({ 'camera.brightness': 0 }, ({ brightness }) => brightness === usual.brightness);
      await set({ 'camera.contrast': 1 }, ({ contrast }) => contrast > usual.contrast);
      await set({ 'camera.saturation': -1 }, ({ saturation }) => saturation < usual.saturation);
      await set({ 'camera.sharpness': 2 }, ({ sharpness }) => sharpness > usual.sharpness);
      await set({ 'camera.gain': 50 }, ({ gain }) => gain === 50);
      await set(
        { 'camera.exposure_auto': false, 'camera.exposure': 100 },
        (now) => now.auto_exposure === 1 && now.exposure_time_absolute === 100,
      );
      await set({ 'camera.exposure_auto': true }, (now) => now.auto_exposure === 3);
      await set({ 'camera.awb': false }, (now) => now.white_balance_automatic === 0);
      await set({ 'camera.awb': true }, (now) => now.white_balance_automatic === 1);
      await set({ 'camera.hmirror': true }, (now) => now.horizontal_flip === 1);
      await set({ 'camera.vflip': true }, (now) => now.vertical_flip === 1);
    });

    test("ranges and defaults are the device's own", { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam);
      const schema = (await camera.api('GET', '/settings/schema')).json;
      const exposure = schema.find(({ key }) => key === 'camera.exposure');
      assert.deepEqual([exposure.minimum, exposure.maximum, exposure.default], [3, 2047, 250]);
      const resolution = schema.find(({ key }) => key === 'camera.resolution');
      assert.deepEqual(resolution.choices, ['VGA']);
      assert.ok(!schema.some(({ key }) => key === 'camera.hmirror'), 'it cannot flip');
    });

    test('settings are kept when it is unplugged', { skip }, async (t) => {
      const webcam = makeWebcam(t);
      const camera = await startWebcam(t, webcam);
      await camera.api('PATCH', '/settings', { 'camera.brightness': 2 });
      await assertPicture(camera);
      const { brightness } = webcam.stats(camera).controls;
      await webcam.command('unplug', camera);
      await cameraOnce(camera, 'gone', 'it is gone');
      await webcam.command('plug', camera);
      await cameraOnce(camera, 'ready', 'it is back');
      await assertPicture(camera);
      assert.equal(webcam.stats(camera).controls.brightness, brightness);
    });

    test('idle, it is stopped, and nothing is encoded', { skip }, async (t) => {
      for (const formats of ['MJPG', 'YUYV']) {
        const webcam = makeWebcam(t, { formats });
        const camera = await startWebcam(t, webcam);
        await assertPicture(camera);
        await until(() => !webcam.stats(camera).streaming, 'it is stopped');
        const { delivered } = webcam.stats(camera);
        const frames = await metric(camera, 'frames_total');
        // A few requests later it is as still as before: none of them needs a picture.
        for (let i = 0; i < 10; i++) await camera.status();
        await camera.get('/snapshot.jpg?max_age_ms=3600000');
        assert.equal(webcam.stats(camera).delivered, delivered);
        assert.equal(webcam.stats(camera).streaming, false);
        assert.equal(await metric(camera, 'frames_total'), frames);
        assert.equal((await camera.status()).camera.streaming, false);
        await assertPicture(camera, [640, 480]);
      }
    });
  });
});
