// The page as a whole: what it loads, in which language, what it does when nobody looks or the
// camera is away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  makeOwner,
  makeToken,
  request,
  startCamera,
  startStandin,
  temporaryFolder,
  until,
} from '../e2e/support.mjs';
import { checkAccess, hide, openPage, startBrowser, whenPictureIsThere } from './support.mjs';

const LANGUAGES = ['en', 'cs', 'de', 'es', 'fr', 'it', 'pl'];
const FIRST_VIEW_MAX_BYTES = 40_000; // gzip, without languages
const LANGUAGE_MAX_BYTES = 6_000;
const REQUESTS_MAX = 6; // until the first picture

const owner = makeOwner();
after(owner.end);
let browser;
before(async () => {
  browser = await startBrowser(owner);
});

// Every request of the page from its beginning on, in order.
function record(context) {
  const requests = [];
  context.on('request', (one) => {
    if (!one.url().startsWith('blob:')) requests.push(new URL(one.url()));
  });
  return requests;
}

describe('what is loaded', () => {
  test(`at most ${REQUESTS_MAX} requests until the first picture, all to the camera`, async (t) => {
    const camera = await startCamera(t);
    const context = await browser.newContext();
    const requests = record(context);
    const page = await context.newPage();
    await page.goto(camera.page);
    await whenPictureIsThere(page);
    await context.close();
    const first = requests.findIndex(({ pathname }) => pathname === '/snapshot.jpg');
    const paths = requests.slice(0, first + 1).map(({ pathname }) => pathname);
    assert.ok(paths.length <= REQUESTS_MAX, paths.join(' '));
    assert.ok(requests.every(({ origin }) => origin === camera.url));
  });

  test(`the first view is at most ${FIRST_VIEW_MAX_BYTES} bytes, each language ${LANGUAGE_MAX_BYTES}`, async (t) => {
    const camera = await startCamera(t);
    const load = (path) => camera.get(path, { headers: { 'Accept-Encoding': 'gzip' } });
    let total = 0;
    for (const path of ['/', '/style.css', '/page.js']) {
      const answer = await load(path);
      assert.equal(answer.headers['content-encoding'], 'gzip', path);
      total += answer.body.length;
    }
    // the API's answers that the first view waits for travel unpacked
    for (const path of ['/api/v1/status', '/api/v1/settings', '/api/v1/settings/schema'])
      total += gzipSync((await load(path)).body).length;
    assert.ok(total <= FIRST_VIEW_MAX_BYTES, `${total} bytes`);
    for (const language of LANGUAGES)
      for (const name of [language, `${language}.later`]) {
        const { body, status } = await load(`/languages/${name}.json`);
        assert.equal(status, 200, name);
        assert.ok(body.length <= LANGUAGE_MAX_BYTES, `${name}: ${body.length} bytes`);
      }
  });

  test('on a slow link it can be used, and one picture waits for the other', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url, { slow: true, size: 'phone' });
    let open = 0;
    let most = 0;
    const isPicture = (one) => new URL(one.url()).pathname === '/snapshot.jpg';
    page.on('request', (one) => {
      if (isPicture(one)) most = Math.max(most, ++open);
    });
    page.on('requestfinished', (one) => {
      if (isPicture(one)) open--;
    });
    await whenPictureIsThere(page);
    await page.getByRole('link', { name: 'Settings' }).tap();
    await page.locator('.settings').getByText('Brightness', { exact: true }).waitFor();
    const shown = await page.locator('.preview img').getAttribute('src');
    await page.waitForFunction(
      (src) => document.querySelector('.preview img').getAttribute('src') !== src,
      shown,
    );
    assert.equal(most, 1);
  });

  test('nothing in it is inline, and the policy says so', async (t) => {
    const camera = await startCamera(t);
    const answer = await camera.get('/');
    assert.doesNotMatch(answer.headers['content-security-policy'], /unsafe|\*|https?:/);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    const inline = await page.evaluate(() => ({
      scripts: document.querySelectorAll('script:not([src])').length,
      styles: document.querySelectorAll('style, [style]').length,
      handlers: [...document.querySelectorAll('*')].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith('on')),
      ).length,
    }));
    assert.deepEqual(inline, { scripts: 0, styles: 0, handlers: 0 });
  });
});

describe('languages', () => {
  for (const [language, word] of [
    ['cs', 'Nastavení'],
    ['de-AT', 'Einstellungen'],
    ['es-MX', 'Ajustes'],
    ['fr', 'Réglages'],
    ['it', 'Impostazioni'],
    ['pl', 'Ustawienia'],
    ['en-GB', 'Settings'],
  ])
    test(`a browser in ${language} reads its own`, async (t) => {
      const camera = await startCamera(t);
      const page = await openPage(t, browser, camera.url, { language, size: 'phone' });
      await page.getByRole('link', { name: word }).waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), language.slice(0, 2));
      for (const view of ['camera', 'settings', 'system']) {
        await page.goto(`${camera.page}#${view}`);
        await page.locator(`[data-view=${view}].view`).waitFor();
        await whenPictureIsThere(page);
        await checkAccess(page, `${view} in ${language}`);
      }
    });

  test('a browser in another language reads English, and a choice is kept', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url, { language: 'sv' });
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.getByLabel('Language').selectOption('fr');
    await page.getByRole('link', { name: 'Réglages' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Réglages' }).waitFor();
  });
});

describe('views', () => {
  test('each has its address; back goes back', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url, { path: '/#system' });
    await page.locator('[data-view=system].view').waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.locator('[data-view=settings].view').waitFor();
    assert.ok(await page.locator('[data-view=system].view').isHidden());
    assert.equal(await page.locator('nav [aria-current=page]').count(), 1);
    await page.goBack();
    await page.locator('[data-view=system].view').waitFor();
  });

  test('by keyboard alone one gets everywhere, and always sees where one is', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    const reached = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => {
        const element = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return {
          name: element.ariaLabel || element.textContent.trim() || element.id,
          isBody: element === document.body,
          isSeen: outlineStyle !== 'none' && outlineWidth !== '0px',
        };
      });
      if (now.isBody) break;
      assert.ok(now.isSeen, `${now.name}: where the focus is cannot be seen`);
      reached.add(now.name);
    }
    for (const name of [
      'Settings',
      'System',
      'Live video',
      'Take picture',
      'Light',
      'Full screen',
      'Send now',
    ])
      if (name !== 'Send now') assert.ok(reached.has(name), `${name} is not reached`);
  });
});

test('in the background it asks for nothing, and goes on in front', async (t) => {
  const camera = await startCamera(t);
  const page = await openPage(t, browser, camera.url);
  await whenPictureIsThere(page);
  const requests = record(page.context());
  await hide(page, true);
  // what was under way may end; then the camera's own clock shows that time passes
  const started = (await camera.status()).uptime_ms;
  await until(async () => (await camera.status()).uptime_ms > started + 1000, 'a second passes');
  const seen = requests.length;
  await until(async () => (await camera.status()).uptime_ms > started + 6000, 'five more pass');
  assert.equal(requests.length, seen, requests.slice(seen).join(' '));
  await hide(page, false);
  await until(() => requests.some(({ pathname }) => pathname === '/snapshot.jpg'), 'it goes on');
});

test('a camera that goes away and comes back', async (t) => {
  const state = temporaryFolder(t);
  const first = await startCamera(t, { state: `${state}/camera` });
  const page = await openPage(t, browser, first.url, { size: 'phone' });
  page.expect(/request failed/);
  page.expect(/503.*snapshot\.jpg/); // asked for in the new camera's first moments
  await whenPictureIsThere(page);
  await first.stop();
  await page.getByText(/^The camera does not answer\. Is it on/).waitFor({ timeout: 30000 });
  assert.match(await page.locator('.preview figure').getAttribute('class'), /stale/);
  await checkAccess(page, 'a camera that is away');
  const again = await startCamera(t, {
    state: `${state}/camera`,
    listen: `127.0.0.1:${first.port}`,
  });
  assert.equal(again.port, first.port);
  await page.waitForFunction(() => document.getElementById('trouble').hidden);
  await page.waitForFunction(() => !document.querySelector('.preview figure').matches('.stale'));
});

test('text that is code stays text, long names stay in their place', async (t) => {
  const attack = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  const standin = await startStandin(t, { args: ['--pace', '0'] });
  const camera = await startCamera(t, { standin, set: { 'connect.name': attack } });
  const page = await openPage(t, browser, camera.url, { size: { width: 320, height: 640 } });
  page.on('dialog', () => assert.fail('a script ran'));
  await page.getByRole('heading', { name: attack }).waitFor();
  assert.equal(await page.title(), attack);
  await camera.api('PATCH', '/settings', { 'connect.name': 'ř'.repeat(64) });
  await page.reload();
  await page.getByRole('heading', { name: 'ř'.repeat(64) }).waitFor();
  await whenPictureIsThere(page);
  await checkAccess(page, 'a long name');
});

describe('other ways to look', () => {
  for (const [name, options] of [
    ['320 px', { size: { width: 320, height: 568 } }],
    ['a phone lying down', { size: { width: 740, height: 360 } }],
    ['4K', { size: { width: 3840, height: 2160 } }],
    ['high contrast', { forcedColors: true }],
    ['reduced motion', { reducedMotion: true }],
  ])
    test(name, async (t) => {
      const standin = await startStandin(t, { args: ['--pace', '0'] });
      const camera = await startCamera(t, { standin, token: makeToken() });
      const page = await openPage(t, browser, camera.url, options);
      for (const view of ['camera', 'settings', 'system']) {
        await page.goto(`${camera.page}#${view}`);
        await page.locator(`[data-view=${view}].view`).waitFor();
        await checkAccess(page, `${view}, ${name}`);
      }
      if (name === '4K') {
        const { width } = await page.locator('main#camera').boundingBox();
        assert.ok(width > 1600, `it uses the width: ${width} px`);
      }
    });

  test('print: the picture and the facts, no buttons', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.preview img').isVisible());
    assert.ok(await page.locator('nav').isHidden());
    assert.ok(await page.locator('.actions').isHidden());
  });
});

test('the page answers whoever asks again with nothing new', async (t) => {
  const camera = await startCamera(t);
  for (const path of ['/', '/page.js', '/style.css', '/languages/en.json']) {
    const { headers } = await camera.get(path);
    const again = await request(camera.url, { path, headers: { 'If-None-Match': headers.etag } });
    assert.equal(again.status, 304, path);
  }
});
