// The timelapse view. A day of its own pictures goes through the real camera; for everything else
// the answers are given here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeOwner, startCamera, temporaryFolder, until } from '../e2e/support.mjs';
import { button, checkAccess, inEachLook, openPage, startBrowser } from './support.mjs';

const owner = makeOwner();
after(owner.end);
const browser = await startBrowser(owner);

let camera; // only its pictures and its page matter, so one does for all
const jpegs = [];
before(async () => {
  camera = await startCamera(owner);
  for (const brightness of [-2, 0, 2]) {
    await camera.api('PATCH', '/settings', { 'camera.brightness': brightness });
    jpegs.push((await camera.snapshot('?max_age_ms=0')).body);
  }
});

const API = '/api/v1/timelapse';
const NEWEST = '2026-11-22';
const FILES = Array.from({ length: 12 }, (_, i) => `08-${String(15 + i)}-30.jpg`);

// What a camera with a timelapse keeps, and what it was asked for. `answers` are
// { path: (route) => … } that come instead.
function makeKept() {
  const days = new Map([
    ['2026-11-20', FILES.slice(0, 3)],
    [NEWEST, [...FILES]],
    ['2026-11-21', FILES.slice(0, 5)],
  ]);
  const kept = { days, asked: [], answers: {}, open: 0, mostOpen: 0 };

  const answer = async (path, route) => {
    const [day, file] = path.split('/').filter(Boolean);
    if (!day) {
      const list = [...days].map(([name, files]) => ({
        day: name,
        pictures: files.length,
        bytes: files.length * 50000,
      }));
      return { json: { days: list, used_bytes: 1e6, keep_bytes: 1e9, free_bytes: 7.5e9 } };
    }
    const name = day.replace('.avi', '');
    if (!days.has(name)) return { status: 404, json: { detail: 'There is no such day.' } };
    if (day !== name)
      return {
        body: 'RIFF',
        contentType: 'video/x-msvideo',
        headers: { 'Content-Disposition': 'attachment' },
      };
    if (route.request().method() === 'DELETE') {
      days.delete(name);
      return { status: 204, body: '' };
    }
    if (!file) return { json: { day, pictures: days.get(day) } };
    return { body: jpegs[FILES.indexOf(file) % jpegs.length], contentType: 'image/jpeg' };
  };

  kept.handle = async (route) => {
    const path = new URL(route.request().url()).pathname.slice(API.length);
    kept.asked.push(path);
    kept.open++;
    kept.mostOpen = Math.max(kept.mostOpen, kept.open);
    if (kept.answers[path]) await kept.answers[path](route);
    else await route.fulfill(await answer(path, route));
    kept.open--;
  };
  return kept;
}

async function schemaWithoutTimelapse(route) {
  const response = await route.fetch();
  const rows = (await response.json()).filter(({ group }) => group !== 'timelapse');
  await route.fulfill({ response, json: rows });
}

function openTimelapse(t, kept, more = {}) {
  return openPage(t, browser, camera.url, {
    path: '/#timelapse',
    routes: { [`**${API}**`]: kept.handle },
    ...more,
  });
}

const scrubber = (page) => page.getByRole('slider', { name: 'Time of day' });
const place = (page) => page.locator('.player .place');
const reason = (page) => page.locator('.player .reason');
const picture = (page) => page.locator('.player img');
const dayButtons = (page) => page.locator('.days li button');
const says = (element, words) => element.filter({ hasText: words }).waitFor();
const valueText = (page) => scrubber(page).getAttribute('aria-valuetext');

async function isDrawn(page) {
  return picture(page).evaluate((img) => img.complete && img.naturalWidth > 0);
}

test('a real day is played, taken home and deleted', async (t) => {
  const state = path.join(temporaryFolder(t), 'camera');
  const folder = path.join(state, 'timelapse/2026-11-22/08');
  fs.mkdirSync(folder, { recursive: true });
  for (const [i, file] of FILES.entries())
    fs.writeFileSync(path.join(folder, file), jpegs[i % jpegs.length]);
  const own = await startCamera(t, { state });
  const page = await openPage(t, browser, own.url, { path: '/#timelapse' });
  await says(dayButtons(page).first(), 'Sunday, November 22, 2026');
  await until(() => isDrawn(page), 'a picture');
  await page.getByRole('combobox', { name: 'Pictures a second' }).selectOption('25 a second');
  await button(page, 'Play').click();
  await says(place(page), '8:26:30 AM · 12 of 12');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Day as AVI' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), '2026-11-22.avi');
  const film = fs.readFileSync(await download.path());
  assert.equal(
    film
      .subarray(0, 12)
      .toString()
      .replace(/[^A-Z ]/g, ''),
    'RIFFAVI ',
  );
  await button(page, 'Delete day').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete day' }).click();
  await page.getByText('No pictures are kept yet.').waitFor();
  await until(() => !fs.existsSync(path.dirname(folder)), 'the files are gone');
});

test('what keeps pictures from being kept is told', async (t) => {
  const kept = makeKept();
  const sentence = 'There is no card. Put a microSD card in, formatted as FAT32.';
  kept.answers[''] = (route) =>
    route.fulfill({
      json: { days: [], used_bytes: 0, keep_bytes: 1e9, free_bytes: 0, state: 'missing', sentence },
    });
  const page = await openTimelapse(t, kept);
  await says(page.locator('.days .problem'), sentence);
  await checkAccess(page, 'a missing card');
});

test('without a timelapse there is no way to it', async (t) => {
  const page = await openPage(t, browser, camera.url, {
    path: '/#timelapse',
    routes: { [`**${API}`]: (route) => route.fulfill({ status: 404, json: {} }) },
  });
  page.expect(/404: GET .*timelapse/);
  const gone = page.waitForResponse((response) => response.url().endsWith(API));
  assert.equal((await gone).status(), 404);
  await page.getByRole('region', { name: 'Prusa Connect' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Timelapse' }).count(), 0);
});

test('a camera without the settings for it is not even asked', async (t) => {
  const kept = makeKept();
  const page = await openPage(t, browser, camera.url, {
    routes: { [`**${API}**`]: kept.handle, '**/settings/schema': schemaWithoutTimelapse },
  });
  await page.waitForResponse((response) => response.url().endsWith('/api/v1/settings'));
  await page.waitForResponse((response) => response.url().endsWith('/status'));
  assert.deepEqual(kept.asked, []);
});

test('days are there, newest first, with the space they take', async (t) => {
  await inEachLook(async (look) => {
    const page = await openTimelapse(t, makeKept(), look);
    await dayButtons(page).nth(2).waitFor();
    const names = await dayButtons(page).allTextContents();
    assert.match(names[0], /Sunday, November 22, 2026.*12 pictures, 600\skB/);
    assert.match(names[1], /Saturday, November 21, 2026.*5 pictures/);
    assert.match(names[2], /Friday, November 20, 2026.*3 pictures/);
    await says(page.locator('.room p'), '1 MB of 1 GB used; 7.5 GB free');
    await until(() => isDrawn(page), 'the newest day begins with its first picture');
    await says(place(page), '8:15:30 AM · 1 of 12');
    assert.equal(await dayButtons(page).first().getAttribute('aria-pressed'), 'true');
    await checkAccess(page, 'the timelapse view');
    await page.close();
  });
});

test('a day is chosen; by keyboard one goes through its pictures', async (t) => {
  const page = await openTimelapse(t, makeKept());
  await until(() => isDrawn(page), 'a picture');
  await dayButtons(page).nth(1).press('Enter');
  await page.getByRole('heading', { name: 'Saturday, November 21, 2026' }).waitFor();
  await says(place(page), '1 of 5');
  await until(() => isDrawn(page), 'a picture');
  const first = await picture(page).getAttribute('src');
  await scrubber(page).press('ArrowRight');
  await says(place(page), '8:16:30 AM · 2 of 5');
  assert.equal(await valueText(page), '8:16:30 AM');
  await until(async () => (await picture(page).getAttribute('src')) !== first, 'another picture');
  await scrubber(page).press('End');
  await says(place(page), '5 of 5');
  await page.getByAltText('Picture of Saturday, November 21, 2026, 8:19:30 AM').waitFor();
});

test('who drags gets the last picture; what was passed over is not fetched', async (t) => {
  const kept = makeKept();
  let go;
  const gate = new Promise((resolve) => {
    go = resolve;
  });
  kept.answers[`/${NEWEST}/${FILES[1]}`] = async (route) => {
    await gate;
    await route.fulfill({ body: jpegs[1], contentType: 'image/jpeg' });
  };
  const page = await openTimelapse(t, kept);
  await until(() => isDrawn(page), 'a picture');
  for (let i = 0; i < 8; i++) await scrubber(page).press('ArrowRight');
  await says(place(page), '9 of 12');
  go();
  await page.getByAltText(/8:23:30 AM/).waitFor();
  await says(place(page), '9 of 12');
  const pictures = kept.asked.filter((path) => path.endsWith('.jpg'));
  assert.deepEqual(
    pictures,
    [0, 1, 8].map((i) => `/${NEWEST}/${FILES[i]}`),
  );
  assert.equal(kept.mostOpen, 1);
});

test('it plays to the end, at most two pictures ahead, and again from the beginning', async (t) => {
  const kept = makeKept();
  const page = await openTimelapse(t, kept);
  await until(() => isDrawn(page), 'a picture');
  assert.deepEqual(
    kept.asked.filter((path) => path.endsWith('.jpg')),
    [`/${NEWEST}/${FILES[0]}`],
    'it does not play by itself',
  );
  await page.getByRole('combobox', { name: 'Pictures a second' }).selectOption('25 a second');
  await button(page, 'Play').click();
  await button(page, 'Pause').waitFor();
  await says(place(page), '12 of 12');
  await button(page, 'Play').waitFor();
  assert.ok(kept.mostOpen <= 2, `${kept.mostOpen} at once`);
  const order = kept.asked.filter((path) => path.endsWith('.jpg'));
  assert.deepEqual(
    order,
    FILES.map((file) => `/${NEWEST}/${file}`),
    'each once, in order',
  );
  await button(page, 'Play').click();
  await until(async () => /^8:1/.test(await place(page).textContent()), 'the beginning again');
  await button(page, 'Pause').click();
  await button(page, 'Play').waitFor();
  const stopped = await place(page).textContent();
  const asked = kept.asked.length;
  const paused_ms = (await camera.status()).uptime_ms;
  await until(
    async () => (await camera.status()).uptime_ms > paused_ms + 500,
    'time for a dozen pictures passes',
  );
  assert.equal(await place(page).textContent(), stopped);
  assert.ok(kept.asked.length - asked <= 1, 'paused, nothing more is fetched');
});

test('playing waits for a picture that is slow', async (t) => {
  const kept = makeKept();
  let go;
  const gate = new Promise((resolve) => {
    go = resolve;
  });
  kept.answers[`/${NEWEST}/${FILES[4]}`] = async (route) => {
    await gate;
    await route.fulfill({ body: jpegs[1], contentType: 'image/jpeg' });
  };
  const page = await openTimelapse(t, kept);
  await until(() => isDrawn(page), 'a picture');
  await page.getByRole('combobox', { name: 'Pictures a second' }).selectOption('25 a second');
  await button(page, 'Play').click();
  await until(() => kept.asked.includes(`/${NEWEST}/${FILES[5]}`), 'one more is fetched ahead');
  await says(place(page), '4 of 12');
  assert.ok(!kept.asked.includes(`/${NEWEST}/${FILES[6]}`), 'and no more than that');
  go();
  await says(place(page), '12 of 12');
});

test('pictures leave the memory again', async (t) => {
  const kept = makeKept();
  const page = await openTimelapse(t, kept);
  await page.evaluate(() => {
    window.alive = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      const url = createObjectURL.call(URL, blob);
      if (document.body.dataset.view === 'timelapse') window.alive.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      window.alive.delete(url);
      revokeObjectURL.call(URL, url);
    };
  });
  await until(() => isDrawn(page), 'a picture');
  await page.getByRole('combobox', { name: 'Pictures a second' }).selectOption('25 a second');
  await button(page, 'Play').click();
  await says(place(page), '12 of 12');
  await button(page, 'Play').waitFor();
  await until(
    () =>
      page.evaluate(() => {
        window.alive.delete(document.querySelector('.preview img').src); // was just under way
        return window.alive.size <= 1;
      }),
    'only the picture that is shown is kept',
  );
});

test('the day and the picture can be taken home', async (t) => {
  const page = await openTimelapse(t, makeKept());
  await until(() => isDrawn(page), 'a picture');
  await scrubber(page).press('ArrowRight');
  for (const [name, file] of [
    ['Day as AVI', '2026-11-22.avi'],
    ['This picture', '2026-11-22-08-16-30.jpg'],
  ]) {
    const link = page.getByRole('link', { name });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    assert.equal(download.suggestedFilename(), file);
  }
});

test('a day is deleted when the question is answered', async (t) => {
  const kept = makeKept();
  const page = await openTimelapse(t, kept);
  await until(() => isDrawn(page), 'a picture');
  await button(page, 'Delete day').click();
  const dialog = page.getByRole('dialog');
  await says(dialog, 'Delete all pictures of Sunday, November 22, 2026?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.ok(kept.days.has(NEWEST));
  await button(page, 'Delete day').click();
  await checkAccess(page, 'the question before deleting');
  await dialog.getByRole('button', { name: 'Delete day' }).click();
  await page.getByText('The pictures of Sunday, November 22, 2026 are deleted.').waitFor();
  assert.ok(!kept.days.has(NEWEST));
  await until(async () => (await dayButtons(page).count()) === 2, 'the others are left');
  await page.getByRole('heading', { name: 'Saturday, November 21, 2026' }).waitFor();
});

test('a day that goes away meanwhile is told, and the others go on', async (t) => {
  const kept = makeKept();
  const page = await openTimelapse(t, kept);
  page.expect(/404: GET/);
  await until(() => isDrawn(page), 'a picture');
  kept.days.delete('2026-11-20');
  await dayButtons(page).nth(2).click();
  await page.getByText('The pictures of Friday, November 20, 2026 are no longer there.').waitFor();
  await until(async () => (await dayButtons(page).count()) === 2, 'it is gone from the list');
  kept.days.delete(NEWEST); // the one that is shown
  await scrubber(page).press('End');
  await page.getByText('The pictures of Sunday, November 22, 2026 are no longer there.').waitFor();
  await until(async () => (await dayButtons(page).count()) === 1, 'one is left');
  await dayButtons(page).first().click();
  await says(place(page), '1 of 5');
});

test('a picture that is missing, or broken, is told; playing goes over it', async (t) => {
  const kept = makeKept();
  kept.answers[`/${NEWEST}/${FILES[1]}`] = (route) =>
    route.fulfill({ status: 404, json: { detail: 'There is no such picture.' } });
  kept.answers[`/${NEWEST}/${FILES[2]}`] = (route) =>
    route.fulfill({ body: 'not a JPEG', contentType: 'image/jpeg' });
  const page = await openTimelapse(t, kept);
  page.expect(/404: GET/);
  await until(() => isDrawn(page), 'a picture');
  await scrubber(page).press('ArrowRight');
  await says(reason(page), 'This picture is no longer there.');
  await checkAccess(page, 'a missing picture');
  await scrubber(page).press('ArrowRight');
  await says(place(page), '3 of 12');
  await says(reason(page), 'This picture is no longer there.');
  await scrubber(page).press('Home');
  await reason(page).waitFor({ state: 'hidden' });
  await button(page, 'Play').click();
  await says(place(page), '12 of 12');
  assert.ok(await reason(page).isHidden());
});

test('a lost connection is told, stops playing, and the picture comes when it is back', async (t) => {
  const kept = makeKept();
  const page = await openTimelapse(t, kept);
  page.expect(/ERR_CONNECTION_REFUSED/);
  await until(() => isDrawn(page), 'a picture');
  await page.route(`**${API}/**`, (route) => route.abort('connectionrefused'));
  await button(page, 'Play').click();
  await says(reason(page), 'The camera does not answer.');
  await button(page, 'Play').waitFor();
  await checkAccess(page, 'a lost connection');
  await page.unroute(`**${API}/**`);
  await reason(page).waitFor({ state: 'hidden' });
});

test('today grows while somebody looks', async (t) => {
  const kept = makeKept();
  kept.days.set(NEWEST, FILES.slice(0, 2));
  const page = await openTimelapse(t, kept);
  await says(place(page), '1 of 2');
  await scrubber(page).press('ArrowRight');
  kept.days.set(NEWEST, [...FILES]);
  await page.getByRole('link', { name: 'System' }).click();
  await page.getByRole('link', { name: 'Timelapse' }).click();
  await says(dayButtons(page).first(), '12 pictures');
  await scrubber(page).press('End');
  await says(place(page), '12 of 12');
  kept.days.set(NEWEST, FILES.slice(5)); // the camera made room
  await page.getByRole('link', { name: 'System' }).click();
  await page.getByRole('link', { name: 'Timelapse' }).click();
  await says(place(page), '8:26:30 AM · 7 of 7');
});

test('with nothing kept, it tells how to begin', async (t) => {
  const kept = makeKept();
  kept.days.clear();
  await inEachLook(async (look) => {
    const page = await openTimelapse(t, kept, look);
    await page.getByText('No pictures are kept yet.').waitFor();
    await checkAccess(page, 'an empty timelapse');
    await page.getByRole('link', { name: 'Open the settings' }).click();
    await page.waitForURL(/#settings$/);
    await page.close();
  });
});
