// The watch and the checks that all tests of the page lean on see what they are there for.
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after } from 'node:test';
import { atEnd, makeOwner } from '../e2e/support.mjs';
import { checkAccess, inEachLook, openPage, sizes, startBrowser } from './support.mjs';

const owner = makeOwner();
after(owner.end);
const browser = await startBrowser(owner);

// Serves one page, with the camera's own policy.
async function serve(t, { body = '', style = '', script = '' }) {
  const files = {
    '/': [
      'text/html',
      `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
      <title>A page</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="/icon.svg">
      <main><h1>A page</h1>${body}</main><script type="module" src="/page.js"></script></html>`,
    ],
    '/style.css': ['text/css', style],
    '/page.js': ['text/javascript', `${script}\ndocument.body.dataset.done = 'yes';`],
    '/icon.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  };
  const server = http.createServer((request, response) => {
    const [type, text] = files[request.url] ?? [];
    response.writeHead(type ? 200 : 404, {
      'Content-Type': type ?? 'text/plain',
      'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http:; connect-src 'self'",
    });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, () => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function open(t, content, options) {
  const page = await openPage(t, browser, await serve(t, content), options);
  await page.locator('[data-done]').waitFor();
  return page;
}

test('a clean page is clean and for everybody, in each look', async (t) => {
  const url = await serve(t, { body: '<p>Words</p>', style: ':root { color-scheme: light dark }' });
  const names = [];
  await inEachLook(async (look) => {
    const page = await openPage(t, browser, url, look);
    await page.locator('[data-done]').waitFor();
    names.push(look.name);
    const seen = await page.evaluate(() => ({
      width: innerWidth,
      height: innerHeight,
      dark: matchMedia('(prefers-color-scheme: dark)').matches,
    }));
    assert.deepEqual(seen, { ...sizes[look.size], dark: look.dark });
    await checkAccess(page, 'a clean page');
    page.expectClean();
    await page.close();
  });
  assert.equal(new Set(names).size, 6);
  await assert.rejects(
    inEachLook(({ size, dark }) => assert.ok(size !== 'tablet' || !dark, 'crooked')),
    /tablet, dark: crooked/,
  );
});

test('what goes wrong behind the page is told, and can be expected', async (t) => {
  const wrong = {
    'console.error("oops")': /^console error: oops$/,
    'console.warn("hm")': /^console warning: hm$/,
    'setTimeout(() => { throw new Error("bang"); })': /^page error: Error: bang/,
    'await fetch("/nothing")': /^status 404: GET http:.*\/nothing$/,
    'new Image().src = "http://127.0.0.1:9/x.png"': /^request to elsewhere: GET http.*:9\/x.png$/,
    'document.body.setAttribute("style", "color: red")':
      /^console error: .*Content Security Policy/,
  };
  for (const [script, line] of Object.entries(wrong)) {
    const page = await open(t, { script });
    page.expect(/ERR_(UNSAFE_PORT|CONNECTION_REFUSED)/); // beside the request to elsewhere
    while (!page.complaints.some((complaint) => line.test(complaint)))
      await page.waitForEvent('console', { timeout: 1000 }).catch(() => assert.fail(script));
    assert.throws(() => page.expectClean(), /went wrong/, script);
    page.expect(line);
    page.expectClean();
  }
});

test('text that somebody cannot read whole is told', async (t) => {
  const bad = {
    sideways: ['<p class="x">Words</p>', '.x { width: 2000px }', /scrolls sideways: \d+ px in 360/],
    outside: [
      '<p class="x">Words</p>',
      'body { overflow-x: hidden } .x { margin-left: 350px }',
      /cut off: “Words” in p/,
    ],
    'cut by its box': [
      '<p class="x">Many words in a row</p>',
      '.x { width: 50px; overflow: hidden; white-space: nowrap }',
      /cut off: “Many words in a row” in p/,
    ],
    'too faint': ['<p class="x">Words</p>', '.x { color: #bbb }', /color-contrast .* at p: Fix/],
    'no label': ['<input>', '', /label .* at input/],
  };
  for (const [name, [body, style, line]] of Object.entries(bad)) {
    const page = await open(t, { body, style }, { size: 'phone' });
    await assert.rejects(checkAccess(page, name), line, name);
  }
  const fine = await open(
    t,
    {
      body: `<p class="unseen">For screen readers</p><p class="short">Many words in a row</p>
        <pre class="log" tabindex="0">${'long '.repeat(50)}</pre><p hidden class="wide">Words</p>`,
      style: `.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden }
        .short { width: 50px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
        .log { overflow-x: auto } .wide { margin-left: 2000px }`,
    },
    { size: 'phone' },
  );
  await checkAccess(fine, 'what is short on purpose');
});

test('a page is opened as a person there would have it', async (t) => {
  const page = await open(
    t,
    { body: '<p>Words</p>' },
    {
      size: { width: 320, height: 500 },
      language: 'cs',
      timezone: 'Asia/Tokyo',
      reducedMotion: true,
      forcedColors: true,
      slow: true,
      routes: { '**/made-up': (route) => route.fulfill({ body: 'made up' }) },
    },
  );
  const seen = await page.evaluate(async () => ({
    width: innerWidth,
    language: navigator.language,
    hours: new Date(0).getHours(),
    still: matchMedia('(prefers-reduced-motion: reduce)').matches,
    forced: matchMedia('(forced-colors: active)').matches,
    answer: await (await fetch('/made-up')).text(),
  }));
  const wanted = { width: 320, language: 'cs', hours: 9, still: true, forced: true };
  assert.deepEqual(seen, { ...wanted, answer: 'made up' });
  const [first] = await page.evaluate(() => performance.getEntriesByType('navigation'));
  assert.ok(first.responseEnd - first.startTime >= 190, 'the link is slow');
});
