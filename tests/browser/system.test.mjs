// The system view: what the camera is, its log, backup, firmware, restart and reset.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import { makeOwner, startCamera, until } from '../e2e/support.mjs';
import { button, checkAccess, inEachLook, openPage, startBrowser } from './support.mjs';

const owner = makeOwner();
after(owner.end);
const browser = await startBrowser(owner);

const openSystem = (t, camera, more) =>
  openPage(t, browser, camera.url, { path: '/#system', ...more });

const card = (page, title) => page.getByRole('region', { name: title, exact: true });
const fact = (page, name) => page.locator(`[data-fact="${name}"] dd`);
const lines = (page) => page.locator('.lines li:visible');
const dialog = (page) => page.getByRole('dialog');

// Waits until the element says so.
const says = (element, words) => element.filter({ hasText: words }).waitFor();

// The real camera's status, changed on its way.
function statusWith(change) {
  return {
    '**/api/v1/status': async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({ response, json: change(json) ?? json });
    },
  };
}

async function chooseFile(page, region, name, content) {
  const buffer = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  await card(page, region)
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

// For a camera that restarts: it has to come back at the same address.
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function downloadBy(page, click) {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return {
    name: download.suggestedFilename(),
    text: fs.readFileSync(await download.path(), 'utf8'),
  };
}

describe('what the camera is', () => {
  test('every fact that the camera tells is there', async (t) => {
    const camera = await startCamera(t, { set: { 'network.hostname': 'workshop' } });
    await camera.snapshot();
    const status = await camera.status();
    const page = await openSystem(t, camera);
    await says(fact(page, 'version'), status.version);
    await says(fact(page, 'platform'), 'Linux');
    await says(fact(page, 'uptime'), /^\d+\ssec$/);
    await says(fact(page, 'time'), /2\d\d\d/);
    await says(fact(page, 'camera'), 'connectcam test camera');
    await says(fact(page, 'size'), '800 × 600');
    await says(fact(page, 'viewers'), '0');
    await says(fact(page, 'memory'), /MB used, .+ free/);
    await says(fact(page, 'storage'), /\wB of .+B free/);
    await says(fact(page, 'name'), 'workshop');
    for (const address of [status.network.ipv4, status.network.ipv6].filter(Boolean))
      await says(fact(page, 'addresses'), address);
    if (status.network.mac) await says(fact(page, 'mac'), status.network.mac);
    for (const absent of ['wifi', 'temperature', 'boots', 'resetReason'])
      assert.ok(await fact(page, absent).isHidden(), absent);
    assert.equal(await card(page, 'Firmware').count(), 0);
  });

  test('what a crash left can be saved', async (t) => {
    const camera = await startCamera(t);
    let left = 0;
    const routes = statusWith((status) => {
      if (left) status.core_dump_bytes = left;
    });
    const page = await openSystem(t, camera, { routes });
    const link = page.getByRole('link', { name: 'Save what the crash left' });
    await says(fact(page, 'version'), /./);
    assert.equal(await link.count(), 0);
    left = 20000;
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), '/api/v1/coredump');
  });

  test('what somebody selects stays selected while the status comes in', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await fact(page, 'name').selectText();
    const selected = await page.evaluate(() => getSelection().toString());
    const uptime = await fact(page, 'uptime').textContent();
    await until(async () => (await fact(page, 'uptime').textContent()) !== uptime, 'time goes on');
    assert.equal(await page.evaluate(() => getSelection().toString()), selected);
    assert.notEqual(selected, '');
  });

  for (const [dbm, words, lit] of [
    [-50, 'excellent signal (−50 dBm)', 4],
    [-60, 'good signal (−60 dBm)', 3],
    [-70, 'fair signal (−70 dBm)', 2],
    [-80, 'weak signal (−80 dBm)', 1],
  ])
    test(`Wi-Fi of ${dbm} dBm is told in words and bars`, async (t) => {
      const camera = await startCamera(t);
      const routes = statusWith(({ network }) => {
        Object.assign(network, { wifi: true, ssid: 'Cellar', rssi_dbm: dbm });
      });
      const page = await openSystem(t, camera, { routes });
      await says(fact(page, 'wifi'), words);
      await says(fact(page, 'wifi'), 'Cellar');
      assert.equal(await fact(page, 'wifi').locator('.bars span').count(), 4);
      assert.equal(await fact(page, 'wifi').locator('.bars .on').count(), lit);
    });

  test('what only some cameras tell is there; long names wrap, and HTML is text', async (t) => {
    const camera = await startCamera(t);
    const ssid = '<img src=x onerror=alert(1)><b>Café';
    const routes = statusWith((status) => {
      Object.assign(status, { temperature_c: 48, reset_reason: 'brown-out', boots: 1234 });
      status.firmware = { board: 'b'.repeat(60) };
      status.camera.path = `/dev/v4l/by-id/${'usb-long'.repeat(12)}`;
      Object.assign(status.network, { wifi: true, ssid, rssi_dbm: -61, hostname: 'h'.repeat(63) });
      delete status.time;
    });
    await inEachLook(async (look) => {
      const page = await openSystem(t, camera, { ...look, routes });
      await says(fact(page, 'wifi'), ssid);
      await says(fact(page, 'temperature'), '48°C');
      await says(fact(page, 'resetReason'), 'brown-out');
      await says(fact(page, 'boots'), '1,234');
      await says(fact(page, 'time'), 'Not known yet');
      await lines(page).first().waitFor();
      await checkAccess(page, 'the system view');
      await page.close();
    });
  });

  test('the other addresses are links where the page was opened at the camera itself', async (t) => {
    const camera = await startCamera(t, { set: { 'network.hostname': 'bench' } });
    const atName = (route) =>
      route.fetch({ url: route.request().url().replace('bench.local', new URL(camera.url).host) });
    const page = await openPage(t, browser, 'http://bench.local/', {
      path: '/#system',
      routes: {
        'http://bench.local/**': async (route) => route.fulfill({ response: await atName(route) }),
      },
    });
    const { network } = await camera.status();
    const link = fact(page, 'addresses').getByRole('link').first();
    assert.equal(await link.getAttribute('href'), `http://${network.ipv4}/`);
    await page.close(); // what it asks after the routes are gone would not be found
    const near = await openSystem(t, camera); // 127.0.0.1 is not what others know it by
    await says(fact(near, 'addresses'), network.ipv4);
    assert.equal(await fact(near, 'addresses').getByRole('link').count(), 0);
  });
});

describe('the log', () => {
  const LINES =
    '2026-11-22T10:39:53Z INFO  test: one\n2026-11-22T10:39:54Z WARN  test: two\n2026-11-22T10:39:55Z INFO  other: three\n';

  test('lines come by themselves, and are found by typing and by level', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await says(lines(page), 'connectcam test camera');
    await camera.api('PATCH', '/settings', {
      'connect.token': 'A'.repeat(20),
      'connect.server': 'https://127.0.0.1:9',
    });
    await says(lines(page), /Warning connect/);

    const before = await lines(page).count();
    await page.getByLabel('Which lines').selectOption('Warnings and errors');
    assert.ok((await lines(page).count()) < before);
    for (const line of await lines(page).allTextContents()) assert.match(line, /Warning|Error/);
    await page.getByLabel('Which lines').selectOption('All lines');

    await page.getByLabel('Search in the log').fill('TEST cam');
    await says(page.locator('.log .tally'), /^1 of \d+ lines$/);
    await says(lines(page), 'connectcam test camera');
    await page.getByLabel('Search in the log').fill('<b>nothing');
    await page.getByText('No line is like that.').waitFor();
    assert.equal(await lines(page).count(), 0);
  });

  test('a name with HTML in it is text', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera, {
      routes: {
        '**/api/v1/log?since=0': (route) =>
          route.fulfill({
            headers: { 'X-Log-Next': '1' },
            contentType: 'text/plain',
            body: '2026-11-22T10:39:53Z WARN  net: <img src=x onerror=alert(1)>\n    12.345 INFO  a: b\nodd\n',
          }),
      },
    });
    await says(lines(page), 'Warning net: <img src=x onerror=alert(1)>');
    await says(lines(page), '12.345 s Info a: b');
    await says(lines(page), /^odd$/);
    assert.equal(await page.locator('.lines img').count(), 0);
  });

  test('it keeps its place when somebody scrolled up, and follows at the end; its size is bounded', async (t) => {
    const camera = await startCamera(t);
    let sent = 0;
    let more = 600;
    const page = await openSystem(t, camera, {
      routes: {
        '**/api/v1/log*': (route) => {
          const numbers = Array.from({ length: more }, (_, i) => sent + i);
          sent += more;
          more = 0;
          return route.fulfill({
            headers: { 'X-Log-Next': String(sent) },
            contentType: 'text/plain',
            body: numbers.map((n) => `2026-11-22T10:39:53Z INFO  test: line ${n}.\n`).join(''),
          });
        },
      },
    });
    const box = page.locator('.lines');
    const isVisible = (n) =>
      page.evaluate((words) => {
        const edges = document.querySelector('.lines').getBoundingClientRect();
        const line = [...document.querySelectorAll('.lines li')].find((li) =>
          li.textContent.endsWith(words),
        );
        const at = line?.getBoundingClientRect();
        return Boolean(at && at.top >= edges.top - 1 && at.bottom <= edges.bottom + 1);
      }, `line ${n}.`);
    await says(lines(page), 'line 599.');
    await until(() => isVisible(599), 'the newest line is seen');
    more = 100;
    await until(() => isVisible(699), 'the newest line is followed');

    await box.evaluate((element) => {
      [...element.querySelectorAll('li')]
        .find((li) => li.textContent.endsWith('line 650.'))
        .scrollIntoView({ block: 'center' });
    });
    await until(() => isVisible(650), 'somebody scrolled up');
    more = 700;
    await says(lines(page), 'line 1399.');
    assert.ok(await isVisible(650), 'the line that was read stays where it is');
    assert.equal(await page.locator('.lines li').count(), 1000);
    await box.focus();
    await page.keyboard.press('End');
    await until(() => isVisible(1399), 'keys scroll it');
  });

  for (const has of [true, false])
    test(`what is shown is copied ${has ? 'by the clipboard' : 'without a clipboard API, as on http pages'}`, async (t) => {
      const camera = await startCamera(t);
      const page = await openSystem(t, camera, {
        routes: {
          '**/api/v1/log?since=*': (route) =>
            route.fulfill({
              headers: { 'X-Log-Next': '1' },
              contentType: 'text/plain',
              body: route.request().url().endsWith('=0') ? LINES : '',
            }),
        },
      });
      if (has) await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      else
        await page.evaluate(() =>
          Object.defineProperty(navigator, 'clipboard', { value: undefined }),
        );
      await page.getByLabel('Search in the log').fill('test:');
      await says(page.locator('.log .tally'), '2 of 3 lines');
      await button(page, 'Copy these lines').click();
      await page.getByText('2 lines are copied.').waitFor();
      assert.ok(
        await button(page, 'Copy these lines').evaluate((b) => b === document.activeElement),
      );
      await page.evaluate(() =>
        document.querySelector('.log').append(document.createElement('textarea')),
      );
      await page.locator('.log textarea').press('Control+v');
      assert.equal(
        await page.locator('.log textarea').inputValue(),
        '2026-11-22T10:39:53Z INFO  test: one\n2026-11-22T10:39:54Z WARN  test: two\n',
      );
    });

  test('when nothing can be copied, the lines are marked and it says how', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await says(lines(page), 'test camera');
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => false;
    });
    await button(page, 'Copy these lines').click();
    await page.getByText(/copy them with Ctrl\+C/).waitFor();
    assert.match(await page.evaluate(() => getSelection().toString()), /test camera/);
  });

  test('the whole log is saved as a file', async (t) => {
    const camera = await startCamera(t, { set: { 'network.hostname': 'bench' } });
    const page = await openSystem(t, camera);
    await says(lines(page), 'test camera');
    await page.getByLabel('Search in the log').fill('nothing like this');
    const file = await downloadBy(page, () => button(page, 'Save whole log').click());
    assert.match(file.name, /^bench-log-\d{4}-\d\d-\d\d\.txt$/);
    assert.match(file.text, /INFO {2}capture: The camera works/);
  });

  test('nothing of it is asked for while another view is shown', async (t) => {
    const camera = await startCamera(t);
    let asked = 0;
    const page = await openPage(t, browser, camera.url, {
      routes: {
        '**/api/v1/log*': (route) => {
          asked++;
          return route.continue();
        },
      },
    });
    let polls = 0;
    page.on('response', (response) => {
      if (response.url().endsWith('/status')) polls++;
    });
    await until(() => polls >= 2, 'two polls of the status');
    assert.equal(asked, 0);
    await page.getByRole('link', { name: 'System' }).click();
    await says(lines(page), 'test camera');
  });
});

describe('backup', () => {
  test('it is saved, and restored', async (t) => {
    const camera = await startCamera(t, { set: { 'network.hostname': 'bench' } });
    await camera.api('PATCH', '/settings', { 'camera.brightness': 2 });
    const page = await openSystem(t, camera);
    const file = await downloadBy(page, () => button(page, 'Save backup').click());
    assert.match(file.name, /^bench-settings-\d{4}-\d\d-\d\d\.json$/);
    assert.equal(JSON.parse(file.text).settings['camera.brightness'], 2);

    await camera.api('PATCH', '/settings', { 'camera.brightness': -1 });
    await chooseFile(page, 'Backup', file.name, file.text);
    await says(dialog(page), 'What is set now is lost');
    await checkAccess(page, 'the question before restoring');
    await dialog(page).getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The settings are restored.').waitFor();
    assert.equal((await camera.settings())['camera.brightness'], 2);
  });

  test('cancelled, nothing is changed', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await chooseFile(page, 'Backup', 'a.json', { settings: { 'camera.brightness': 1 } });
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await camera.settings())['camera.brightness'], 0);
  });

  for (const [answer, isTaken] of [
    ['Only the settings', false],
    ['Its place in Connect too', true],
  ])
    test(`another camera's file: ${answer}`, async (t) => {
      const camera = await startCamera(t);
      const own = (await camera.settings())['connect.fingerprint'];
      const other = 'fingerprint-of-a-broken-one';
      const page = await openSystem(t, camera);
      await chooseFile(page, 'Backup', 'a.json', {
        settings: { 'connect.fingerprint': other, 'camera.brightness': 1 },
      });
      await says(dialog(page), /replaces a broken one/);
      await dialog(page).getByRole('button', { name: answer }).click();
      await says(page.locator('.backup .outcome'), /^The settings are restored\.$/);
      const now = await camera.settings();
      assert.equal(now['connect.fingerprint'], isTaken ? other : own);
      assert.equal(now['camera.brightness'], 1);
    });

  test('what this camera does not have is named, as text', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    const foreign = '<img src=x onerror=alert(1)>';
    await chooseFile(page, 'Backup', 'a.json', {
      settings: { [foreign]: 1, 'camera.lens_correction': true, constructor: 1 },
    });
    await dialog(page).getByRole('button', { name: 'Restore' }).click();
    await page.getByText('but for what this camera does not have:').waitFor();
    assert.deepEqual(await page.locator('.backup li').allTextContents(), [
      foreign,
      'Even out dark corners',
      'constructor',
    ]);
    assert.equal(await page.locator('.backup img').count(), 0);
  });

  test('a value that is out of range refuses the whole, and is named', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    page.expect(/422: PUT/);
    await chooseFile(page, 'Backup', 'a.json', {
      settings: { 'camera.quality': 99, 'camera.brightness': 1, 'camera.effect': '<b>bold</b>' },
    });
    await dialog(page).getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Nothing was restored').waitFor();
    const problems = await page.locator('.backup li').allTextContents();
    assert.equal(problems.length, 2);
    assert.match(problems[0], /^Compression: .*63/);
    assert.equal((await camera.settings())['camera.brightness'], 0);
    await checkAccess(page, 'a refused backup');
  });

  for (const [what, content] of [
    ['no JSON', '<script>alert(1)</script>'],
    ['no settings', '{"connectcam": "0.1.0"}'],
    ['null', 'null'],
    ['a list', '{"settings": [1]}'],
    ['far too large', `{"settings": {"a": "${'x'.repeat(40000)}"}}`],
  ])
    test(`a file that is no backup is told: ${what}`, async (t) => {
      const camera = await startCamera(t);
      const page = await openSystem(t, camera);
      await chooseFile(page, 'Backup', 'a.json', content);
      await page.getByText('This file is not a backup').waitFor();
      await chooseFile(page, 'Backup', 'b.json', { settings: {} });
      await dialog(page).waitFor();
    });
});

describe('restart and reset', () => {
  test('a restart is asked about, awaited and told; the log goes on', async (t) => {
    const camera = await startCamera(t, { listen: `127.0.0.1:${await freePort()}` });
    const page = await openSystem(t, camera);
    page.expect(/ERR_CONNECTION|ERR_EMPTY_RESPONSE/);
    await says(lines(page), 'test camera');
    await until(async () => (await camera.status()).uptime_ms > 4000, 'it has run for a while');
    await button(page, 'Restart').click();
    await says(dialog(page), 'Restart the camera?');
    await dialog(page).getByRole('button', { name: 'Restart' }).click();
    await page.getByText('The camera restarts …').waitFor();
    assert.ok(await button(page, 'Reset settings').isDisabled());
    await page.getByText('The camera is back.').waitFor();
    assert.ok((await camera.status()).uptime_ms < 20000);
    await says(lines(page), 'The camera was restarted here.');
    await until(
      async () => (await lines(page).filter({ hasText: 'The camera works' }).count()) === 2,
      'the lines from before and since the restart',
    );
    await page.getByLabel('Which lines').selectOption('Errors only');
    assert.ok(await button(page, 'Restart').isEnabled());
  });

  test('cancelled, nothing restarts', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await button(page, 'Restart').click();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
    assert.doesNotMatch((await camera.get('/api/v1/log')).text, /Restart asked/);
  });

  test('a reset of the settings forgets the token; the page shows the defaults', async (t) => {
    const camera = await startCamera(t);
    await camera.api('PATCH', '/settings', {
      'camera.brightness': 2,
      'connect.token': 'A'.repeat(20),
    });
    const page = await openSystem(t, camera);
    await button(page, 'Reset settings').click();
    await says(dialog(page), /token is forgotten/);
    await dialog(page).getByRole('button', { name: 'Reset settings' }).click();
    await page.getByText('The settings are at their defaults.').waitFor();
    const now = await camera.settings();
    assert.equal(now['camera.brightness'], 0);
    assert.equal(now['connect.token'].set, false);
  });

  test('a factory reset needs the word typed, and leads to the set-up', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera);
    await button(page, 'Factory reset').click();
    await says(dialog(page), /password and the network are lost/);
    const yes = dialog(page).getByRole('button', { name: 'Factory reset' });
    assert.ok(await yes.isDisabled());
    await dialog(page).getByRole('textbox').fill('rest');
    assert.ok(await yes.isDisabled());
    await dialog(page).getByRole('textbox').press('Enter');
    assert.equal((await camera.status()).setup, 'done');
    await checkAccess(page, 'the question before a factory reset');
    await dialog(page).getByRole('textbox').fill('Reset');
    await yes.click();
    page.expect(/403: GET .*snapshot/); // asked for before the page knew
    await page.locator('main#setup').waitFor();
    assert.equal((await camera.status()).setup, 'needed');
  });

  test('a refusal is told', async (t) => {
    const camera = await startCamera(t);
    const page = await openSystem(t, camera, {
      routes: {
        '**/api/v1/settings/reset': (route) =>
          route.fulfill({
            status: 507,
            contentType: 'application/problem+json',
            body: '{"detail":"The disk is full: <b>make room</b>."}',
          }),
      },
    });
    page.expect(/507: POST/);
    await button(page, 'Reset settings').click();
    await dialog(page).getByRole('button', { name: 'Reset settings' }).click();
    await page.getByText('The disk is full: <b>make room</b>.').waitFor();
  });
});

describe('firmware', () => {
  const OLD = '0.1.0';
  const image = Buffer.alloc(300000, 0xe9);

  // A camera that takes firmware: `now` is what its status tells.
  async function openUpdating(t, { now, answer }) {
    const camera = await startCamera(t);
    const routes = statusWith((status) => {
      status.firmware = { board: 'ai-thinker' };
      status.uptime_ms += 1e6;
      Object.assign(status, now());
    });
    routes['**/api/v1/firmware'] = answer;
    return openSystem(t, camera, { routes });
  }

  const take = (route, version) => route.fulfill({ json: { version } });
  const file = (page) => card(page, 'Firmware').locator('input[type=file]');
  const choose = (page) =>
    file(page).setInputFiles({
      name: 'a.bin',
      mimeType: 'application/octet-stream',
      buffer: image,
    });
  const outcome = (page) => page.locator('.firmware .outcome');

  test('while it is sent, the page shows how far it is, and asks before it is left', async (t) => {
    let go;
    const gone = new Promise((resolve) => {
      go = resolve;
    });
    let running = { version: OLD };
    const answer = async (route) => {
      assert.equal(route.request().postDataBuffer().length, image.length);
      await gone;
      running = { version: '0.2.0', uptime_ms: 100 };
      await take(route, '0.2.0');
    };
    const page = await openUpdating(t, { now: () => running, answer });
    await page.getByText('Version 0.1.0 for ai-thinker runs now.').waitFor();
    await choose(page);
    await says(outcome(page), 'Sending the new version. Leave this page open.');
    await until(
      async () => /^\d+\s?%$/.test(await page.locator('.going span').textContent()),
      'how much was sent',
    );
    assert.ok(await file(page).isDisabled());
    await checkAccess(page, 'an update under way');
    const [question] = await Promise.all([
      page.waitForEvent('dialog'),
      page.evaluate(() => setTimeout(() => location.reload(), 0)),
    ]);
    assert.equal(question.type(), 'beforeunload');
    await question.dismiss();
    go();
    await says(outcome(page), 'Version 0.2.0 runs.');
    assert.ok(await file(page).isEnabled());
    assert.ok(await page.locator('.going').isHidden());
    running = { version: OLD, uptime_ms: 2000 };
    await says(outcome(page), 'the old one is back: version 0.1.0.');
  });

  test('a new version that does not start is told', async (t) => {
    let running = { version: OLD };
    const answer = (route) => {
      running = { version: OLD, uptime_ms: 100 };
      return take(route, '0.2.0');
    };
    const page = await openUpdating(t, { now: () => running, answer });
    await choose(page);
    await says(outcome(page), 'The new version did not start well; the old one is back');
  });

  const address = (page) => card(page, 'Firmware').getByLabel('Address of the new version');
  const fetchButton = (page) => page.getByRole('button', { name: 'Update from the address' });

  test('the camera fetches from an address by itself, and tells how far it is', async (t) => {
    let firmware = { board: 'ai-thinker', fetch: { state: 'none', bytes: 0 } };
    let running = { version: OLD };
    const answer = (route) => {
      assert.deepEqual(route.request().postDataJSON(), { url: 'https://files.example/a.bin' });
      firmware = { board: 'ai-thinker', fetch: { state: 'runs', bytes: 412000, version: '0.2.0' } };
      return route.fulfill({ status: 202, json: { fetching: true } });
    };
    const page = await openUpdating(t, { now: () => ({ ...running, firmware }), answer });
    await address(page).fill('https://files.example/a.bin');
    await fetchButton(page).click();
    await says(outcome(page), '412 kB fetched so far.');
    await checkAccess(page, 'an update that is fetched');
    firmware = { board: 'ai-thinker', fetch: { state: 'none', bytes: 0 } };
    running = { version: '0.2.0', uptime_ms: 100 };
    await says(outcome(page), 'Version 0.2.0 runs.');
  });

  test('an address that fails is told in the words of the camera', async (t) => {
    let fetch = { state: 'none', bytes: 0 };
    const answer = (route) => {
      fetch = { state: 'runs', bytes: 0 };
      return route.fulfill({ status: 202, json: { fetching: true } });
    };
    const now = () => ({ firmware: { board: 'ai-thinker', fetch } });
    const page = await openUpdating(t, { now, answer });
    await fetchButton(page).click(); // the browser itself asks for an address first
    await address(page).fill('https://files.example/a.bin');
    await fetchButton(page).click();
    await says(outcome(page), /fetched so far/);
    fetch = { state: 'failed', bytes: 0, reason: 'files.example: <i>it answers 404</i>.' };
    await says(outcome(page), 'files.example: <i>it answers 404</i>.');
  });

  test('a refusal is told in the words of the camera, and one can try again', async (t) => {
    const answer = (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: '{"detail":"This image is for another board: <i>xiao</i>."}',
      });
    const page = await openUpdating(t, { now: () => ({}), answer });
    page.expect(/422: POST/);
    await choose(page);
    await says(outcome(page), 'This image is for another board: <i>xiao</i>.');
    assert.ok(await file(page).isEnabled());
    await checkAccess(page, 'a refused firmware');
  });

  test('a connection that breaks off is told', async (t) => {
    const page = await openUpdating(t, {
      now: () => ({}),
      answer: (route) => route.abort('connectionreset'),
    });
    page.expect(/ERR_CONNECTION_RESET/);
    await choose(page);
    await says(outcome(page), 'The connection broke off, and nothing was changed.');
  });
});
