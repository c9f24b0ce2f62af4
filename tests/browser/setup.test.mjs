// The first start, as a person with a phone goes through it: from nothing to the first picture in
// Prusa Connect, however often it is interrupted.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  makeOwner,
  makeToken,
  request,
  startCamera,
  startStandin,
  temporaryFolder,
  until,
} from '../e2e/support.mjs';
import { checkAccess, inEachLook, openPage, startBrowser } from './support.mjs';

const password = 'correct horse «ñ»';
const owner = makeOwner();
after(owner.end);
let browser;
let standin;
before(async () => {
  browser = await startBrowser(owner);
  standin = await startStandin(owner, { args: ['--pace', '0'] });
});

// A camera fresh from the box, but for the Connect that it will send to.
const startNew = (t, { set, ...options } = {}) =>
  startCamera(t, {
    open: false,
    set: {
      'connect.server': standin.apiUrl,
      'connect.ca': `@${standin.ca}`,
      'network.hostname': 'workshop-cam',
      ...set,
    },
    ...options,
  });

// Chromium's login dialog is no part of the page: what is typed into it is told here. A wrong login
// stands for a person who then closes the dialog: it is tried once, and the page gets the 401.
const typeIntoDialog = (page, typed) =>
  page.context().setHTTPCredentials({ username: 'admin', password: typed });

async function open(t, camera, options = {}) {
  const login = { username: 'admin', password: 'not this one' };
  const page = await openPage(t, browser, camera.url, { size: 'phone', login, ...options });
  page.expect(/^status 401: /);
  return page;
}

const step = (page, name) => page.getByRole('heading', { level: 2, name }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const tokenField = (page) => page.getByLabel('Token', { exact: true });
const problem = (page) => page.locator('#setup section:not([hidden]) [data-part=problem]');

async function choosePassword(page) {
  await step(page, 'Choose a password');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Set password');
  await step(page, /The password is set/);
}

async function logIn(page) {
  await typeIntoDialog(page, password);
  await press(page, 'Log in');
}

async function goOpen(page) {
  await step(page, 'Choose a password');
  await page.getByText('Or go without a password').click();
  await press(page, 'Go without a password');
}

async function giveToken(page, token) {
  await step(page, 'Join Prusa Connect');
  await tokenField(page).fill(token);
  await press(page, 'Next');
}

async function giveName(page, name) {
  await step(page, 'Name the camera');
  if (name !== undefined) await page.getByLabel('Name', { exact: true }).fill(name);
  await press(page, 'Next');
}

async function finish(page) {
  await press(page, 'Next');
  await step(page, 'Your camera is ready');
  await press(page, 'Open the camera');
  await page.locator('main#camera').waitFor();
}

const says = (page, words) => page.getByText(words).filter({ visible: true }).first().waitFor();

async function saysProblem(page, words) {
  await problem(page).filter({ hasText: words }).waitFor();
}

const pictureIsThere = (page) =>
  page.waitForFunction(() => document.querySelector('#setup figure img').naturalWidth > 0);

describe('set-up', () => {
  test('from nothing to the first picture in Connect, with a password', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    await step(page, 'Choose a password');
    assert.equal(await page.locator('nav').isVisible(), false, 'nothing else is offered');
    await says(page, 'Step 1 of 4');
    assert.match(await page.title(), /^Choose a password/);

    await choosePassword(page);
    await says(page, 'Step 1 of 4');
    await logIn(page);
    await step(page, 'Join Prusa Connect');
    await says(page, 'Step 2 of 4');
    assert.match(await page.title(), /^Join Prusa Connect/);

    const token = makeToken();
    await giveToken(page, token);
    await giveName(page, 'Above the bed');
    await step(page, 'Look at the first picture');
    await says(page, 'Step 4 of 4');
    await pictureIsThere(page);
    await says(page, 'The picture arrived at Prusa Connect.');
    await standin.waitFor(
      (entry) => entry.picture && entry.token.startsWith(token.slice(0, 4)),
      'a picture',
    );
    await finish(page);
    await page.getByRole('heading', { level: 1, name: 'Above the bed' }).waitFor();
    assert.equal((await request(camera.url, { path: '/api/v1/status' })).status, 401);

    await page.reload();
    await page.locator('main#camera').waitFor();
    assert.equal(await page.locator('#setup').isVisible(), false, 'it is not asked again');
  });

  test('from nothing to the first picture in Connect, knowingly without a password', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    await goOpen(page);
    await giveToken(page, makeToken());
    await giveName(page);
    await says(page, 'The picture arrived at Prusa Connect.');
    await press(page, 'Next');
    await step(page, 'Your camera is ready');
    await says(page, `http://workshop-cam.local:${camera.port}/`);
    await says(page, /^Everybody in your network can/);
    await press(page, 'Open the camera');
    await page.getByRole('heading', { level: 1, name: 'workshop-cam' }).waitFor();
    const settings = await camera.settings();
    assert.equal(settings['system.open'], true);
    assert.equal(settings['connect.name'], '', 'an untouched name goes on following the network’s');
    page.expectClean();
  });

  test('a password is long enough, and can be looked at', async (t) => {
    const page = await open(t, await startNew(t));
    await step(page, 'Choose a password');
    await press(page, 'Set password');
    await saysProblem(page, 'Type a password first.');
    const field = page.getByLabel('Password', { exact: true });
    await field.fill('1234567');
    await field.press('Enter');
    await saysProblem(page, /at least 8 characters/);
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    assert.equal(await field.getAttribute('type'), 'password');
    await page.getByRole('checkbox', { name: 'Show the password' }).check();
    assert.equal(await field.getAttribute('type'), 'text');
    page.expectClean();

    await choosePassword(page);
    await page.getByText('Show the password that I chose').click();
    await says(page, password);
  });

  test('a closed tab and a reload go on at each step', async (t) => {
    const camera = await startNew(t);
    let page = await open(t, camera);
    const context = page.context();
    async function again(name) {
      await page.reload();
      await step(page, name);
      const other = await context.newPage();
      await other.goto(camera.page);
      await page.close();
      page = other;
      await step(page, name);
    }
    await step(page, 'Choose a password');
    await again('Choose a password');
    await choosePassword(page);
    await typeIntoDialog(page, password); // the browser asks for it at the reload
    await again('Join Prusa Connect');
    await giveToken(page, makeToken());
    await step(page, 'Name the camera');
    await again('Name the camera');
    await giveName(page, 'Kept');
    await step(page, 'Look at the first picture');
    await again('Look at the first picture');
    await says(page, 'Step 4 of 4');
    await says(page, 'The picture arrived at Prusa Connect.');
    await press(page, 'Next');
    await step(page, 'Your camera is ready');
    await again('Your camera is ready');
    await press(page, 'Open the camera');
    await page.getByRole('heading', { level: 1, name: 'Kept' }).waitFor();
  });

  test('the browser’s way back leads through the steps, and at the end out of them', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    await page.goto('about:blank');
    await page.goto(camera.page);
    await goOpen(page);
    await step(page, 'Join Prusa Connect');
    await press(page, 'Later');
    await step(page, 'Name the camera');
    await page.goBack();
    await step(page, 'Join Prusa Connect');
    await page.goForward();
    await giveName(page, 'Named once');
    await step(page, 'Look at the first picture');
    await press(page, 'Back');
    await step(page, 'Name the camera');
    await press(page, 'Back');
    await giveToken(page, makeToken());
    await step(page, 'Look at the first picture'); // the name was given
    await finish(page);
    await page.goBack();
    assert.equal(page.url(), 'about:blank');
  });

  test('a wrong token says which character is wrong, or how many', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    await goOpen(page);
    const drawn = page.locator('.drawn mark');
    await giveToken(page, '');
    await saysProblem(page, 'Paste the token first.');

    for (const [typed, marked, words] of [
      ['ABCDEFÓHIJ0123456789', 'Ó', /^Character 7 is “Ó”, a letter with an accent\./],
      ['ABCDEFGHIJO\u0301123456789', 'Ó', /^Character 11 is “Ó”, a letter with an accent/],
      ['ABCDEFGHIJ01234567\u0410x', '\u0410', /^Character 19 is .* of another alphabet/],
      ['ABCDE-GHIJ0123456789', '-', /^Character 6 is “-”\./],
      ['<b>DEFGHIJ0123456789', '<', /^Character 1 is “<”\./],
    ]) {
      await giveToken(page, typed);
      await saysProblem(page, words);
      assert.equal(await drawn.textContent(), marked);
    }
    await giveToken(page, 'ABCDEFGHIJ012345678');
    await saysProblem(page, /^1 character is missing: a token has 20, this has 19\./);
    assert.equal(await drawn.isVisible(), false);
    await giveToken(page, 'ABCDEFGHIJ0123456789xyz');
    await saysProblem(page, /^3 characters are too many/);
    assert.equal((await camera.settings())['connect.token'].set, false, 'nothing was stored');
    assert.deepEqual(page.complaints, [], 'and the camera was not asked');

    await giveToken(page, 'ABCDEFGHIJ0123456789');
    await step(page, 'Name the camera');
    assert.equal((await camera.settings())['connect.token'].set, true);
  });

  for (const [what, paste] of [
    ['blanks around it and between', (token) => `  ${token.slice(0, 10)} ${token.slice(10)}\t`],
    ['a link with it as a parameter', (token) => `https://connect.example/add?x=1&token=${token}`],
    ['a link with it in the path', (token) => `https://webcam.connect.example/c/${token}/?from=qr`],
    ['its label before it', (token) => `Token: ${token}`],
  ])
    test(`a token is found in ${what}`, async (t) => {
      const camera = await startNew(t);
      const page = await open(t, camera);
      const token = makeToken();
      await goOpen(page);
      await giveToken(page, paste(token));
      await step(page, 'Name the camera');
      await standin.waitFor(
        (entry) => entry.picture && entry.token.startsWith(token.slice(0, 4)),
        'its picture',
      );
      page.expectClean();
    });

  test('a token that Connect does not take leads back to it, with the reason', async (t) => {
    const denying = await startStandin(t, { args: ['--pace', '0', '--fault', 'status=403 x50'] });
    const camera = await startNew(t, {
      set: { 'connect.server': denying.apiUrl, 'connect.ca': `@${denying.ca}` },
    });
    const page = await open(t, camera);
    page.expect(/^status 502: POST .*connect\/send/);
    await goOpen(page);
    await giveToken(page, makeToken());
    await giveName(page, 'Refused');
    await says(page, 'Token not accepted');
    await press(page, 'Enter the token again');
    await step(page, 'Join Prusa Connect');
    await saysProblem(page, /^Prusa Connect did not take this token: The token is not accepted/);

    await denying.fault('');
    await giveToken(page, makeToken());
    await step(page, 'Look at the first picture'); // the name was given before
    await says(page, 'The picture arrived at Prusa Connect.');
    await finish(page);
  });

  test('a wrong login can be tried again; after many the page says how long to wait', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    page.expect(/^status 429: /);
    await choosePassword(page);
    await press(page, 'Log in');
    await saysProblem(page, /^That was no right login/);
    await logIn(page);
    await step(page, 'Join Prusa Connect');

    const other = await open(t, await startNew(t));
    other.expect(/^status 429: /);
    await choosePassword(other);
    await other.clock.install();
    await until(async () => {
      await press(other, 'Log in');
      await problem(other).filter({ hasText: /./ }).waitFor();
      return /Too many/.test(await problem(other).textContent());
    }, 'the camera has enough');
    await saysProblem(other, /takes the next one in (1\smin|\d+\ssec)/);
    await says(other, /^\d+\ssec left$/);
    await other.clock.fastForward(61000);
    await saysProblem(other, 'You can try again now.');

    await other.route('**/api/v1/status', (route) =>
      route.fulfill({ status: 429, headers: { 'Retry-After': '480' } }),
    );
    await press(other, 'Log in');
    await saysProblem(other, /takes the next one in 8\smin/);
  });

  test('a password whose answer was lost on the way is no dead end', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    page.expect(/ERR_FAILED/);
    await page.route(
      '**/api/v1/settings',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await step(page, 'Choose a password');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press(page, 'Set password');
    await saysProblem(page, 'The camera does not answer.');
    await press(page, 'Set password');
    await step(page, 'Log in');
    await logIn(page);
    await step(page, 'Join Prusa Connect'); // it has a password: that is not asked again
  });

  test('a lost connection is told, and everything goes on when it is back', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    page.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    await goOpen(page);
    await step(page, 'Join Prusa Connect');
    await page.context().setOffline(true);
    const token = makeToken();
    await giveToken(page, token);
    await saysProblem(page, 'The camera does not answer.');
    assert.equal(await tokenField(page).inputValue(), token, 'what was typed is kept');
    await page.context().setOffline(false);
    await press(page, 'Next');
    await step(page, 'Name the camera');

    let answers = false;
    await page.route('**/api/v1/settings/schema', (route) =>
      answers ? route.continue() : route.abort(),
    );
    await page.reload();
    await step(page, 'The camera does not answer.');
    answers = true;
    await step(page, 'Name the camera');
  });

  test('a camera without pictures says why; the set-up can be finished all the same', async (t) => {
    const folder = temporaryFolder(t);
    const camera = await startNew(t, { camera: `dir:${folder}` });
    const page = await open(t, camera);
    page.expect(/^status 50[23]: /);
    await goOpen(page);
    await step(page, 'Join Prusa Connect');
    await press(page, 'Later');
    await giveName(page, 'Blind');
    await step(page, 'Look at the first picture');
    await says(page, /^There is no picture now\./);
    const reason = page.locator('#setup .reason .own-words');
    assert.match(await reason.textContent(), /\S+ \S+ \S+/);
    await says(page, 'Without a token, nothing is sent to Prusa Connect.');

    const model = await startCamera(t);
    fs.writeFileSync(path.join(folder, 'picture.jpg'), (await model.snapshot()).body);
    await pictureIsThere(page);
    await reason.waitFor({ state: 'hidden' });
    await finish(page);
    await page.getByRole('heading', { level: 1, name: 'Blind' }).waitFor();
  });

  test('the picture is turned upright and mirrored', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    await goOpen(page);
    await press(page, 'Later');
    await giveName(page);
    await pictureIsThere(page);
    const size = () =>
      page.evaluate(() => {
        const image = document.querySelector('#setup figure img');
        return [image.naturalWidth, image.naturalHeight];
      });
    assert.deepEqual(await size(), [800, 600]);
    await press(page, 'Turn right');
    await until(async () => (await size())[0] === 600, 'the picture stands');
    await press(page, 'Mirror');
    await until(
      async () => (await camera.settings())['camera.vflip'],
      'left and right are swapped',
    );
    await press(page, 'Turn right');
    await press(page, 'Turn right');
    await press(page, 'Turn right');
    await until(
      async () => (await camera.settings())['camera.rotation'] === 0,
      'all the way round',
    );
  });

  test('a camera that cannot turn its picture turns it upside down', async (t) => {
    const camera = await startNew(t);
    const withoutTurning = async (route) => {
      const schema = await (await route.fetch()).json();
      await route.fulfill({ json: schema.filter((row) => row.key !== 'camera.rotation') });
    };
    const page = await open(t, camera, { routes: { '**/settings/schema': withoutTurning } });
    await goOpen(page);
    await press(page, 'Later');
    await giveName(page);
    const flip = page.getByRole('button', { name: 'Turn upside down' });
    await flip.click();
    await page.locator('button[data-part=flip][aria-pressed=true]').waitFor();
    const settings = await camera.settings();
    assert.deepEqual([settings['camera.vflip'], settings['camera.hmirror']], [true, true]);
    assert.equal(
      await page.getByRole('button', { name: 'Mirror' }).getAttribute('aria-pressed'),
      'false',
    );
    assert.equal(await page.getByRole('button', { name: 'Turn right' }).isVisible(), false);
  });

  test('a name may be long and full of HTML', async (t) => {
    const camera = await startNew(t);
    const page = await open(t, camera);
    const name = '<img src=x onerror=alert(1)>“ñ”'.padEnd(64, '&W');
    page.on('dialog', () => assert.fail('the name was run'));
    await goOpen(page);
    await press(page, 'Later');
    await giveName(page, `${name}too long`);
    await step(page, 'Look at the first picture');
    assert.equal((await camera.settings())['connect.name'], name);
    await press(page, 'Back');
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), name);
    await press(page, 'Next');
    await finish(page);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    page.expectClean();
  });

  test('everything works by keyboard alone', async (t) => {
    const page = await open(t, await startNew(t), { size: 'desktop' });
    const type = (text) => page.keyboard.type(text);
    const key = (name) => page.keyboard.press(name);
    async function tabTo(name) {
      for (let i = 0; i < 15; i++) {
        await key('Tab');
        const found = await page.evaluate(() => {
          const element = document.activeElement;
          return (element.labels?.[0] ?? element).textContent.trim();
        });
        if (found === name) return;
      }
      assert.fail(`no way to ${name} by Tab`);
    }
    const isFocused = (name) =>
      until(
        () => page.evaluate((n) => document.activeElement.textContent.startsWith(n), name),
        `the focus is on “${name}”`,
      );
    await isFocused('Choose a password');
    await tabTo('Password');
    await type(password);
    await key('Enter');
    await isFocused('The password is set');
    await tabTo('Log in');
    await typeIntoDialog(page, password);
    await key('Enter');
    await isFocused('Join Prusa Connect');
    await tabTo('Token');
    await type(makeToken());
    await key('Enter');
    await isFocused('Name the camera');
    await tabTo('Name');
    await key('Enter');
    await isFocused('Look at the first picture');
    await tabTo('Turn right');
    await key('Space');
    await tabTo('Next');
    await key('Enter');
    await isFocused('Your camera is ready');
    await tabTo('Open the camera');
    await key('Enter');
    await page.locator('main#camera').waitFor();
  });

  test('every step is for everybody, in each look', async (t) => {
    await inEachLook(async ({ size, dark }) => {
      const page = await open(t, await startNew(t), { size, dark });
      const check = (what) => checkAccess(page, what);
      await step(page, 'Choose a password');
      await page.getByText('Or go without a password').click();
      await press(page, 'Set password');
      await check('the password step');
      await choosePassword(page);
      await page.getByText('Show the password that I chose').click();
      await page.getByText('The password is lost').click();
      await press(page, 'Log in');
      await saysProblem(page, /^That was no right login/);
      await check('the login step');
      await logIn(page);
      await giveToken(page, 'ABCDEFÓHIJ0123456789');
      await saysProblem(page, /Character 7/);
      await check('the token step');
      await giveToken(page, makeToken());
      await step(page, 'Name the camera');
      await check('the name step');
      await giveName(page, 'W'.repeat(64));
      await says(page, 'The picture arrived at Prusa Connect.');
      await press(page, 'Mirror');
      await page.locator('button[data-part=mirror][aria-pressed=true]').waitFor();
      await check('the picture step');
      await press(page, 'Next');
      await step(page, 'Your camera is ready');
      await check('the last step');
      await page.close();
    });
  });
});

// What an ESP32 has and the program here has not: Wi-Fi. `radio` is what it answers.
function withWifi(radio) {
  const changed = (settings) => ({
    ...settings,
    'network.wifi_ssid': radio.ssid,
    'network.wifi_password': { set: radio.password !== '' },
  });
  return {
    '**/api/v1/settings/schema': async (route) => {
      const schema = await (await route.fetch()).json();
      const row = { group: 'network', type: 'text', minLength: 0, maxLength: 128, default: '' };
      schema.push({ ...row, key: 'network.wifi_ssid', label: 'Wi-Fi network' });
      await route.fulfill({ json: schema });
    },
    '**/api/v1/settings': async (route) => {
      const body = route.request().postDataJSON();
      if (body && 'network.wifi_ssid' in body) {
        radio.ssid = body['network.wifi_ssid'];
        radio.password = body['network.wifi_password'];
        radio.asked();
        const camera = route.request().headers().host ?? new URL(route.request().url()).host;
        const answer = await request(`http://${camera}`, { path: '/api/v1/settings' });
        return route.fulfill({ json: changed(answer.json) });
      }
      const answer = await route.fetch();
      if (!answer.ok()) return route.fulfill({ response: answer });
      return route.fulfill({ json: changed(await answer.json()) });
    },
    '**/api/v1/status': async (route) => {
      if (radio.isAway) return route.abort();
      const status = await (await route.fetch()).json();
      if (status.network) {
        Object.assign(status.network, { wifi: true, up: radio.isUp, hostname: 'esp-cam' });
        if (radio.isUp) Object.assign(status.network, { ssid: radio.ssid, ipv4: '192.0.2.77' });
        else delete status.network.ipv4;
        if (radio.reason) status.network.reason = radio.reason;
      }
      await route.fulfill({ json: status });
    },
    '**/api/v1/wifi/networks': (route) => route.fulfill({ json: radio.networks }),
  };
}

const NAMED_HTML = '<b>Bistro</b> & <script>alert(1)</script>';

function makeRadio(more = {}) {
  const point = (ssid, rssi_dbm, secured) => ({
    ssid,
    bssid: `02:00:00:00:00:${String(-rssi_dbm)}`,
    rssi_dbm,
    channel: 6,
    secured,
  });
  return {
    ssid: '',
    password: '',
    isUp: false,
    isAway: false,
    reason: '',
    asked() {},
    networks: [
      point('Home', -81, true),
      point('Home', -50, true),
      point(NAMED_HTML, -60, true),
      point('', -40, true),
      point('Café', -70, false),
      point('Far away', -90, true),
    ],
    ...more,
  };
}

describe('the set-up’s Wi-Fi', () => {
  async function toNetworks(t, radio, options = {}) {
    const page = await open(t, await startNew(t), { routes: withWifi(radio), ...options });
    page.expect(/ERR_FAILED/);
    page.on('dialog', () => assert.fail('a name was run'));
    await says(page, 'Step 1 of 5');
    await goOpen(page);
    await step(page, 'Bring the camera into your Wi-Fi');
    await says(page, 'Step 2 of 5');
    return page;
  }
  const entries = (page) => page.locator('.networks li');
  const wifiPassword = (page) => page.getByLabel('Password of this Wi-Fi');

  test('one entry a name, strongest first, with its signal in words; and no HTML', async (t) => {
    const radio = makeRadio();
    const page = await toNetworks(t, radio);
    await says(page, '4 networks found');
    assert.deepEqual(await entries(page).locator('bdi').allTextContents(), [
      'Home',
      NAMED_HTML,
      'Café',
      'Far away',
    ]);
    assert.deepEqual(await entries(page).locator('.soft').allTextContents(), [
      'excellent signal, with password',
      'good signal, with password',
      'fair signal, open to everybody',
      'weak signal, with password',
    ]);
    radio.networks = [];
    await press(page, 'Look again');
    await says(page, /^No network found/);
    assert.equal(await entries(page).count(), 0);
  });

  test('a password is asked for, checked, and the camera seen to get in', async (t) => {
    const radio = makeRadio();
    const page = await toNetworks(t, radio);
    await page.getByRole('button', { name: /Home/ }).click();
    await page.getByRole('heading', { level: 3, name: 'Home' }).waitFor();
    for (const [typed, words] of [
      ['', /^Type the password/],
      ['1234567', /8 to 63 characters/],
      ['ñandúñandú', /letters without accents/],
    ]) {
      await wifiPassword(page).fill(typed);
      await wifiPassword(page).press('Enter');
      await saysProblem(page, words);
    }
    assert.equal(radio.ssid, '', 'the camera was not asked');
    await wifiPassword(page).fill('open sesame');
    await press(page, 'Connect');
    await page.getByRole('heading', { level: 3, name: /^Connecting to Home/ }).waitFor();
    assert.deepEqual([radio.ssid, radio.password], ['Home', 'open sesame']);
    radio.isAway = true; // the camera changes its channel
    await says(page, /does not answer for a moment/);
    radio.isAway = false;
    radio.isUp = true;
    await page.getByRole('heading', { level: 3, name: 'The camera is in Home' }).waitFor();
    const { port } = new URL(page.url());
    await says(page, `http://192.0.2.77:${port}/`);
    await says(page, `http://esp-cam.local:${port}/`);

    await page.reload(); // it is not asked again
    await page.getByRole('heading', { level: 3, name: 'The camera is in Home' }).waitFor();
    await press(page, 'Next');
    await step(page, 'Join Prusa Connect');
    await says(page, 'Step 3 of 5');
  });

  test('at the camera’s new address the set-up goes on', async (t) => {
    const radio = makeRadio({ ssid: 'Home', password: 'open sesame', isUp: true });
    const camera = await startNew(t);
    await camera.api('PATCH', '/settings', { 'system.open': true });
    const page = await open(t, camera, { routes: withWifi(radio), path: '/#setup' });
    await step(page, 'Join Prusa Connect');
    await press(page, 'Later');
    await giveName(page);
    await finish(page);
    assert.equal(new URL(page.url()).hash, '#camera');
  });

  test('a wrong password says so and can be typed again', async (t) => {
    const radio = makeRadio();
    const page = await toNetworks(t, radio);
    await page.clock.install();
    await page.getByRole('button', { name: /Home/ }).click();
    await wifiPassword(page).fill('wrong one');
    await press(page, 'Connect');
    await page.getByRole('heading', { level: 3, name: /^Connecting/ }).waitFor();
    await page.clock.fastForward(41000);
    await saysProblem(
      page,
      /^The camera did not get into Home\. Most often the password is wrong.* 5 GHz/,
    );

    radio.reason = 'The password is wrong.';
    await press(page, 'Connect');
    await says(page, 'The password is wrong.');
    await press(page, 'Change the password');
    await wifiPassword(page).fill('open sesame');
    await press(page, 'Connect');
    await says(page, 'The password is wrong.');
    await page.clock.fastForward(41000);
    await saysProblem(page, 'The camera did not get into Home: The password is wrong.');

    radio.isUp = true;
    await press(page, 'Connect');
    await page.getByRole('heading', { level: 3, name: 'The camera is in Home' }).waitFor();
  });

  test('an open network and one with HTML in its name', async (t) => {
    const radio = makeRadio();
    radio.asked = () => {
      radio.isUp = true;
    };
    const page = await toNetworks(t, radio);
    await page.getByRole('button', { name: /Café/ }).click();
    await says(page, 'This Wi-Fi has no password.');
    assert.equal(await wifiPassword(page).isVisible(), false);
    await press(page, 'Connect');
    await page.getByRole('heading', { level: 3, name: 'The camera is in Café' }).waitFor();
    assert.deepEqual([radio.ssid, radio.password], ['Café', '']);

    await press(page, 'Choose another Wi-Fi');
    await page.getByRole('button', { name: /Bistro/ }).click();
    await page.getByRole('heading', { level: 3, name: NAMED_HTML }).waitFor();
    await wifiPassword(page).fill('open sesame');
    await press(page, 'Connect');
    await page.getByRole('heading', { level: 3, name: `The camera is in ${NAMED_HTML}` }).waitFor();
    assert.equal(radio.ssid, NAMED_HTML);
  });

  test('a hidden network is typed', async (t) => {
    const radio = makeRadio();
    radio.asked = () => {
      radio.isUp = true;
    };
    const page = await toNetworks(t, radio);
    await page.getByText('My network is not in the list').click();
    const name = page.getByLabel(/^Its name/);
    await name.press('Enter');
    await says(page, /^Type the network’s name/);
    await name.fill('ñ'.repeat(17));
    await name.press('Enter');
    await says(page, /^This is too long/);
    await name.fill('Secret garden');
    await name.press('Enter');
    await page.getByRole('heading', { level: 3, name: 'Secret garden' }).waitFor();
    await press(page, 'Connect'); // it may be open
    await page.getByRole('heading', { level: 3, name: 'The camera is in Secret garden' }).waitFor();
    assert.deepEqual([radio.ssid, radio.password], ['Secret garden', '']);
  });

  test('a camera that left its own Wi-Fi is told where to find', async (t) => {
    const radio = makeRadio();
    radio.asked = () => {
      radio.isAway = true;
    };
    const page = await toNetworks(t, radio);
    await page.clock.install();
    await page.getByRole('button', { name: /Home/ }).click();
    await wifiPassword(page).fill('open sesame');
    await press(page, 'Connect');
    await says(page, /does not answer for a moment/);
    await page.clock.fastForward(41000);
    await page
      .getByRole('heading', { level: 3, name: 'The camera has left this network' })
      .waitFor();
    await says(page, /Connect this device to Home, too/);
    const there = page.getByRole('link', { name: /esp-cam\.local/ });
    assert.match(await there.getAttribute('href'), /^http:\/\/esp-cam\.local:\d+\/#setup$/);
    Object.assign(radio, { isAway: false, isUp: true });
    await press(page, 'Look again');
    await page.getByRole('heading', { level: 3, name: 'The camera is in Home' }).waitFor();
  });

  test('it can wait; a search that fails can be repeated', async (t) => {
    const radio = makeRadio();
    const routes = withWifi(radio);
    let isBroken = true;
    const search = routes['**/api/v1/wifi/networks'];
    routes['**/api/v1/wifi/networks'] = (route) =>
      isBroken
        ? route.fulfill({
            status: 503,
            json: { detail: 'Looking for Wi-Fi networks failed: busy.' },
          })
        : search(route);
    const page = await open(t, await startNew(t), { routes });
    page.expect(/^status 503: .*networks$/);
    await goOpen(page);
    await says(page, 'Looking for Wi-Fi networks failed: busy.');
    isBroken = false;
    await press(page, 'Look again');
    await says(page, '4 networks found');
    await press(page, 'Later');
    await step(page, 'Join Prusa Connect');
    await press(page, 'Later');
    await giveName(page);
    await press(page, 'Next');
    await says(page, /^The camera is in no Wi-Fi yet/);
  });

  test('every panel is for everybody, in each look', async (t) => {
    await inEachLook(async ({ size, dark }) => {
      const radio = makeRadio();
      const page = await toNetworks(t, radio, { size, dark });
      await says(page, '4 networks found');
      await page.getByText('My network is not in the list').click();
      await page.getByLabel(/^Its name/).press('Enter');
      await checkAccess(page, 'the list of networks');
      await page.getByRole('button', { name: /Bistro/ }).click();
      await press(page, 'Connect');
      await saysProblem(page, /^Type the password/);
      await checkAccess(page, 'the password of a network');
      await wifiPassword(page).fill('open sesame');
      await press(page, 'Connect');
      await page.getByRole('heading', { level: 3, name: /^Connecting to/ }).waitFor();
      await checkAccess(page, 'the wait');
      radio.isUp = true;
      await page.getByRole('heading', { level: 3, name: /^The camera is in/ }).waitFor();
      await checkAccess(page, 'the new addresses');
      await page.close();
    });
  });
});
