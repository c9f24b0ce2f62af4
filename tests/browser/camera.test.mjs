// What a person sees who opens the page: the picture, Prusa Connect at a glance, light and flash.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  atEnd,
  makeOwner,
  makeWebcam,
  readJpeg,
  startCamera,
  startStandin,
  until,
  withoutWebcam,
} from '../e2e/support.mjs';
import {
  button,
  checkAccess,
  hide,
  inEachLook,
  openPage,
  startBrowser,
  whenPictureIsThere,
} from './support.mjs';

const owner = makeOwner();
after(owner.end);
let browser;
before(async () => {
  browser = await startBrowser(owner);
});

const image = (page) => page.locator('.preview img');

// The camera's own count of its pictures, as the test camera paints a new one for each.
async function shownPicture(page) {
  return image(page).getAttribute('src');
}

// As the view shows it; what is announced says the same.
function sentLine(page, words = /^Sent /) {
  return page.locator('#camera').getByText(words);
}

describe('the picture', () => {
  test('is there, new by itself, with its age, size and bytes, in every look', async (t) => {
    const standin = await startStandin(t, { args: ['--pace', '0'] });
    const camera = await startCamera(t, { standin });
    await until(async () => (await camera.status()).connect.state === 'fine', 'a picture arrived');
    await inEachLook(async (look) => {
      const page = await openPage(t, browser, camera.url, look);
      await whenPictureIsThere(page);
      const first = await shownPicture(page);
      await page.waitForFunction(
        (src) => document.querySelector('.preview img').getAttribute('src') !== src,
        first,
      );
      await page.waitForFunction(() =>
        / · 800 × 600 · \d+\skB$/.test(document.querySelector('.facts').textContent),
      );
      await sentLine(page).waitFor();
      await checkAccess(page, 'the camera view');
      page.expectClean();
      await page.context().close();
    });
  });

  test('live video is switched on and off, and frees its place', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await button(page, 'Live video').click();
    await until(async () => (await camera.status()).camera.viewers === 1, 'a viewer is there');
    await page.getByText('Live', { exact: true }).waitFor();
    assert.match(await image(page).getAttribute('src'), /^\/stream\.mjpg/);
    await page.waitForFunction(() =>
      /^800 × 600 · Sharpness [1-9]/.test(document.querySelector('.facts').textContent),
    );
    await checkAccess(page, 'live video');
    await button(page, 'Live video').click();
    await until(async () => (await camera.status()).camera.viewers === 0, 'the viewer is gone');
    await page.waitForFunction(() =>
      document.querySelector('.preview img').getAttribute('src').startsWith('blob:'),
    );
  });

  test('beside live video its sharpness is new several times for each still picture', async (t) => {
    const camera = await startCamera(t);
    const asked = { status: 0, still: 0 };
    const page = await openPage(t, browser, camera.url);
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname === '/api/v1/status') asked.status++;
      if (pathname === '/snapshot.jpg') asked.still++;
    });
    const countFor = async (name, count) => {
      const before = { ...asked };
      await until(async () => asked[name] - before[name] >= count, `${count} times ${name}`);
      return { status: asked.status - before.status, still: asked.still - before.still };
    };
    await whenPictureIsThere(page);
    await button(page, 'Live video').click();
    await page.getByText(/ · Sharpness [1-9]/).waitFor();
    await countFor('status', 1); // every two seconds until now
    const live = await countFor('still', 2);
    assert.ok(live.status >= 4 * live.still, JSON.stringify(live));
    await button(page, 'Live video').click();
    await countFor('status', 1);
    const still = await countFor('status', 3);
    assert.ok(still.still >= 2 * still.status, JSON.stringify(still));
  });

  test('live video behind another tab frees its place, and goes on in front', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await button(page, 'Live video').click();
    await until(async () => (await camera.status()).camera.viewers === 1, 'a viewer is there');
    await hide(page, true);
    await until(async () => (await camera.status()).camera.viewers === 0, 'the viewer is gone');
    await hide(page, false);
    await until(async () => (await camera.status()).camera.viewers === 1, 'the viewer is back');
  });

  test('one that breaks off on the way is not the last', async (t) => {
    const camera = await startCamera(t);
    let pictures = 0;
    const link = http.createServer((asked, answer) => {
      const { method, url, headers } = asked;
      const onward = http.request(camera.url, { method, path: url, headers }, (response) => {
        answer.writeHead(response.statusCode, response.rawHeaders);
        if (url.startsWith('/snapshot.jpg') && ++pictures === 2)
          response.once('data', (part) =>
            answer.write(part.subarray(0, 100), () => answer.destroy()),
          );
        else response.pipe(answer);
      });
      asked.pipe(onward);
    });
    await new Promise((resolve) => link.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => link.close());
    const page = await openPage(t, browser, `http://127.0.0.1:${link.address().port}`);
    page.expect(/request failed.*snapshot/);
    await whenPictureIsThere(page);
    await until(() => pictures > 2, 'it asks for more');
    const shown = await shownPicture(page);
    await page.waitForFunction(
      (src) => document.querySelector('.preview img').getAttribute('src') !== src,
      shown,
    );
  });

  test('says so when all places for live viewers are taken', async (t) => {
    const camera = await startCamera(t, { set: { 'stream.viewers': 1 } });
    const first = await openPage(t, browser, camera.url);
    const second = await openPage(t, browser, camera.url);
    second.expect(/503.*stream\.mjpg/);
    await whenPictureIsThere(first);
    await button(first, 'Live video').click();
    await until(async () => (await camera.status()).camera.viewers === 1, 'the place is taken');
    await whenPictureIsThere(second);
    await button(second, 'Live video').click();
    await second
      .locator('.reason')
      .getByText(/^All places for live viewers/)
      .waitFor();
    assert.equal(await button(second, 'Live video').getAttribute('aria-pressed'), 'false');
    await checkAccess(second, 'no place for a viewer');
    const shown = await shownPicture(second);
    await second.waitForFunction(
      (src) => document.querySelector('.preview img').getAttribute('src') !== src,
      shown,
    );
  });

  test('taking one keeps it on the screen until one goes on', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await button(page, 'Take picture').click();
    await page
      .locator('.badge')
      .getByText(/^Taken /)
      .waitFor();
    const taken = await shownPicture(page);
    const before = (await camera.status()).camera.frame.id;
    // somebody else makes the camera go on; this page does not
    await camera.snapshot('?max_age_ms=0');
    await until(async () => (await camera.status()).camera.frame.id > before, 'a newer picture');
    await page.waitForFunction(() =>
      /[2-9] sec/.test(document.querySelector('.facts').textContent),
    );
    assert.equal(await shownPicture(page), taken);
    await checkAccess(page, 'a picture that was taken');
    await button(page, 'Go on').click();
    await page.waitForFunction(
      (src) => document.querySelector('.preview img').getAttribute('src') !== src,
      taken,
    );
  });

  test('is downloaded whole, under a name that says when it was taken', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download this picture' }).click();
    const download = await waiting;
    assert.match(download.suggestedFilename(), /^camera-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.jpg$/);
    const parts = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    assert.equal(readJpeg(Buffer.concat(parts)).width, 800);
  });

  test('fills the screen and comes back, by button and by keyboard', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await button(page, 'Full screen').click();
    await page.waitForFunction(() => document.fullscreenElement?.tagName === 'FIGURE');
    await button(page, 'Leave full screen').click();
    await page.waitForFunction(() => !document.fullscreenElement);
    await button(page, 'Full screen').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.fullscreenElement?.tagName === 'FIGURE');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.fullscreenElement);
  });

  test('a camera that is unplugged: the last picture greyed, why, and back again by itself', {
    skip: withoutWebcam(),
  }, async (t) => {
    const webcam = makeWebcam(t);
    const camera = await startCamera(t, webcam.options);
    const page = await openPage(t, browser, camera.url, { size: 'phone' });
    page.expect(/503.*snapshot\.jpg/);
    await whenPictureIsThere(page);
    await webcam.command('unplug', camera);
    await page
      .getByText('The camera does not work. It is tried again by itself.')
      .first()
      .waitFor();
    const { reason } = (await camera.status()).camera;
    assert.ok(reason);
    await page.locator('.reason').getByText(reason).waitFor();
    assert.match(await page.locator('.preview figure').getAttribute('class'), /stale/);
    assert.ok((await image(page).boundingBox()).height > 100, 'the last picture stays');
    assert.ok(await button(page, 'Take picture').isDisabled());
    await checkAccess(page, 'a camera that is gone');
    await webcam.command('plug', camera);
    await until(
      () => page.evaluate(() => !document.querySelector('.preview figure').matches('.stale')),
      'the camera is back',
      60,
    );
    const again = await shownPicture(page);
    await page.waitForFunction(
      (src) => document.querySelector('.preview img').getAttribute('src') !== src,
      again,
    );
  });

  test('a camera that never worked says what to do', async (t) => {
    const camera = await startCamera(t, { camera: '/dev/video99' });
    const page = await openPage(t, browser, camera.url);
    await page
      .getByText('The camera does not work. It is tried again by itself.')
      .first()
      .waitFor();
    await checkAccess(page, 'no camera');
  });
});

describe('light and flash', () => {
  test('are one tap away, and the camera obeys', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url, { size: 'phone' });
    await whenPictureIsThere(page);
    await button(page, 'Light').tap();
    await until(async () => (await camera.status()).light.on, 'the light is on');
    assert.equal(await button(page, 'Light').getAttribute('aria-pressed'), 'true');
    await button(page, 'Light').tap();
    await until(async () => !(await camera.status()).light.on, 'the light is off');
    await button(page, 'Flash').tap();
    await until(async () => (await camera.settings())['flash.enabled'], 'the flash is on');
    await page.locator('#light-level').focus();
    await page.keyboard.press('Home');
    await until(async () => (await camera.status()).light.level === 1, 'the lamp is at 1 %');
    await page.getByText('1%', { exact: true }).waitFor();
  });

  test('what somebody else switches is seen here', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await whenPictureIsThere(page);
    await camera.api('PUT', '/light', { on: true });
    await page.waitForFunction(
      () => document.querySelector('.actions [data-part=light]').ariaPressed === 'true',
    );
  });
});

describe('Prusa Connect', () => {
  let standin;
  before(async () => {
    standin = await startStandin(owner, { args: ['--pace', '0'] });
  });

  test('says when the last picture was sent and when the next one is', async (t) => {
    const camera = await startCamera(t, { standin });
    const page = await openPage(t, browser, camera.url);
    await sentLine(page, /^Sent (just now|\d+ sec\. ago)$/).waitFor();
    await page.getByText(/^Next picture (now|in \d+ sec)$/).waitFor();
    await page.getByText('1 of 1 picture arrived').waitFor();
    assert.equal(await page.locator('.strip li.good').count(), 1);
  });

  test('"Send now" answers with what happened, good and bad', async (t) => {
    const camera = await startCamera(t, { standin, set: { 'connect.interval_s': 3600 } });
    const page = await openPage(t, browser, camera.url);
    page.expect(/502.*connect\/send/);
    await sentLine(page).waitFor();
    const since = await standin.lastNumber();
    await button(page, 'Send now').click();
    await page.getByText('The picture arrived at Connect.').waitFor();
    await standin.waitFor((entry) => entry.picture, 'the picture', { since });
    await standin.fault('status=503');
    await button(page, 'Send now').click();
    await page
      .locator('.outcome')
      .getByText(/^Connect has a problem of its own \(503\)/)
      .waitFor();
    await page.locator('.strip li.bad').waitFor();
    await checkAccess(page, 'a picture that did not arrive');
  });

  for (const [name, fault, sentence] of [
    ['a token that is not accepted', 'status=403 x9', /^The token is not accepted\. Make a new/],
    ['an outage', 'status=500 x9', /^Connect has a problem of its own \(500\)/],
    ['too many pictures', 'status=429 x9', /^Connect wants fewer pictures/],
  ])
    test(`${name}: what is wrong and what to do`, async (t) => {
      const own = await startStandin(t, { args: ['--pace', '0', '--fault', fault] });
      const camera = await startCamera(t, { standin: own });
      const page = await openPage(t, browser, camera.url, { size: 'phone' });
      await page.locator('.connect .sentence').getByText(sentence).waitFor();
      assert.equal(await page.locator('.connect').getAttribute('data-state'), 'trouble');
      await checkAccess(page, name);
    });

  test('without a token there is a way to enter one', async (t) => {
    const camera = await startCamera(t);
    const page = await openPage(t, browser, camera.url);
    await button(page, 'Enter token').click();
    await page.waitForFunction(() => document.activeElement?.matches('.field input'));
    assert.equal(new URL(page.url()).hash, '#settings');
    await page.keyboard.type(camera.token);
    await page.keyboard.press('Enter');
    await until(async () => (await camera.settings())['connect.token'].set, 'the token is set');
  });

  test('another language says what the camera says, and its own words stay readable', async (t) => {
    const own = await startStandin(t, { args: ['--pace', '0', '--fault', 'status=403 x9'] });
    const camera = await startCamera(t, { standin: own });
    const page = await openPage(t, browser, camera.url, { language: 'de' });
    await page
      .locator('.connect .own-words')
      .getByText(/^The token is not accepted/)
      .waitFor();
    const words = await page.locator('.connect .sentence').textContent();
    assert.notEqual(words, await page.locator('.connect .own-words').textContent());
    await checkAccess(page, 'a German sentence');
  });
});

test('screen readers hear a change once, and nothing while all is well', async (t) => {
  const standin = await startStandin(t, { args: ['--pace', '0'] });
  const camera = await startCamera(t, { standin });
  const page = await openPage(t, browser, camera.url);
  await sentLine(page).waitFor();
  await page.evaluate(() => {
    window.heard = [];
    const live = document.querySelectorAll('[role=status], [role=alert], [role=log], [aria-live]');
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes)
        if (target.textContent.trim()) window.heard.push(target.textContent.trim());
    });
    for (const region of live)
      observer.observe(region, { childList: true, characterData: true, subtree: true });
  });
  const sent = async () => (await camera.status()).connect.history.length;
  const before = await sent();
  await until(async () => (await sent()) > before, 'one more picture was sent', 30);
  await sentLine(page, /^Sent (just now|[1-4] sec\. ago)$/).waitFor();
  assert.deepEqual(await page.evaluate(() => window.heard), []);
  await standin.fault('status=500 x9');
  await page.waitForFunction(() => window.heard.length > 0, null, { timeout: 40000 });
  const polls = async () =>
    page.evaluate(() => performance.getEntriesByName(`${location.origin}/api/v1/status`).length);
  const seen = await polls();
  await until(async () => (await polls()) >= seen + 3, 'three more polls');
  assert.equal((await page.evaluate(() => window.heard)).length, 1);
});
