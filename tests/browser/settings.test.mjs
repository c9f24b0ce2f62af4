// The settings as a person changes them: each kind by mouse and by keyboard, sliders while they are
// dragged, what the camera refuses, and the ways back. Against the real program.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { makeOwner, makeWebcam, root, startCamera, until, withoutWebcam } from '../e2e/support.mjs';
import { checkAccess, inEachLook, openPage, startBrowser, whenPictureIsThere } from './support.mjs';

const owner = makeOwner();
after(owner.end);
const browser = await startBrowser(owner);

const SETTINGS = '**/api/v1/settings';
const REFUSED = /^status 422: PATCH /;
const LONG_NAME = 'The camera above the printer in the cellar, on the left of the two 1';
const ATTACK = '<img src=x onerror=alert(1)>';

async function openSettings(t, camera, options = {}) {
  const page = await openPage(t, browser, camera.url, { path: '/#settings', ...options });
  page.expect(/^status 404: GET .*\/timelapse$/); // a camera without one
  await page.locator('.settings .field:visible').first().waitFor();
  return page;
}

const fieldOf = (page, key) => page.locator(`.settings .field[data-key="${key}"]`);
const problemOf = (page, key) => fieldOf(page, key).locator('.problem');
const toolOf = (page, part) => page.locator(`.tools [data-part=${part}]`);
const groupOf = (page, name) =>
  page.locator('.settings details', { has: page.locator(`h3:text-is("${name}")`) });

async function unfold(page, ...names) {
  for (const name of names) {
    const group = groupOf(page, name);
    if (!(await group.evaluate((details) => details.open))) await group.locator('summary').click();
  }
}

async function unfoldAll(page) {
  for (const name of await page.locator('.settings h3').allTextContents()) await unfold(page, name);
}

async function isSetting(camera, key, wanted) {
  await until(
    async () => {
      const value = (await camera.settings())[key];
      assert.deepEqual(value, wanted);
      return true;
    },
    `${key} is ${JSON.stringify(wanted)}`,
  );
}

async function says(locator, words) {
  await until(async () => {
    const text = (await locator.textContent()).trim();
    if (words instanceof RegExp) assert.match(text, words);
    else assert.equal(text, words);
    return true;
  }, `“${words}” is shown`);
}

// Another page or a script changed settings, and somebody comes back to this one.
async function comeBack(page) {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

async function isEnabled(button) {
  return (await button.getAttribute('aria-disabled')) === 'false';
}

test('each kind of setting changes by mouse', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Orientation', 'Prusa Connect', 'Access and log');

  await fieldOf(page, 'camera.hmirror').getByRole('switch').click();
  await isSetting(camera, 'camera.hmirror', true);
  await says(page.locator('#toast'), /^Saved: Mirror left and right/);

  await fieldOf(page, 'camera.resolution').getByRole('combobox').selectOption('640 × 480 (VGA)');
  await isSetting(camera, 'camera.resolution', 'VGA');
  await fieldOf(page, 'camera.rotation').getByRole('combobox').selectOption('180°');
  await isSetting(camera, 'camera.rotation', 180);
  await fieldOf(page, 'system.log_level').getByRole('combobox').selectOption('Errors only');
  await isSetting(camera, 'system.log_level', 'error');

  const slider = fieldOf(page, 'camera.brightness').getByRole('slider');
  const { width, height } = await slider.boundingBox();
  await slider.click({ position: { x: width - 3, y: height / 2 } });
  await isSetting(camera, 'camera.brightness', 2);
  assert.equal(
    await fieldOf(page, 'camera.brightness').getByRole('spinbutton').inputValue(),
    '2',
    'the number beside the slider follows',
  );

  await fieldOf(page, 'connect.name').getByRole('textbox').fill('  Above the bed ');
  await fieldOf(page, 'connect.server').getByRole('textbox').click();
  await isSetting(camera, 'connect.name', 'Above the bed');

  const token = fieldOf(page, 'connect.token');
  assert.match(await token.textContent(), /Not set/);
  await token.getByRole('button', { name: 'Token: enter' }).click();
  await token.getByLabel('Token', { exact: true }).fill(camera.token);
  await token.getByRole('button', { name: 'Save' }).click();
  await isSetting(camera, 'connect.token', { set: true });
  await token.getByRole('button', { name: 'Token: remove' }).click();
  await page.locator('#question').getByRole('button', { name: 'Remove' }).click();
  await isSetting(camera, 'connect.token', { set: false });
});

test('each kind of setting changes by keyboard', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  const press = async (locator, ...keys) => {
    await locator.focus();
    for (const key of keys) await page.keyboard.press(key);
  };
  await press(groupOf(page, 'Orientation').locator('summary'), 'Enter');
  await press(groupOf(page, 'Prusa Connect').locator('summary'), ' ');

  await press(fieldOf(page, 'camera.vflip').getByRole('switch'), ' ');
  await isSetting(camera, 'camera.vflip', true);
  await press(fieldOf(page, 'camera.resolution').getByRole('combobox'), 'Home');
  await isSetting(camera, 'camera.resolution', 'QVGA');
  await press(fieldOf(page, 'camera.contrast').getByRole('slider'), 'ArrowRight', 'ArrowRight');
  await isSetting(camera, 'camera.contrast', 2);

  const quality = fieldOf(page, 'camera.quality').getByRole('spinbutton');
  await quality.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('20');
  await page.keyboard.press('Enter');
  await isSetting(camera, 'camera.quality', 20);

  const name = fieldOf(page, 'connect.name').getByRole('textbox');
  await name.focus();
  await page.keyboard.type('By keys');
  await page.keyboard.press('Enter');
  await isSetting(camera, 'connect.name', 'By keys');
  await page.getByText('Saved: Camera name').waitFor(); // the page knows it too
  await page.keyboard.type(' and more');
  await page.keyboard.press('Escape');
  assert.equal(await name.inputValue(), 'By keys', 'Escape goes back to what is saved');

  await press(fieldOf(page, 'connect.token').getByRole('button'), 'Enter');
  await page.keyboard.type(camera.token);
  await page.keyboard.press('Enter');
  await isSetting(camera, 'connect.token', { set: true });
  await until(
    () => page.evaluate(() => document.activeElement.id === 'setting-connect.token'),
    'the focus is back at the button',
  );

  await press(toolOf(page, 'undo'), 'Enter');
  await isSetting(camera, 'connect.name', '');
});

test('a dragged slider acts while it moves, and its last value arrives', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  const sent = [];
  let flying = 0;
  let flyingMost = 0;
  await page.route(SETTINGS, async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    sent.push(route.request().postDataJSON()['camera.quality']);
    flyingMost = Math.max(flyingMost, ++flying);
    const response = await route.fetch();
    flying--;
    return route.fulfill({ response });
  });
  const slider = fieldOf(page, 'camera.quality').getByRole('slider');
  const box = await slider.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 60, y);
  await page.mouse.down();
  for (let x = 60; x <= 220; x += 2) await page.mouse.move(box.x + x, y);
  await until(() => sent.length > 1, 'values are sent while the slider is held');
  for (let x = 220; x >= 140; x -= 2) await page.mouse.move(box.x + x, y);
  await page.mouse.up();
  const last = Number(await slider.inputValue());
  await isSetting(camera, 'camera.quality', last);
  await until(() => flying === 0, 'all is answered');
  assert.equal(flyingMost, 1, 'one change at a time');
  assert.equal(sent.at(-1), last);
  assert.ok(sent.length < 60, `${sent.length} requests for 120 moves`);

  await says(page.locator('#toast span'), 'Saved: Compression');
  await says(toolOf(page, 'undo'), 'Undo: Compression');
  await toolOf(page, 'undo').click();
  await isSetting(camera, 'camera.quality', 12);
  await until(async () => !(await isEnabled(toolOf(page, 'undo'))), 'a whole drag is one step');
});

test('a refused value says why at its field, and stays to be corrected', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  page.expect(REFUSED);
  await unfold(page, 'Prusa Connect', 'Access and log');

  async function isRefused(key, words) {
    await says(problemOf(page, key), words);
    const input = fieldOf(page, key).locator('[aria-invalid=true]').first();
    const described = await input.getAttribute('aria-describedby');
    assert.ok(described.split(' ').includes(await problemOf(page, key).getAttribute('id')));
    assert.equal(await problemOf(page, key).getAttribute('role'), 'alert');
    return input;
  }

  const tooLong = 'n'.repeat(80);
  const name = fieldOf(page, 'connect.name').getByRole('textbox');
  await name.fill(tooLong);
  await name.press('Tab');
  await isRefused('connect.name', 'It must have 0 to 64 characters, this has 80.');
  assert.equal(await name.inputValue(), tooLong, 'what was typed stays');
  await comeBack(page);
  await name.fill('Short');
  await name.press('Enter');
  await isSetting(camera, 'connect.name', 'Short');
  await says(problemOf(page, 'connect.name'), '');
  assert.equal(await name.getAttribute('aria-invalid'), null);

  const server = fieldOf(page, 'connect.server').getByRole('textbox');
  await server.fill('http://connect.example');
  await server.press('Enter');
  await isRefused('connect.server', /^It must begin with https:\/\//);
  await server.fill('https://connect.example');
  await server.press('Enter');
  await isSetting(camera, 'connect.server', 'https://connect.example');

  const token = fieldOf(page, 'connect.token');
  await token.getByRole('button', { name: 'Token: enter' }).click();
  const typed = token.getByLabel('Token', { exact: true });
  await typed.fill('ABCDEF-HIJ0123456789');
  await typed.press('Enter');
  await isRefused('connect.token', /^Character 7 is "-"/);
  await typed.fill('ABCDEFGHIJ0123456789');
  await typed.press('Enter');
  await isSetting(camera, 'connect.token', { set: true });

  const brightness = fieldOf(page, 'camera.brightness').getByRole('spinbutton');
  await brightness.fill('7');
  await brightness.press('Enter');
  await isRefused('camera.brightness', 'It must be a whole number from -2 to 2.');
  await brightness.fill('');
  await brightness.press('Enter');
  await isRefused('camera.brightness', 'Type a number.');
  await brightness.fill('-1');
  await brightness.press('Enter');
  await isSetting(camera, 'camera.brightness', -1);
  await says(problemOf(page, 'camera.brightness'), '');
});

test('in another language, a refusal is said in it', async (t) => {
  const camera = await startCamera(t);
  const german = JSON.parse(fs.readFileSync(path.join(root, 'web/languages/de.json'), 'utf8'));
  const words = { ...german.first, ...german.later };
  const said = (section, key, values) =>
    words[section][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const page = await openSettings(t, camera, { language: 'de-AT' });
  page.expect(REFUSED);
  await unfold(page, words.groups.connect, words.groups.network, words.groups.system);

  for (const [key, value, sentence] of [
    ['connect.name', 'n'.repeat(65), said('refusals', 'lengthMax', { max: 64, n: 65 })],
    ['connect.server', 'http://x', said('refusals', 'serverHttps')],
    ['connect.server', 'https://x y', said('refusals', 'server')],
    ['connect.fingerprint', 'short', said('refusals', 'length', { min: 16, max: 64, n: 5 })],
    ['network.hostname', '-x-', /A name has letters/], // has no rule that the page knows
  ]) {
    const input = fieldOf(page, key).getByRole('textbox');
    await input.fill(value);
    await input.press('Enter');
    await says(problemOf(page, key), sentence);
  }
  const number = fieldOf(page, 'camera.quality').getByRole('spinbutton');
  await number.fill('99');
  await number.press('Enter');
  await says(problemOf(page, 'camera.quality'), said('refusals', 'integer', { min: 4, max: 63 }));

  await fieldOf(page, 'system.password').getByRole('button').click();
  await page.keyboard.type('short');
  await page.keyboard.press('Enter');
  await says(problemOf(page, 'system.password'), said('refusals', 'password'));

  await fieldOf(page, 'connect.token').getByRole('button').click();
  await page.keyboard.type('ABCDEF-HIJ0123456789');
  await page.keyboard.press('Enter');
  await says(
    problemOf(page, 'connect.token'),
    said('token', 'sign', { position: 7, character: '-' }),
  );
});

test('a pasted token is cleaned', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Prusa Connect');
  const token = fieldOf(page, 'connect.token');
  await token.getByRole('button', { name: 'Token: enter' }).click();
  const input = token.getByLabel('Token', { exact: true });
  await input.fill(` ${camera.token.slice(0, 10)} ${camera.token.slice(10)}\n`);
  await input.evaluate((element) =>
    element.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste' })),
  );
  assert.equal(await input.inputValue(), camera.token);
});

// How bright the picture is that the page shows, 0 to 255.
function shownBrightness(page) {
  return page.evaluate(async () => {
    const image = document.querySelector('.preview img');
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value) => sum + value, 0) / data.length;
  });
}

test('while one button is held, the picture is as it was before the change', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await whenPictureIsThere(page);
  const compare = page.getByRole('button', { name: 'Hold to compare' });
  assert.equal(await compare.isVisible(), false, 'there is nothing to compare with yet');
  const darker = await shownBrightness(page);
  await page.locator('[id="setting-camera.brightness"]').press('End');
  await isSetting(camera, 'camera.brightness', 2);
  await until(async () => (await shownBrightness(page)) > darker + 10, 'the picture is brighter');

  const before = page.locator('.badge').getByText('Before');
  const isDarkAgain = async () => Math.abs((await shownBrightness(page)) - darker) < 5;
  await compare.hover();
  await page.mouse.down();
  await before.waitFor();
  await until(isDarkAgain, 'the old picture is shown');
  const { id } = (await camera.status()).camera.frame;
  await until(async () => (await camera.status()).camera.frame.id > id + 1, 'newer pictures come');
  assert.ok(await isDarkAgain(), 'it stays while the button is held');
  await page.mouse.up();
  await before.waitFor({ state: 'hidden' });

  await compare.focus();
  await page.keyboard.down('Space');
  await before.waitFor();
  await page.keyboard.up('Space');
  await before.waitFor({ state: 'hidden' });
  await isSetting(camera, 'camera.brightness', 2);

  await toolOf(page, 'opened').click();
  await isSetting(camera, 'camera.brightness', 0);
  await compare.waitFor({ state: 'hidden' });
});

test('undo goes back step by step, and names what it undoes', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Orientation');
  const undo = toolOf(page, 'undo');
  await says(undo, 'Undo');
  assert.equal(await isEnabled(undo), false);

  await fieldOf(page, 'camera.hmirror').getByRole('switch').click();
  await says(undo, 'Undo: Mirror left and right');
  await fieldOf(page, 'camera.resolution').getByRole('combobox').selectOption('320 × 240 (QVGA)');
  await says(undo, 'Undo: Picture size');
  await undo.click();
  await isSetting(camera, 'camera.resolution', 'SVGA');
  await says(page.locator('#toast'), 'Put back: Picture size');
  await says(undo, 'Undo: Mirror left and right');
  await undo.click();
  await isSetting(camera, 'camera.hmirror', false);
  await until(
    async () => !(await fieldOf(page, 'camera.hmirror').getByRole('switch').isChecked()),
    'the switch is off again',
  );
  await says(undo, 'Undo');
  assert.equal(await isEnabled(undo), false);

  await fieldOf(page, 'camera.vflip').getByRole('switch').click();
  await page.locator('#toast').getByRole('button', { name: 'Undo' }).click();
  await isSetting(camera, 'camera.vflip', false);
});

test('everything goes back to how it was when the page was opened', async (t) => {
  const camera = await startCamera(t, { set: { 'camera.contrast': 1 } });
  const page = await openSettings(t, camera);
  await unfold(page, 'Orientation', 'Prusa Connect');
  const opened = toolOf(page, 'opened');
  assert.equal(await isEnabled(opened), false);
  const before = await camera.settings();

  await fieldOf(page, 'camera.hmirror').getByRole('switch').click();
  await says(opened, 'As when I opened the page (1 change)');
  await fieldOf(page, 'camera.contrast').getByRole('button', { name: 'Default' }).click();
  await isSetting(camera, 'camera.contrast', 0);
  await fieldOf(page, 'connect.name').getByRole('textbox').fill('Other');
  await fieldOf(page, 'connect.name').getByRole('textbox').press('Enter');
  await says(opened, 'As when I opened the page (3 changes)');

  await opened.click();
  await until(async () => !(await isEnabled(opened)), 'nothing differs any more');
  assert.deepEqual(await camera.settings(), before);
  await says(toolOf(page, 'undo'), 'Undo: 3 settings');
  await toolOf(page, 'undo').click();
  await isSetting(camera, 'connect.name', 'Other');
});

test('one setting and all settings go back to their defaults', async (t) => {
  const camera = await startCamera(t);
  const keep = {
    'connect.name': 'Kept',
    'connect.token': camera.token,
    'system.log_level': 'debug',
  };
  const forget = {
    'camera.brightness': 2,
    'camera.effect': 'sepia',
    'flash.enabled': true,
    'stream.fps': 3,
    'connect.interval_s': 60,
  };
  assert.equal((await camera.api('PATCH', '/settings', { ...keep, ...forget })).status, 200);
  const page = await openSettings(t, camera);

  const brightness = fieldOf(page, 'camera.brightness');
  await brightness.getByRole('button', { name: 'Brightness: back to default' }).click();
  await isSetting(camera, 'camera.brightness', 0);
  await until(
    () => brightness.getByRole('spinbutton').evaluate((box) => box === document.activeElement),
    'the focus does not vanish with the button',
  );
  assert.equal(await brightness.getByRole('button').isVisible(), false);

  await toolOf(page, 'defaults').click();
  await page.locator('#question').getByRole('button', { name: 'Cancel' }).click();
  await isSetting(camera, 'camera.effect', 'sepia');
  await toolOf(page, 'defaults').click();
  await page.locator('#question').getByRole('button', { name: 'All to default' }).click();
  await isSetting(camera, 'camera.effect', 'none');
  const settings = await camera.settings();
  assert.equal(settings['flash.enabled'], false);
  assert.equal(settings['stream.fps'], 10);
  assert.equal(settings['connect.interval_s'], 10);
  assert.equal(settings['connect.name'], 'Kept');
  assert.deepEqual(settings['connect.token'], { set: true });
  assert.equal(settings['system.log_level'], 'debug');
  assert.equal(settings['system.open'], true);
});

test('typing finds settings', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  const filter = page.getByRole('searchbox', { name: 'Find a setting' });
  const found = toolOf(page, 'found');
  const shown = () =>
    page.locator('.settings .field:visible').evaluateAll((all) => all.map((f) => f.dataset.key));
  assert.deepEqual((await shown())[0], 'camera.resolution');
  assert.equal(await found.getAttribute('role'), 'status');

  await filter.fill('ae_LEVEL');
  await says(found, '1 setting found');
  assert.deepEqual(await shown(), ['camera.ae_level'], 'by the sensor’s name for it');
  await filter.fill('sépia');
  assert.deepEqual(await shown(), ['camera.effect'], 'by a choice, without accents');
  await filter.fill('certificate own');
  assert.deepEqual(await shown(), ['connect.ca'], 'by several words');
  await filter.fill('orientation');
  await says(found, '3 settings found');
  assert.deepEqual(
    await shown(),
    ['camera.rotation', 'camera.hmirror', 'camera.vflip'],
    'by group',
  );
  await filter.fill('nothing like this');
  await says(found, 'Nothing found.');
  assert.deepEqual(await shown(), []);
  await page.getByRole('button', { name: 'Show all settings' }).click();
  assert.equal(await filter.inputValue(), '');
  assert.ok(await filter.evaluate((input) => input === document.activeElement));
  await says(found, '');
  assert.equal(await groupOf(page, 'Picture').evaluate((details) => details.open), true);
  assert.equal(await groupOf(page, 'Exposure').evaluate((details) => details.open), false);
});

test('what depends on another setting comes and goes with it', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Exposure');
  assert.equal(await fieldOf(page, 'camera.exposure').isVisible(), false);
  await fieldOf(page, 'camera.exposure_auto').getByRole('switch').click();
  await fieldOf(page, 'camera.exposure').waitFor();
  await fieldOf(page, 'camera.exposure_auto').getByRole('switch').click();
  await fieldOf(page, 'camera.exposure').waitFor({ state: 'hidden' });
});

test('a setting that the camera lacks is absent', { skip: withoutWebcam() }, async (t) => {
  const webcam = makeWebcam(t, { env: { FAKE_V4L2_CONTROLS: 'brightness' } });
  const camera = await startCamera(t, webcam.options);
  await until(async () => (await camera.status()).camera.state === 'ready', 'the webcam works');
  const page = await openSettings(t, camera);
  await unfoldAll(page);
  await fieldOf(page, 'camera.brightness').waitFor();
  const keys = await page
    .locator('.settings .field')
    .evaluateAll((all) => all.map((field) => field.dataset.key));
  const schema = (await camera.api('GET', '/settings/schema')).json;
  assert.deepEqual([...keys].sort(), schema.map((row) => row.key).sort());
  assert.ok(!keys.includes('camera.contrast'));
});

test('a camera that does not answer: the switch goes back, and the field says why', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  page.expect(/^request failed: PATCH /);
  await unfold(page, 'Orientation', 'Prusa Connect');
  const cut = (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue());
  await page.route(SETTINGS, cut);

  const mirror = fieldOf(page, 'camera.hmirror').getByRole('switch');
  await mirror.click();
  await says(problemOf(page, 'camera.hmirror'), 'The camera does not answer.');
  assert.equal(await mirror.isChecked(), false);
  const slider = fieldOf(page, 'camera.contrast').getByRole('slider');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await says(problemOf(page, 'camera.contrast'), 'The camera does not answer.');
  assert.equal(await slider.inputValue(), '0');
  const name = fieldOf(page, 'connect.name').getByRole('textbox');
  await name.fill('Not lost');
  await name.press('Enter');
  await says(problemOf(page, 'connect.name'), 'The camera does not answer.');
  assert.equal(await name.inputValue(), 'Not lost');

  await page.unroute(SETTINGS, cut);
  await mirror.click();
  await isSetting(camera, 'camera.hmirror', true);
  await says(problemOf(page, 'camera.hmirror'), '');
});

test('of two pages, the other one’s changes arrive, and typing is left alone', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Prusa Connect');
  const name = fieldOf(page, 'connect.name').getByRole('textbox');
  await name.focus();
  await page.keyboard.type('Half a na');
  await camera.api('PATCH', '/settings', { 'connect.name': 'Theirs', 'camera.quality': 30 });
  await comeBack(page);
  await until(
    async () =>
      (await fieldOf(page, 'camera.quality').getByRole('spinbutton').inputValue()) === '30',
    'the other page’s change is shown',
  );
  await page.keyboard.type('me');
  assert.equal(await name.inputValue(), 'Half a name');
  await page.keyboard.press('Enter');
  await isSetting(camera, 'connect.name', 'Half a name');
});

test('names of people are text, also long ones', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera, { size: 'phone' });
  page.expect(REFUSED);
  await unfold(page, 'Prusa Connect');
  for (const text of [ATTACK, LONG_NAME.slice(0, 64), '𝄞'.repeat(64)]) {
    const name = fieldOf(page, 'connect.name').getByRole('textbox');
    await name.fill(text);
    await name.press('Enter');
    await isSetting(camera, 'connect.name', text);
    assert.equal(await page.locator('img[src=x]').count(), 0);
  }
  await fieldOf(page, 'connect.server').getByRole('textbox').fill(ATTACK);
  await fieldOf(page, 'connect.server').getByRole('textbox').press('Enter');
  await until(() => problemOf(page, 'connect.server').textContent(), 'it is refused');
  const filter = page.getByRole('searchbox');
  await filter.fill(ATTACK);
  await says(toolOf(page, 'found'), 'Nothing found.');
  assert.equal(await page.locator('img[src=x]').count(), 0);
});

test('a picked network is joined with its password', async (t) => {
  const camera = await startCamera(t);
  let values;
  const changes = [];
  const ours = { 'network.wifi_ssid': 'Old', 'network.wifi_password': { set: true } };
  const rows = [
    { key: 'network.wifi_ssid', type: 'text', minLength: 0, maxLength: 128, default: '' },
    { key: 'network.wifi_password', type: 'secret', minLength: 0, maxLength: 63 },
  ].map((row) => ({ group: 'network', label: row.key, ...row }));
  const routes = {
    '**/api/v1/settings/schema': async (route) => {
      const schema = await (await route.fetch()).json();
      await route.fulfill({ json: [...schema, ...rows] });
    },
    [SETTINGS]: async (route) => {
      if (route.request().method() === 'PATCH') {
        changes.push(route.request().postDataJSON());
        ours['network.wifi_ssid'] = changes.at(-1)['network.wifi_ssid'];
      } else {
        values = await (await route.fetch()).json();
      }
      await route.fulfill({ json: { ...values, ...ours } });
    },
    '**/api/v1/wifi/networks': (route) =>
      route.fulfill({
        json: [
          { ssid: ATTACK, bssid: '02:00:00:00:00:01', rssi_dbm: -50, channel: 1, secured: true },
          { ssid: 'Open', bssid: '02:00:00:00:00:02', rssi_dbm: -80, channel: 6, secured: false },
        ],
      }),
  };
  const page = await openSettings(t, camera, { routes });
  await unfold(page, 'Network');
  const field = fieldOf(page, 'network.wifi_ssid');
  const button = field.getByRole('button', { name: 'Networks nearby' });
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.click();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  await field.getByRole('button', { name: ATTACK }).click();
  assert.deepEqual(changes, [], 'not without its password');
  await page.keyboard.type('long enough');
  await page.keyboard.press('Enter');
  await until(() => changes.length === 1, 'both are sent');
  assert.deepEqual(changes[0], {
    'network.wifi_ssid': ATTACK,
    'network.wifi_password': 'long enough',
  });
  await until(
    async () => (await field.getByRole('textbox').inputValue()) === ATTACK,
    'the network is shown',
  );
  assert.equal(await isEnabled(toolOf(page, 'undo')), false, 'its password is not known any more');

  await button.click();
  await field.getByRole('button', { name: 'Open' }).click();
  await until(() => changes.length === 2, 'an open network is joined at once');
  assert.deepEqual(changes[1], { 'network.wifi_ssid': 'Open', 'network.wifi_password': null });
});

test('a camera that nobody may see without a password asks before', async (t) => {
  const camera = await startCamera(t);
  const page = await openSettings(t, camera);
  await unfold(page, 'Access and log');
  const isOpen = fieldOf(page, 'system.open').getByRole('switch');
  await isOpen.click();
  await page.locator('#question').getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await isOpen.isChecked(), true);
  await isSetting(camera, 'system.open', true);
});

test('all groups are for everybody, in each look', async (t) => {
  const camera = await startCamera(t, {
    set: { 'camera.exposure_auto': false, 'camera.agc': false, 'camera.quality': 40 },
  });
  await inEachLook(async (look) => {
    const page = await openSettings(t, camera, look);
    page.expect(REFUSED);
    await unfoldAll(page);
    await fieldOf(page, 'connect.token').getByRole('button').click();
    await fieldOf(page, 'connect.name').getByRole('textbox').fill('n'.repeat(80));
    await fieldOf(page, 'connect.name').getByRole('textbox').press('Enter');
    await until(() => problemOf(page, 'connect.name').textContent(), 'it is refused');
    await checkAccess(page, 'all settings');
    page.expectClean();
    await page.context().close();
  });
});
