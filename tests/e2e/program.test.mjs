// The programs as such: their arguments, their files, their start and their end.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import tls from 'node:tls';
import {
  atEnd,
  assertProblem,
  isSanitized,
  makeWebcam,
  programs,
  request,
  runProgram,
  startCamera,
  startProgram,
  startStandin,
  temporaryFolder,
  until,
  within,
  withoutWebcam,
} from './support.mjs';

const isRoot = process.getuid() === 0;

// What is promised is 1 s; a sanitizer looks for leaks after that.
const END_S = isSanitized() ? 4 : 1;

describe('arguments', { concurrency: 8 }, () => {
  const wrong = {
    connectcam: [
      ['--no-such'],
      ['camera'],
      ['-x'],
      ['--camera'],
      ['--camera', ''],
      ['--camera', 'nothing'],
      ['--camera', 'dir:'],
      ['--camera', 'exec:'],
      ['--camera', 'exec:  '],
      ['--camera', 'http://'],
      ['--camera', 'ftp://x/y.jpg'],
      ['--camera', '/dev/'],
      ['--listen'],
      ['--listen', ''],
      ['--listen', 'x'],
      ['--listen', '127.0.0.1'],
      ['--listen', '127.0.0.1:99999'],
      ['--listen', '127.0.0.1:-1'],
      ['--listen', '127.0.0.1:80x'],
      ['--listen', '::1:80'],
      ['--state'],
      ['--state', ''],
      ['--set'],
      ['--set', 'x'],
      ['--set', '=1'],
      ['--set', 'no.such=1'],
      ['--set', 'camera.quality=99'],
      ['--set', 'camera.hmirror=perhaps'],
      ['--set', 'connect.token=short'],
      ['--set', 'connect.server=http://x'],
      ['--set', 'connect.ca=@/no/such/file'],
      ['--set', 'network.wifi_ssid=x'],
      ['--log-level', 'loud'],
      ['--log-level'],
    ],
    standin: [
      ['--no-such'],
      ['standin'],
      ['--listen', 'x'],
      ['--page', '127.0.0.1'],
      ['--pace', '-1'],
      ['--pace', 'x'],
      ['--fault', 'nothing'],
      ['--fault', 'status=42'],
      ['--fault', 'cert=best'],
      ['--name', ''],
      ['--name', 'https://x'],
      ['--state', ''],
      ['--listen'],
    ],
  };
  for (const [program, lists] of Object.entries(wrong))
    for (const args of lists)
      test(`${program} ${args.join(' ')}: one line on what is right, and status 2`, async (t) => {
        const state = ['--state', path.join(temporaryFolder(t), 'state')];
        const before = args.includes('--state') ? [] : state;
        const result = await runProgram(t, programs[program], [...before, ...args]);
        assert.equal(result.code, 2, JSON.stringify(result));
        assert.equal(result.stdout, '');
        const name = path.basename(programs[program]);
        assert.match(result.stderr, new RegExp(`^${name}: \\S+ \\S+ [^\\n]+\\n$`));
      });

  for (const program of ['connectcam', 'standin']) {
    test(`${program} --help and --version are answered`, async (t) => {
      const help = await runProgram(t, programs[program], ['--help']);
      assert.equal(help.code, 0);
      for (const option of ['--listen', '--state', '--version'])
        assert.ok(help.stdout.includes(option), option);
      assert.equal(help.stderr, '');
      const version = await runProgram(t, programs[program], ['--version']);
      assert.equal(version.code, 0);
      assert.match(version.stdout, /^connect\S+ \d+\.\d+\.\d+\n$/);
    });
  }

  test('--name=VALUE is as good as --name VALUE', async (t) => {
    const camera = await startCamera(t, { args: ['--log-level=debug'] });
    assert.equal((await camera.settings())['system.log_level'], 'debug');
  });
});

describe('start', { concurrency: 4 }, () => {
  test('a taken port is said so, or the next free one is used', async (t) => {
    const first = await startCamera(t);
    const listen = `127.0.0.1:${first.port}`;
    const second = await runProgram(t, programs.connectcam, [
      ...['--state', path.join(temporaryFolder(t), 'state'), '--listen', listen],
    ]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /^connectcam: --listen: the port is taken; .*--more-ports\n$/);
    const third = await startCamera(t, { listen, args: ['--more-ports'] });
    assert.ok(third.port > first.port && third.port <= first.port + 20);
    assert.equal((await third.snapshot()).status, 200);
    const standin = await startStandin(t, { listen });
    assert.notEqual(standin.port, first.port);
    assert.match(standin.stderr(), new RegExp(`port ${first.port} is taken`));
  });

  test('who starts it on a terminal gets its address, and what to do next, in a frame', async (t) => {
    const command = [programs.connectcam, '--camera test --listen 127.0.0.1:0 --state'];
    const state = path.join(temporaryFolder(t), 'state');
    const terminal = spawn('script', ['-qec', [...command, state].join(' '), '/dev/null']);
    atEnd(t, () => terminal.kill());
    let shown = '';
    terminal.stdout.on('data', (bytes) => {
      shown += bytes;
    });
    await until(() => shown.match(/\+-+\+[\s\S]*\+-+\+\r\n/), 'the frame');
    const [, page] = shown.match(/\| Page +(http:\/\/127\.0\.0\.1:\d+\/) +\|/);
    assert.match(shown, /\| Next +Open the page and choose a password\. +\|/);
    assert.equal((await request(page)).status, 200);
    terminal.stdin.write('\x03'); // Ctrl-C
    await within(once(terminal, 'exit'), 'the end');
  });

  test('an address that this machine does not have is said so', async (t) => {
    const result = await runProgram(t, programs.connectcam, [
      ...['--state', path.join(temporaryFolder(t), 'state'), '--listen', '192.0.2.77:0'],
    ]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /this machine does not have that address/);
  });

  test('a second program on the same state folder is refused', async (t) => {
    const first = await startCamera(t);
    const second = await runProgram(t, programs.connectcam, [
      ...['--state', first.state, '--listen', '127.0.0.1:0'],
    ]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /another connectcam uses this folder.*--state/);
    await first.stop();
    await startCamera(t, { state: first.state });
  });

  test('a state folder that cannot be made is said so', async (t) => {
    const file = path.join(temporaryFolder(t), 'file');
    fs.writeFileSync(file, '');
    const result = await runProgram(t, programs.connectcam, [
      ...['--state', path.join(file, 'state'), '--listen', '127.0.0.1:0'],
    ]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /^connectcam: \S+: \S+ [^\n]+\n$/);
  });

  test("without --state it is systemd's folder, else the user's", async (t) => {
    const folder = temporaryFolder(t);
    for (const [env, kept] of [
      [{ STATE_DIRECTORY: path.join(folder, 'a') }, 'a/settings.json'],
      [
        { STATE_DIRECTORY: '', XDG_STATE_HOME: path.join(folder, 'b') },
        'b/connectcam/settings.json',
      ],
      [
        { STATE_DIRECTORY: '', XDG_STATE_HOME: '', HOME: path.join(folder, 'c') },
        'c/.local/state/connectcam/settings.json',
      ],
    ]) {
      const args = ['--listen', '127.0.0.1:0', '--set', 'system.open=true'];
      const running = await startProgram(t, programs.connectcam, args, {
        env,
        ready: /page is (\S+)\//,
      });
      const url = running.stdout().match(/page is (\S+)\//)[1];
      const answer = await request(url, {
        ...{ method: 'PATCH', path: '/api/v1/settings', body: '{"connect.name":"kept"}' },
      });
      assert.equal(answer.status, 200, answer.text);
      const stored = JSON.parse(fs.readFileSync(path.join(folder, kept), 'utf8'));
      assert.equal(stored['connect.name'], 'kept');
      await running.stop();
    }
  });

  test('what --set says is for this run only', async (t) => {
    const first = await startCamera(t, { set: { 'connect.name': 'for now' } });
    assert.equal((await first.settings())['connect.name'], 'for now');
    await first.api('PATCH', '/settings', { 'camera.contrast': 1 });
    await first.stop();
    const second = await startCamera(t, { state: first.state });
    const settings = await second.settings();
    assert.deepEqual([settings['connect.name'], settings['camera.contrast']], ['', 1]);
  });
});

describe('end', { concurrency: 4 }, () => {
  async function open(t, camera, at) {
    const socket = net.connect(camera.port, '127.0.0.1');
    atEnd(t, () => socket.destroy());
    socket.on('error', () => {});
    socket.write(`GET ${at} HTTP/1.1\r\nHost: 127.0.0.1:${camera.port}\r\n\r\n`);
    return socket;
  }

  async function assertEnds(running, signal) {
    const began = performance.now();
    await running.stop({ signal });
    const took = performance.now() - began;
    assert.ok(took < END_S * 1000, `${signal} took ${Math.round(took)} ms`);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
    test(`${signal} ends it within 1 s, whatever is under way`, async (t) => {
      const standin = await startStandin(t, { args: ['--pace', '0', '--fault', 'silence=600'] });
      const camera = await startCamera(t, { standin });
      const viewers = await Promise.all([0, 1, 2].map(() => open(t, camera, '/stream.mjpg')));
      for (const viewer of viewers) viewer.resume();
      const stalled = await open(t, camera, '/stream.mjpg');
      const begun = await open(t, camera, '/api/v1/status\r\nX-Cut: '); // a request that never ends
      assert.ok(stalled && begun);
      const waiting = camera.send().catch(() => {});
      await until(async () => {
        const status = await camera.status();
        return status.camera.viewers === 4 && (await standin.requests()).connections === 1;
      }, 'an upload and viewers are in flight');
      await assertEnds(camera, signal);
      await waiting;
      await assertEnds(standin, 'SIGTERM');
    });

  test('a command that will not end does not keep it', async (t) => {
    const camera = await startCamera(t, {
      camera: 'exec:trap "" TERM INT HUP; while :; do sleep 0.2; done',
    });
    const asked = camera.snapshot().catch(() => {});
    await until(async () => (await camera.status()).camera.streaming, 'the command runs');
    await assertEnds(camera, 'SIGTERM');
    await asked;
  });

  test('a webcam that stalls does not keep it', { skip: withoutWebcam() }, async (t) => {
    const webcam = makeWebcam(t);
    await webcam.command('stall');
    const camera = await startCamera(t, webcam.options);
    const asked = camera.snapshot().catch(() => {});
    await until(async () => (await camera.status()).camera.streaming, 'it streams');
    await assertEnds(camera, 'SIGTERM');
    await asked;
  });

  test('the second start is as good as the first', async (t) => {
    let state;
    for (let i = 0; i < 3; i++) {
      const camera = await startCamera(t, { state });
      state = camera.state;
      assert.equal((await camera.snapshot()).status, 200);
      await camera.stop();
    }
    assert.deepEqual(fs.readdirSync(state).sort(), ['lock', 'settings.json']);
  });
});

describe('settings on disk', { concurrency: 4 }, () => {
  const file = (state) => path.join(state, 'settings.json');
  const stored = (state) => JSON.parse(fs.readFileSync(file(state), 'utf8'));
  const rename = (camera, name) => camera.api('PATCH', '/settings', { 'connect.name': name });

  test('only its user may read them', async (t) => {
    const camera = await startCamera(t);
    await rename(camera, 'x');
    assert.equal(fs.statSync(file(camera.state)).mode & 0o777, 0o600);
    assert.equal(fs.statSync(camera.state).mode & 0o777, 0o700);
  });

  test('what a later version stored survives a save', async (t) => {
    const state = path.join(temporaryFolder(t), 'state');
    fs.mkdirSync(state);
    const later = { 'future.number': 7, 'future.list': [1, { a: null }], 'future.text': 'ü' };
    fs.writeFileSync(file(state), JSON.stringify({ ...later, 'connect.name': 'old' }));
    const camera = await startCamera(t, { state });
    assert.equal((await camera.settings())['connect.name'], 'old');
    await rename(camera, 'new');
    for (const [key, value] of Object.entries(later)) assert.deepEqual(stored(state)[key], value);
    assert.equal(stored(state)['connect.name'], 'new');
  });

  test('only what differs from the default is stored', async (t) => {
    const camera = await startCamera(t);
    await camera.api('PATCH', '/settings', { 'camera.contrast': 1, 'camera.quality': 12 });
    assert.equal(stored(camera.state)['camera.contrast'], 1);
    assert.ok(!('camera.quality' in stored(camera.state)));
    await camera.api('PATCH', '/settings', { 'camera.contrast': 0 });
    assert.ok(!('camera.contrast' in stored(camera.state)));
  });

  for (const [name, bytes] of [
    ['torn', '{"connect.name":"lost","camera.contr'],
    ['empty', ''],
    ['of another kind', '[1, 2, 3]'],
    ['of bytes', crypto.createHash('sha512').update('any').digest()],
    ['of zeros', Buffer.alloc(4096)],
    ['too large', `{"x":"${'y'.repeat(64 * 1024)}"}`],
    ['deep', '['.repeat(10_000)],
  ])
    test(`a file that is ${name} is kept aside, and said so`, async (t) => {
      const state = path.join(temporaryFolder(t), 'state');
      fs.mkdirSync(state);
      fs.writeFileSync(path.join(state, 'settings.bad-1'), 'of an earlier time');
      fs.writeFileSync(file(state), bytes);
      const camera = await startCamera(t, { state });
      assert.match(camera.stderr(), /could not be read.*settings\.bad-2/);
      assert.match((await camera.get('/api/v1/log')).text, /settings\.bad-2/);
      assert.equal((await camera.settings())['connect.name'], '');
      const kept = (n) => fs.readFileSync(path.join(state, `settings.bad-${n}`));
      assert.ok(kept(2).equals(Buffer.from(bytes)));
      assert.equal(kept(1).toString(), 'of an earlier time');
      await rename(camera, 'after');
      assert.equal(stored(state)['connect.name'], 'after');
      assert.ok(kept(2).equals(Buffer.from(bytes)));
    });

  test('one value that makes no sense costs only itself', async (t) => {
    const state = path.join(temporaryFolder(t), 'state');
    fs.mkdirSync(state);
    const document = { 'camera.contrast': 'much', 'connect.name': 'kept', 'camera.brightness': 99 };
    fs.writeFileSync(file(state), JSON.stringify(document));
    const camera = await startCamera(t, { state });
    const settings = await camera.settings();
    assert.equal(settings['connect.name'], 'kept');
    assert.equal(settings['camera.contrast'], 0);
    assert.ok(settings['camera.brightness'] <= 2);
  });

  test('kill -9 at any moment of a storm of changes leaves what was last answered', async (t) => {
    const state = path.join(temporaryFolder(t), 'state');
    let last = -1; // what was answered
    let next = 0;
    for (let round = 0; round < 20; round++) {
      const camera = await startCamera(t, { state });
      assert.doesNotMatch(camera.stderr(), /could not be read/);
      if (last >= 0) {
        const name = (await camera.settings())['connect.name'];
        assert.match(name, /^n\d+$/);
        const kept = Number(name.slice(1));
        assert.ok(kept >= last && kept < next, `${kept} is there, ${last} was answered`);
      }
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const killAfter = crypto.randomInt(1, 12);
      let answered = 0;
      const storm = (async () => {
        for (;;) {
          const number = next++;
          const answer = await request(camera.url, {
            ...{ method: 'PATCH', path: '/api/v1/settings', agent },
            body: JSON.stringify({
              'connect.name': `n${number}`,
              'camera.contrast': (number % 5) - 2,
            }),
          });
          assert.equal(answer.status, 200, answer.text);
          last = number;
          answered++;
        }
      })().catch((error) => {
        if (error.code === 'ERR_ASSERTION') throw error;
      });
      await until(() => answered >= killAfter, 'some changes');
      // Somewhere within the next one.
      for (let end = performance.now() + Math.random() * 5; performance.now() < end; )
        await new Promise(setImmediate);
      await camera.kill();
      await storm;
      agent.destroy();
      JSON.parse(fs.readFileSync(file(state), 'utf8'));
    }
    const camera = await startCamera(t, { state });
    const left = fs.readdirSync(state).sort();
    assert.deepEqual(left, ['lock', 'settings.json'], 'nothing half-written is left');
    await camera.stop();
  });

  // A disk of its own, small enough to fill.
  function mountSmall(t) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'connectcam-e2e-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
    if (mounted.status !== 0) {
      fs.rmSync(folder, { recursive: true });
      t.skip(`no disk can be mounted here: ${mounted.stderr ?? mounted.error}`.trim());
      return null;
    }
    return {
      folder,
      remount: (how) => spawnSync('mount', ['-o', `remount,${how}`, folder]).status === 0,
      release() {
        spawnSync('umount', ['-l', folder]);
        fs.rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  test('a full disk: the change is refused with the reason, and the old one stays', async (t) => {
    const disk = mountSmall(t);
    if (!disk) return;
    atEnd(t, disk.release);
    const state = path.join(disk.folder, 'state');
    const camera = await startCamera(t, { state });
    assert.equal((await rename(camera, 'before')).status, 200);
    const ballast = path.join(disk.folder, 'ballast');
    const fd = fs.openSync(ballast, 'w');
    assert.throws(
      () => {
        for (;;) fs.writeSync(fd, Buffer.alloc(512));
      },
      { code: 'ENOSPC' },
    );
    fs.closeSync(fd);
    assertProblem(await rename(camera, 'after'), 507, /the disk is full.*Nothing was changed/);
    assertProblem(await camera.get('/brightness?brightness=1'), 507, /the disk is full/);
    assertProblem(await camera.api('POST', '/settings/reset'), 507);
    const settings = await camera.settings();
    assert.deepEqual([settings['connect.name'], settings['camera.brightness']], ['before', 0]);
    assert.equal(stored(state)['connect.name'], 'before');
    assert.deepEqual(fs.readdirSync(state).sort(), ['lock', 'settings.json']);
    assert.equal((await camera.snapshot()).status, 200, 'the camera goes on');
    fs.rmSync(ballast);
    assert.equal((await rename(camera, 'after')).status, 200);
    await camera.stop();
  });

  test('a read-only disk: the change is refused with the reason, and the old one stays', async (t) => {
    const disk = mountSmall(t);
    if (!disk) return;
    atEnd(t, disk.release);
    const state = path.join(disk.folder, 'state');
    const camera = await startCamera(t, { state });
    assert.equal((await rename(camera, 'before')).status, 200);
    assert.ok(disk.remount('ro'));
    const refused = await rename(camera, 'after');
    assertProblem(refused, 503, /the disk is read-only.*Nothing was changed/);
    assert.equal((await camera.settings())['connect.name'], 'before');
    await camera.stop();
    const again = await startCamera(t, { state });
    assert.equal((await again.settings())['connect.name'], 'before', 'it starts all the same');
    assert.equal((await again.snapshot()).status, 200);
    assert.ok(disk.remount('rw'));
    assert.equal((await rename(again, 'after')).status, 200);
    await again.stop();
  });

  test('a folder that may not be written: the change is refused with the reason', {
    skip: isRoot && 'root may write everywhere',
  }, async (t) => {
    const camera = await startCamera(t);
    await rename(camera, 'before');
    fs.chmodSync(camera.state, 0o500);
    atEnd(t, () => fs.chmodSync(camera.state, 0o700));
    assertProblem(await rename(camera, 'after'), 503, /permission denied/);
    assert.equal((await camera.settings())['connect.name'], 'before');
  });
});

describe('--console', { concurrency: 4 }, () => {
  async function startConsole(t) {
    const camera = await startCamera(t, { args: ['--console'] });
    let read = camera.stdout().length;
    // Sends a line and returns what it printed until `answer` matches.
    const say = async (line, answer) => {
      camera.process.stdin.write(`${line}\n`);
      return until(() => {
        const match = camera.stdout().slice(read).match(answer);
        if (!match) return undefined;
        read = camera.stdout().length;
        return match;
      }, `«${line}» is answered with ${answer}`);
    };
    return { camera, say };
  }

  test('commands are answered', async (t) => {
    const { camera, say } = await startConsole(t);
    const help = await say('help', /factory-reset[\s\S]*older firmware/);
    assert.ok(help);
    await say(
      'status',
      /version +\d[\s\S]*camera +(starting|ready)[\s\S]*connect +There is no token/,
    );
    await say('set camera.contrast 2', /camera\.contrast = 2/);
    assert.equal((await camera.settings())['camera.contrast'], 2);
    await say('set connect.name two words', /connect\.name = two words/);
    await say('set camera.contrast 3', /camera\.contrast: It must be a whole number from -2 to 2/);
    await say('get camera.con', /camera\.contrast = 2/);
    await say('get nothing', /There is no setting nothing/);
    await say('capture', /Picture \d+: 800 x 600, \d+ bytes/);
    await say('light on', /The light is on/);
    await say('light', /The light is off/);
    await say('light dim', /light takes on or off/);
    await say('send', /There is no token yet/);
    await say('token nonsense', /connect\.token: /);
    await say('token ABCDEFGHIJ0123456789', /The token is stored/);
    await say('log', /The camera works/);
    await say('nonsense', /There is no command nonsense/);
    await say('factory-reset', /factory-reset yes/);
    assert.ok(!camera.stdout().includes('ABCDEFGHIJ0123456789'));
  });

  test("the older firmware's commands are understood", async (t) => {
    const { camera, say } = await startConsole(t);
    await say('photoquality:20;', /camera\.quality = 20/);
    await say('resolution:2;', /camera\.resolution = VGA/);
    await say('setauthtoken:ABCDEFGHIJ0123456789;', /The token is stored/);
    await say('nosuch;', /There is no command nosuch/);
    assert.deepEqual((await camera.settings())['connect.token'], { set: true });
  });

  test('input that is no command harms nothing', async (t) => {
    const { camera, say } = await startConsole(t);
    camera.process.stdin.write('\n\n   \n');
    camera.process.stdin.write('x'.repeat(100_000));
    camera.process.stdin.write('\n');
    camera.process.stdin.write(Buffer.from([0, 1, 2, 255, 254, 10]));
    await say('set connect.name \u00fc', /connect\.name = ü/);
    camera.process.stdin.end();
    assert.equal((await camera.snapshot()).status, 200);
    assert.equal(camera.process.exitCode, null, 'the end of its input is not its end');
  });

  test('a restart by command', async (t) => {
    const { camera, say } = await startConsole(t);
    await say('set connect.name kept', /connect\.name = kept/);
    await say('reboot', /Restarting\.[\s\S]*page is (\S+)\//);
    const [, url] = [...camera.stdout().matchAll(/page is (\S+)\//g)].at(-1);
    const settings = (await request(url, { path: '/api/v1/settings' })).json;
    assert.equal(settings['connect.name'], 'kept');
  });
});

test('the stand-in keeps its keys: a camera that trusts it goes on after its restart', async (t) => {
  const first = await startStandin(t);
  const pem = fs.readFileSync(first.ca, 'utf8');
  assert.match(pem, /-----BEGIN CERTIFICATE-----/);
  await first.stop();
  const out = path.join(temporaryFolder(t), 'ca.pem');
  const second = await startStandin(t, { state: first.state, args: ['--ca-out', out] });
  assert.equal(second.ca, out);
  assert.equal(fs.readFileSync(out, 'utf8'), pem);
  for (const name of fs.readdirSync(first.state))
    if (/key/.test(name))
      assert.equal(fs.statSync(path.join(first.state, name)).mode & 0o077, 0, name);
});

test('the stand-in has a certificate for the name that clients reach it by', async (t) => {
  const names = async (standin) => {
    const socket = tls.connect({
      port: standin.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
    });
    await within(once(socket, 'secureConnect'), 'a handshake');
    const { subjectaltname } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname;
  };
  const first = await startStandin(t);
  assert.doesNotMatch(await names(first), /10\.0\.2\.2/);
  await first.stop();
  const second = await startStandin(t, { state: first.state, args: ['--name', '10.0.2.2'] });
  assert.match(await names(second), /IP Address:10\.0\.2\.2/);
});

test('a camera that nobody reads from goes on: its log does not block it', async (t) => {
  const camera = await startCamera(t, { args: ['--log-level', 'debug'] });
  camera.process.stderr.pause();
  camera.process.stdout.pause();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  atEnd(t, () => agent.destroy());
  // More than a pipe and what node reads ahead hold.
  const storm = async () => {
    for (let i = 0; i < 3000; i++) {
      const answer = await request(camera.url, {
        ...{ method: 'PATCH', path: '/api/v1/settings', agent, seconds: 5 },
        body: JSON.stringify({ 'connect.name': `${i}`.padEnd(64, 'x') }),
      });
      assert.equal(answer.status, 200);
    }
  };
  try {
    await within(storm(), 'all changes are answered', 60);
  } finally {
    camera.process.stderr.resume();
    camera.process.stdout.resume();
  }
});
