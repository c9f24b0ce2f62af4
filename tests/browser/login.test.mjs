// The page of a camera with a password.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { atEnd, makeLogin, makeOwner, startCamera, until } from '../e2e/support.mjs';
import { checkAccess, inEachLook, openPage, startBrowser, whenPictureIsThere } from './support.mjs';

const password = 'correct horse «ñ»';
const right = { username: 'admin', password };
const owner = makeOwner();
after(owner.end);
let browser;
before(async () => {
  browser = await startBrowser(owner);
});

async function startClosed(t, options = {}) {
  const set = { 'network.hostname': 'workshop-cam' };
  const camera = await startCamera(t, { open: false, set, ...options });
  const answer = await camera.api('PATCH', '/settings', { 'system.password': password });
  assert.equal(answer.status, 200, answer.text);
  return camera;
}

// Chromium's login dialog is no part of the page: `login` is what is typed into it. A wrong one
// stands for a person who then closes the dialog.
async function open(t, camera, login, more = {}) {
  const page = await openPage(t, browser, camera.url, { login, ...more });
  page.expect(/^status 401: /);
  return page;
}

const says = (page, words) => page.getByText(words).filter({ visible: true }).first().waitFor();

// Another person, elsewhere, gives the camera another password.
async function changePassword(camera, next) {
  const login = makeLogin(camera.url, { password });
  const answer = await login({
    method: 'PATCH',
    path: '/api/v1/settings',
    body: JSON.stringify({ 'system.password': next }),
  });
  assert.equal(answer.status, 200, answer.text);
}

describe('login', () => {
  test('with the right password all of the page works', async (t) => {
    const camera = await startClosed(t);
    const page = await open(t, camera, right);
    await page.getByRole('heading', { level: 1, name: 'workshop-cam' }).waitFor();
    assert.equal(await page.locator('#setup').isVisible(), false);
    await whenPictureIsThere(page);

    const login = makeLogin(camera.url, { password });
    const viewers = async () => (await login({ path: '/api/v1/status' })).json.camera.viewers;
    await page.getByRole('button', { name: 'Live video' }).click();
    await until(async () => (await viewers()) === 1, 'the live video plays');
    await page.getByRole('button', { name: 'Live video' }).click();
    await until(async () => (await viewers()) === 0, 'it ends');

    await page.getByRole('button', { name: 'Take picture' }).click();
    await says(page, /^Taken /);
  });

  test('with a wrong one there is a sentence and a way to try again', async (t) => {
    const camera = await startClosed(t);
    const page = await open(t, camera, { username: 'admin', password: 'not this one' });
    await says(page, /user name is admin/);
    await page.context().setHTTPCredentials(right);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByRole('heading', { level: 1, name: 'workshop-cam' }).waitFor();
    await whenPictureIsThere(page);
  });

  test('a password that is changed elsewhere meanwhile asks for the new one, once', async (t) => {
    const camera = await startClosed(t);
    const page = await open(t, camera, right);
    await whenPictureIsThere(page);
    await changePassword(camera, 'another horse');
    await says(page, /^This camera asks for a login/);
    const asked = page.complaints.length;
    await page.clock.install();
    await page.clock.runFor(20000);
    const later = page.complaints.length;
    assert.ok(later - asked <= 1, `it asked ${later - asked} times more, unasked`);

    await page.context().setHTTPCredentials({ username: 'admin', password: 'another horse' });
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    const image = page.locator('.preview figure img');
    const before_src = await image.getAttribute('src');
    await page.clock.runFor(3000);
    await until(async () => (await image.getAttribute('src')) !== before_src, 'new pictures come');
  });

  test('a page of another machine shows pictures and live video, if it has the key', async (t) => {
    const key = 'OnlyToLook0123456789';
    const camera = await startClosed(t, { listen: '127.0.0.2:0' });
    const login = makeLogin(camera.url, { password });
    const body = JSON.stringify({ 'system.view_key': key });
    assert.equal((await login({ method: 'PATCH', path: '/api/v1/settings', body })).status, 200);
    const server = http.createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title>'),
    );
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => server.close());

    const url = `http://127.0.0.1:${server.address().port}`;
    const page = await openPage(t, browser, url, { login: right });
    page.expect(/127\.0\.0\.2/); // it asks elsewhere: that is what is tried here
    page.expect(/CORS policy/);
    const isShown = (address, crossOrigin) =>
      page.evaluate(
        ([src, cors]) =>
          new Promise((resolve) => {
            const image = new Image();
            if (cors) image.crossOrigin = 'anonymous';
            image.onload = () => resolve(true);
            image.onerror = () => resolve(false);
            image.src = src;
            document.body.append(image);
          }),
        [address, crossOrigin],
      );
    const readsFirstPart = (address) =>
      page.evaluate(async (src) => {
        const reader = (await fetch(src)).body.getReader();
        const { value } = await reader.read();
        await reader.cancel();
        return value.length > 0;
      }, address);
    assert.equal(await isShown(`${camera.url}/snapshot.jpg`), false, 'even with the login');
    assert.equal(await isShown(`${camera.url}/snapshot.jpg?key=${key}`), true);
    assert.equal(await isShown(`${camera.url}/snapshot.jpg?key=${key}`, true), true);
    assert.equal(await isShown(`${camera.url}/stream.mjpg?key=${key}`), true);
    assert.equal(await readsFirstPart(`${camera.url}/stream.mjpg?key=${key}`), true);
  });

  test('the question for the login is for everybody', async (t) => {
    await inEachLook(async ({ size, dark }) => {
      const camera = await startClosed(t);
      const page = await open(t, camera, right, { size, dark });
      await whenPictureIsThere(page);
      await changePassword(camera, 'another horse');
      await says(page, /^This camera asks for a login/);
      await checkAccess(page, 'the question for the login');
      await page.close();
    });
  });
});
