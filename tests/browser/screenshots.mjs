// What `make screenshots` does: the views of the page, as the real program beside a Connect of its
// own shows them, into docs/images/. Another view is another row of `views`.
//
//     node tests/browser/screenshots.mjs [NAME…]     all of them, or only those named
import fs from 'node:fs';
import path from 'node:path';
import { makeOwner, root, startCamera, startStandin, until } from '../e2e/support.mjs';
import { startFlasher } from './flasher_support.mjs';
import { openPage, startBrowser, whenPictureIsThere } from './support.mjs';

const NAMED = { 'network.hostname': 'printer-camera' };
const [, VERSION] = fs
  .readFileSync(path.join(root, 'CMakeLists.txt'), 'utf8')
  .match(/^project\(connectcam VERSION ([0-9.]+)/m);
const PICTURES = 4; // that Connect has got before, so that there is something to be seen

// Each becomes docs/images/NAME.png. `at` is the page's address; `steps` brings the page where it
// is to be looked at; `full` shows it down to its end; `start` is for a view that needs a camera of
// its own: what startCamera takes; `flasher` is for the page that writes the
// firmware. What else openPage takes goes there.
const views = [
  { name: 'page', size: 'desktop', steps: waitForPicture },
  { name: 'page-dark', size: 'desktop', dark: true, steps: waitForPicture },
  { name: 'phone', size: 'phone', steps: waitForPicture },
  { name: 'settings', size: 'desktop', at: '/#settings', steps: brighten },
  { name: 'settings-phone', size: 'phone', at: '/#settings', language: 'de', steps: brighten },
  { name: 'system', size: 'desktop', at: '/#system', steps: waitForLog },
  { name: 'system-phone', size: 'phone', dark: true, at: '/#system', steps: waitForLog },
  { name: 'set-up', size: 'phone', start: { open: false }, steps: waitForStep },
  { name: 'set-up-token', size: 'phone', start: {}, at: '/#setup', steps: waitForStep },
  { name: 'trouble', size: 'phone', start: { camera: '/dev/video99' }, steps: waitForReason },
  { name: 'flasher', size: 'desktop', flasher: true, at: '/#ai-thinker' },
];

async function waitForPicture(page) {
  await whenPictureIsThere(page);
  await page.locator('.strip li').first().waitFor({ state: 'attached' });
}

// The picture beside its settings, one of them just changed.
async function brighten(page, camera) {
  await waitForPicture(page);
  await page.locator('[id="setting-camera.brightness"]').press('ArrowRight');
  await page.locator('#toast button').waitFor();
  const { id } = (await camera.status()).camera.frame;
  await until(async () => (await camera.status()).camera.frame.id > id + 1, 'a brighter picture');
  await page.evaluate(() => document.activeElement.blur());
  await camera.api('PATCH', '/settings', { 'camera.brightness': null });
}

async function waitForLog(page) {
  await page.locator('.log li').first().waitFor();
}

async function waitForStep(page) {
  await page.locator('#setup [data-step]:not([hidden]) h2').waitFor();
}

async function waitForReason(page) {
  await page.locator('.preview .reason strong').waitFor();
}

async function takeScreenshot(browser, shared, view) {
  const { name, at = '/', start, flasher, steps, full = false, ...look } = view;
  const owner = makeOwner();
  try {
    const site = flasher && (await startFlasher(owner, { version: VERSION }));
    const camera = start ? await startCamera(owner, { set: NAMED, ...start }) : shared;
    const page = await openPage(owner, browser, (site ?? camera).url, { path: at, ...look });
    await steps?.(page, camera);
    await page.evaluate(() => document.fonts.ready);
    const file = path.join(root, 'docs/images', `${name}.png`);
    await page.screenshot({ path: file, fullPage: full, animations: 'disabled', caret: 'hide' });
    console.log(`${path.relative(root, file)}  ${Math.round(fs.statSync(file).size / 1000)} kB`);
  } finally {
    await owner.end();
  }
}

async function takeAll(owner, wanted) {
  const standin = await startStandin(owner, { args: ['--pace', '0'] });
  const camera = await startCamera(owner, { standin, set: NAMED });
  for (let i = 0; i < PICTURES; i++) await camera.send();
  const browser = await startBrowser(owner);
  for (const view of wanted) await takeScreenshot(browser, camera, view);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !views.some((view) => view.name === name));
if (unknown.length) {
  console.error(`There is no ${unknown[0]}; there are ${views.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const owner = makeOwner();
try {
  await takeAll(
    owner,
    views.filter(({ name }) => !names.length || names.includes(name)),
  );
} finally {
  await owner.end();
}
