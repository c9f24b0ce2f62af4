// The real program keeps pictures, shows them, and makes films that ffmpeg plays.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  makeOwner,
  programs,
  readExif,
  request,
  runProgram,
  startCamera,
  temporaryFolder,
  until,
  without,
} from './support.mjs';

const API = '/timelapse';
const DAY = '2026-03-14';
const ON = { 'timelapse.enabled': true, 'timelapse.interval_s': 1 };
const withoutFfmpeg = without('ffmpeg', 'ffprobe');

// What ffprobe finds when it reads the whole film.
function probe(file) {
  const asked = ['-v', 'error', '-count_frames', '-show_streams', '-of', 'json', file];
  const { stdout, stderr, status } = spawnSync('ffprobe', asked, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout).streams[0];
}

// Whether ffmpeg plays it without a word.
function play(file) {
  const { stderr, status } = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
}

const owner = makeOwner();
after(owner.end);
const folder = temporaryFolder(owner);
const jpegs = []; // of two sizes
let camera; // keeps nothing by itself; DAY was put there
let film;
const names = [];

const get = (at, headers) => request(camera.url, { path: `/api/v1${API}/${at}`, headers });

before(async () => {
  const source = await startCamera(owner);
  for (const size of ['SVGA', 'QVGA']) {
    await source.api('PATCH', '/settings', { 'camera.resolution': size });
    await until(async () => {
      jpegs[size === 'SVGA' ? 0 : 1] = (await source.snapshot('?max_age_ms=0')).body;
      return (await source.status()).camera.frame.width === (size === 'SVGA' ? 800 : 320);
    }, `a picture of ${size}`);
  }
  const state = path.join(folder, 'camera');
  for (let i = 0; i < 50; i++) {
    const [hour, minute] = [9 + Math.floor(i / 20), i % 20].map((n) => String(n).padStart(2, '0'));
    const at = path.join(state, 'timelapse', DAY, hour);
    fs.mkdirSync(at, { recursive: true });
    names.push(`${hour}-${minute}-07.jpg`);
    fs.writeFileSync(path.join(at, names[i]), jpegs[0]);
  }
  camera = await startCamera(owner, { state });
  film = path.join(folder, 'film.avi');
  fs.writeFileSync(film, (await get(`${DAY}.avi`)).body);
});

test('pictures are kept by day, whole, with their times', {
  skip: without('exiftool', 'exiv2'),
}, async (t) => {
  const own = await startCamera(t, { set: ON, env: { TZ: 'UTC' } });
  const days = await until(async () => {
    const answer = (await own.api('GET', API)).json;
    return answer.days[0]?.pictures >= 3 && answer;
  }, 'three pictures');
  assert.equal(days.state, 'keeping');
  assert.equal((await own.status()).storage.timelapse, 'keeping');
  const [{ day }] = days.days;
  const { pictures } = (await own.api('GET', `${API}/${day}`)).json;
  assert.deepEqual(pictures, [...pictures].sort());
  const taken = [];
  for (const name of pictures) {
    const { body, headers } = await own.api('GET', `${API}/${day}/${name}`);
    assert.equal(headers['content-type'], 'image/jpeg');
    const [date] = new Date(headers['last-modified']).toISOString().split('T');
    assert.equal(date, day);
    assert.deepEqual([...body.subarray(0, 2), ...body.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
    taken.push(readExif(t, body).DateTimeOriginal);
  }
  // Of two pictures of one second, the second is named after the next one: the first is exact.
  const [first] = pictures.map((name) => `${day} ${name.slice(0, 8)}`.replaceAll('-', ':'));
  assert.equal(taken[0], first);
  assert.deepEqual(taken, [...taken].sort());
  const metrics = (await own.get('/metrics')).text;
  assert.ok(Number(metrics.match(/^connectcam_timelapse_kept_total (\d+)$/m)[1]) >= 3);
});

test('days are local ones', async (t) => {
  const folders = [];
  for (const zone of ['<+12>-12', '<-12>12']) {
    const own = await startCamera(t, { set: ON, env: { TZ: zone } });
    const { days } = await until(async () => {
      const answer = (await own.api('GET', API)).json;
      return answer.days.length && answer;
    }, 'a picture');
    folders.push(days[0].day);
  }
  assert.notEqual(folders[0], folders[1], 'a day lies between them');
});

test('killed at any moment, what is listed is whole, and leftovers go', async (t) => {
  const state = path.join(temporaryFolder(t), 'camera');
  for (let i = 0; i < 4; i++) {
    const own = await startCamera(t, { state, set: ON });
    const kept = async () => (await own.api('GET', API)).json.days[0]?.pictures ?? 0;
    const before = await kept();
    await until(async () => (await kept()) > before, 'one more picture');
    await own.kill();
  }
  const root = path.join(state, 'timelapse');
  const files = () =>
    fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const [some] = files();
  fs.writeFileSync(path.join(some.parentPath ?? some.path, '00-00-00.jpg.tmp'), 'half');
  fs.writeFileSync(
    path.join(some.parentPath ?? some.path, `${some.name.slice(0, 2)}-00-00.jpg`),
    '',
  );
  const own = await startCamera(t, { state });
  const [{ day, pictures }] = (await own.api('GET', API)).json.days;
  assert.equal(files().length, pictures, 'nothing else is left');
  for (const name of (await own.api('GET', `${API}/${day}`)).json.pictures) {
    const { body } = await own.api('GET', `${API}/${day}/${name}`);
    assert.deepEqual([...body.subarray(-2)], [0xff, 0xd9]);
  }
});

test('the oldest pictures make room', async (t) => {
  const state = path.join(temporaryFolder(t), 'camera');
  fs.cpSync(path.join(folder, 'camera/timelapse'), path.join(state, 'timelapse'), {
    recursive: true,
  });
  const own = await startCamera(t, { state, set: { ...ON, 'timelapse.keep_mb': 1 } });
  const answer = await until(async () => {
    const now = (await own.api('GET', API)).json;
    return now.days.length === 2 && now;
  }, 'a picture of today');
  assert.ok(answer.used_bytes <= 1e6 && answer.used_bytes > 1e6 - 2 * jpegs[0].length);
  assert.equal(answer.keep_bytes, 1e6);
  const left = (await own.api('GET', `${API}/${DAY}`)).json.pictures;
  assert.deepEqual(left, names.slice(-left.length));
});

test('a film is played by ffmpeg', { skip: withoutFfmpeg }, () => {
  const stream = probe(film);
  assert.equal(stream.codec_name, 'mjpeg');
  assert.equal(stream.nb_frames, '50');
  assert.equal(stream.nb_read_frames, '50');
  assert.deepEqual([stream.width, stream.height], [800, 600]);
  assert.equal(stream.r_frame_rate, '25/1');
  play(film);
});

test('it plays as fast as one wishes', { skip: withoutFfmpeg }, async () => {
  const slow = path.join(folder, 'slow.avi');
  fs.writeFileSync(slow, (await get(`${DAY}.avi?fps=5`)).body);
  assert.equal(probe(slow).r_frame_rate, '5/1');
  assert.equal((await get(`${DAY}.avi?fps=0`)).status, 422);
  assert.equal((await get(`${DAY}.avi?fps=61`)).status, 422);
});

test('pictures of another size stay in it', { skip: withoutFfmpeg }, async (t) => {
  const state = path.join(temporaryFolder(t), 'camera');
  const at = path.join(state, 'timelapse', DAY, '08');
  fs.mkdirSync(at, { recursive: true });
  for (let i = 10; i < 40; i++)
    fs.writeFileSync(path.join(at, `08-15-${i}.jpg`), jpegs[i > 19 && i < 30 ? 1 : 0]);
  const own = await startCamera(t, { state });
  const mixed = path.join(folder, 'mixed.avi');
  fs.writeFileSync(mixed, (await own.api('GET', `${API}/${DAY}.avi`)).body);
  assert.equal(probe(mixed).nb_read_frames, '30');
  play(mixed);
});

test('length, ranges and validators are exact', async () => {
  const whole = fs.readFileSync(film);
  const head = await request(camera.url, { method: 'HEAD', path: `/api/v1${API}/${DAY}.avi` });
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-length'], String(whole.length));
  assert.equal(head.body.length, 0);
  assert.equal(head.headers['accept-ranges'], 'bytes');
  assert.match(head.headers['content-disposition'], /filename="2026-03-14.avi"/);
  const { etag, 'last-modified': modified } = head.headers;
  for (const [range, from, to] of [
    ['0-99', 0, 100],
    ['1000-400000', 1000, 400001],
    ['-5000', whole.length - 5000, whole.length],
    [`${whole.length - 1}-`, whole.length - 1, whole.length],
    ['5-99999999999', 5, whole.length],
  ]) {
    const part = await get(`${DAY}.avi`, { Range: `bytes=${range}`, 'If-Range': etag });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${whole.length}`);
    assert.equal(part.headers['content-length'], String(to - from));
    assert.ok(part.body.equals(whole.subarray(from, to)), range);
  }
  const outside = await get(`${DAY}.avi`, { Range: `bytes=${whole.length}-` });
  assert.equal(outside.status, 416);
  assert.equal(outside.headers['content-range'], `bytes */${whole.length}`);
  const other = await get(`${DAY}.avi`, { Range: 'bytes=0-9', 'If-Range': '"another"' });
  assert.equal(other.status, 200);
  assert.ok(other.body.equals(whole));
  const dated = await get(`${DAY}.avi`, { Range: 'bytes=0-9', 'If-Range': modified });
  assert.equal(dated.status, 206);
  const known = await get(`${DAY}.avi`, { 'If-None-Match': etag });
  assert.equal(known.status, 304);
  assert.equal(known.headers.etag, etag);
});

test('a film of a day that grows has the length that was said', async (t) => {
  const own = await startCamera(t, { set: ON });
  const { day } = await until(
    async () => (await own.api('GET', API)).json.days[0],
    'a picture of today',
  );
  const first = await own.api('GET', `${API}/${day}.avi`);
  assert.equal(first.body.length, Number(first.headers['content-length']));
  const second = await until(async () => {
    const answer = await own.api('GET', `${API}/${day}.avi`);
    return answer.body.length > first.body.length && answer;
  }, 'a longer film');
  assert.equal(second.body.length, Number(second.headers['content-length']));
  assert.notEqual(second.headers.etag, first.headers.etag);
});

test('nothing but kept pictures can be asked for', async () => {
  fs.writeFileSync(path.join(camera.state, 'timelapse', 'secret.jpg'), 'x');
  for (const at of [
    '../settings.json',
    '..%2fsettings.json',
    '%2e%2e/settings.json',
    `${DAY}/../../settings.json`,
    `${DAY}/..%2f..%2fsettings.json`,
    `${DAY}/09`,
    `${DAY}/09/09-00-07.jpg`,
    `${DAY}/99-99-99.jpg`,
    `${DAY}/09-00-08.jpg`,
    `${DAY}/09-00-07.jpg/`,
    `${DAY}/`,
    'secret.jpg',
    '2026-02-30',
    '2026-03-13.avi',
    '2026-03-1',
    `${DAY}${DAY}`,
    `-${DAY}.avi`,
  ]) {
    const answer = await get(at);
    assert.equal(answer.status, 404, at);
  }
});

test('a login is asked for', async (t) => {
  const own = await startCamera(t, { open: false });
  await own.api('PATCH', '/settings', { 'system.password': 'long enough' });
  for (const [method, at] of [
    ['GET', ''],
    ['GET', `/${DAY}`],
    ['GET', `/${DAY}.avi`],
    ['GET', `/${DAY}/09-00-07.jpg`],
    ['DELETE', `/${DAY}`],
  ])
    assert.equal((await own.api(method, `${API}${at}`)).status, 401, `${method} ${at}`);
});

test('a picture that vanished ends the film, and not the camera', async (t) => {
  const state = path.join(temporaryFolder(t), 'camera');
  fs.cpSync(path.join(folder, 'camera/timelapse'), path.join(state, 'timelapse'), {
    recursive: true,
  });
  const own = await startCamera(t, { state });
  const answer = await fetch(`${own.url}/api/v1${API}/${DAY}.avi`);
  const reader = answer.body.getReader();
  let length = (await reader.read()).value.length;
  fs.rmSync(path.join(state, 'timelapse', DAY), { recursive: true });
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      length += value.length;
    }
  };
  // what was read ahead still comes; then it is over, one way or the other
  await read().catch(() => {});
  assert.ok(length <= Number(answer.headers.get('content-length')));
  assert.equal((await own.get('/healthz')).status, 200);
});

test('the command makes the same film', { skip: withoutFfmpeg }, async (t) => {
  const out = path.join(folder, 'exported.avi');
  const run = (...args) => runProgram(t, programs.connectcam, ['timelapse', 'export', ...args]);
  const made = await run(DAY, '-o', out, '--state', camera.state);
  assert.equal(made.code, 0, made.stderr);
  assert.equal(made.stderr, '');
  assert.ok(fs.readFileSync(out).equals(fs.readFileSync(film)));
  const fast = await run(DAY, '--fps', '50', '--state', camera.state, '-o', out);
  assert.equal(fast.code, 0, fast.stderr);
  assert.equal(probe(out).r_frame_rate, '50/1');

  const none = await run('2026-03-15', '-o', `${out}.none`, '--state', camera.state);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /no film of 2026-03-15 from .*: there are no pictures/);
  assert.ok(!fs.existsSync(`${out}.none`));
  const nowhere = await run(
    DAY,
    '-o',
    path.join(folder, 'no/such/film.avi'),
    '--state',
    camera.state,
  );
  assert.equal(nowhere.code, 1);
  const full = await run(DAY, '-o', '/dev/full', '--state', camera.state);
  assert.equal(full.code, 1);
  assert.match(full.stderr, /the disk is full/);
  assert.ok(fs.existsSync('/dev/full'), 'what is no file is not removed');
  for (const wrong of [
    [],
    [DAY],
    ['today', '-o', out],
    [DAY, '-o', out, '--fps', '0'],
    [DAY, '-o'],
  ]) {
    const { code, stderr } = await run(...wrong);
    assert.equal(code, 2, wrong.join(' '));
    assert.match(stderr, /connectcam timelapse export DAY -o FILE/);
  }
});

test('a day is deleted, and its files follow', async () => {
  const { days } = (await camera.api('GET', API)).json;
  assert.ok(days.some(({ day }) => day === DAY));
  const gone = await camera.api('DELETE', `${API}/${DAY}`);
  assert.equal(gone.status, 204);
  assert.equal(gone.body.length, 0);
  assert.equal((await get(DAY)).status, 404);
  assert.equal((await get(`${DAY}.avi`)).status, 404);
  assert.equal((await get(`${DAY}/${names[0]}`)).status, 404);
  assert.equal((await camera.api('DELETE', `${API}/${DAY}`)).status, 404);
  const at = path.join(camera.state, 'timelapse', DAY);
  await until(() => !fs.existsSync(at), 'its folder is gone');
});
