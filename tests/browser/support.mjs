// What every test of the page stands on: Debian's chromium with a watch on each page, and what must
// hold in any view. Programs come from tests/e2e/support.mjs.
//
//     const owner = makeOwner();
//     after(owner.end);
//     const browser = await startBrowser(owner);
//
//     test('the camera view', async (t) => {
//       const camera = await startCamera(t);
//       await inEachLook(async (look) => {
//         const page = await openPage(t, browser, camera.url, look);
//         await page.getByRole('heading', { level: 1 }).waitFor();
//         await checkAccess(page, 'the camera view');
//         await page.expectClean();
//         await page.close();
//       });
//     });
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { atEnd } from '../e2e/support.mjs';

// Sizes that people have; openPage also takes any { width, height }.
export const sizes = {
  phone: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
};

const PHONE = { isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const SLOW = { offline: false, latency: 200, downloadThroughput: 50e3, uploadThroughput: 50e3 };
const WAIT_MS = 20 * 1000; // programs that a sanitizer slows down, on two busy cores
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// One chromium for a test file. It gets no sandbox from root, whom chromium refuses one.
export async function startBrowser(owner) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0,
    args: [
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
      '--disable-lcd-text',
      '--disable-gpu',
    ],
  });
  atEnd(owner, () => browser.close());
  return browser;
}

// A playwright page at `url`, watched: at the owner's end, or at page.expectClean(), whatever went
// wrong behind it fails the test, unless page.expect(/regex/) named it. `login` answers the
// camera's challenge; `slow` is 50 KB/s with 200 ms latency; `routes` are { glob: handler }; `prepare` gets
// the page before it is opened.
export async function openPage(
  owner,
  browser,
  url,
  {
    size = 'desktop',
    dark = false,
    language = 'en',
    login,
    reducedMotion = false,
    forcedColors = false,
    slow = false,
    timezone = 'UTC',
    path = '/',
    routes = {},
    prepare = async () => {},
  } = {},
) {
  const context = await browser.newContext({
    viewport: sizes[size] ?? size,
    ...(size === 'phone' && PHONE),
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: forcedColors ? 'active' : 'none',
    locale: language,
    timezoneId: timezone,
    httpCredentials: login,
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  watch(page, new URL(url).origin);
  endRoutesFirst(page, page);
  endRoutesFirst(page, context);
  atEnd(owner, async () => {
    await context.close();
    page.expectClean();
  });
  if (slow) {
    const session = await context.newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', SLOW);
  }
  for (const [glob, handler] of Object.entries(routes)) await page.route(glob, handler);
  await prepare(page);
  await page.goto(new URL(path, url).href, { waitUntil: 'domcontentloaded' });
  return page;
}

// The page asks for its status to the end: a handler that is about to answer fails when what it
// answers goes away.
function endRoutesFirst(page, closable) {
  const close = closable.close.bind(closable);
  closable.close = async () => {
    if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' });
    await close();
  };
}

// Adds page.expect(regex), page.expectClean() and page.complaints, a line for each of these: errors
// and warnings of the console (a violated Content-Security-Policy is one), errors that nobody
// caught, requests to elsewhere, failed requests, and answers of 400 and more.
function watch(page, origin) {
  const expected = [];
  page.complaints = [];
  page.expect = (pattern) => expected.push(pattern);
  page.expectClean = () => {
    const bad = page.complaints.filter((line) => !expected.some((pattern) => pattern.test(line)));
    assert.deepEqual(bad, [], `behind the page went wrong:\n  ${bad.join('\n  ')}`);
  };
  const complain = (line) => page.complaints.push(line);

  page.on('console', (message) => {
    const isTold = message.text().startsWith('Failed to load resource'); // below, with more words
    if (['error', 'warning'].includes(message.type()) && !isTold)
      complain(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`page error: ${error.stack ?? error}`));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (!['blob:', 'data:'].includes(to.protocol) && to.origin !== origin)
      complain(`request to elsewhere: ${request.method()} ${to.href}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure().errorText;
    const isGivenUp = why === 'net::ERR_ABORTED'; // by the page itself, or because it ends
    if (!isGivenUp) complain(`request failed: ${request.method()} ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400)
      complain(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
  });
}

// Until the newest picture is drawn.
export function whenPictureIsThere(page) {
  return page.waitForFunction(() => document.querySelector('.preview img').naturalWidth > 0);
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });

// Another tab comes in front of the page, or leaves it.
export async function hide(page, hidden) {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

// Runs `visit({ size, dark, name })` in each size, light and dark; a failure says in which.
export async function inEachLook(visit) {
  for (const size of Object.keys(sizes))
    for (const dark of [false, true]) {
      const name = `${size}, ${dark ? 'dark' : 'light'}`;
      try {
        await visit({ size, dark, name });
      } catch (error) {
        error.message = `${name}: ${error.message}`;
        throw error;
      }
    }
}

// What must hold in any view, once it stands still: axe-core finds nothing, nothing is scrolled
// sideways, no text is cut off.
export async function checkAccess(page, what) {
  await page.evaluate(waitForAnimations);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const findings = await page.evaluate(
    async (rules) => (await window.axe.run(document, { runOnly: rules })).violations,
    [...WCAG, 'best-practice'],
  );
  const lines = findings.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}) at ${node.target.join(' ')}: ${node.failureSummary}`),
  );
  lines.push(...(await page.evaluate(findCutText)));
  assert.deepEqual(lines, [], `${what} is not for everybody:\n  ${lines.join('\n  ')}`);
}

// Colours half-way through a transition are nobody's choice. (What never ends is not waited for.)
async function waitForAnimations() {
  const ending = document
    .getAnimations()
    .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map((animation) => animation.finished));
}

// Runs in the page: a line for each text that somebody cannot read whole.
function findCutText() {
  const SLACK_PX = 1; // of rounding
  const width = document.documentElement.clientWidth;
  const found = [];
  const scrollWidth = document.scrollingElement.scrollWidth;
  if (scrollWidth > width) found.push(`it scrolls sideways: ${scrollWidth} px in ${width} px`);

  // What keeps the box from being seen whole: 'scroll' and 'unseen' are on purpose.
  function limitOf(element, box) {
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      const edges = around.getBoundingClientRect();
      const isTiny = edges.width <= 2 && edges.height <= 2 && style.overflow !== 'visible';
      if (isTiny || style.clipPath !== 'none') return 'unseen';
      if (['auto', 'scroll'].includes(style.overflowX)) return 'scroll';
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') return 'ellipsis';
      const isCut = (overflow, before, after) =>
        ['hidden', 'clip'].includes(overflow) && (before > SLACK_PX || after > SLACK_PX);
      if (
        isCut(style.overflowX, edges.left - box.left, box.right - edges.right) ||
        isCut(style.overflowY, edges.top - box.top, box.bottom - edges.bottom)
      )
        return 'cut';
      if (style.position === 'fixed') break;
    }
    const isOutside = box.right < 0; // as a skip link waits
    return !isOutside && (box.left < -SLACK_PX || box.right > width + SLACK_PX) ? 'cut' : '';
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    if (boxes.some((box) => limitOf(element, box) === 'cut'))
      found.push(`cut off: “${text.data.trim()}” in ${element.tagName.toLowerCase()}`);
  }
  return found;
}
