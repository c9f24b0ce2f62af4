'use strict';

// The page asks for what is newer than it knows, and the answer waits until there is something. All text
// goes in through textContent: what a camera sends is never markup.

const ROWS = 100;
const PICTURES_EACH = 5;

const byId = (id) => document.getElementById(id);
let requests = [];
let shownPictures = '';
let shownRows = '';

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function remarksOf(request) {
  const remarks = [];
  if (request.width) remarks.push(`${request.width}×${request.height}`);
  if (request.fault) remarks.push(`as told: ${request.fault}`);
  if (request.wrong) remarks.push(request.wrong);
  return remarks.join(' · ');
}

function connectionOf(request) {
  const number = request.event === 'request' ? `${request.connection}.${request.request_on_connection}`
    : String(request.connection);
  return [number, request.tls, request.resumed && 'resumed'].filter(Boolean).join(' ');
}

function rowOf(request) {
  const row = element('tr');
  const isRequest = request.event === 'request';
  const good = request.status >= 200 && request.status < 300;
  row.append(
    element('td', new Date(request.time_ms).toLocaleTimeString()),
    element('td', isRequest ? `${request.method ?? '?'} ${request.path}` : 'TLS handshake'),
    element('td', request.status ? String(request.status) : 'no answer', good ? 'good' : 'bad'),
    element('td', isRequest ? sizeOf(request.bytes) : ''),
    element('td', connectionOf(request)),
    element('td', [request.token, request.fingerprint].filter(Boolean).join(' ')),
    element('td', remarksOf(request)),
  );
  return row;
}

function showRows() {
  const rows = requests.slice(-ROWS).reverse();
  const key = `${rows[0]?.seq} ${rows.length}`;
  if (key === shownRows) return;
  shownRows = key;
  byId('requests').replaceChildren(...rows.map(rowOf));
  byId('no-requests').hidden = rows.length > 0;
}

function camerasOf() {
  const cameras = new Map();
  for (const request of requests) {
    if (!request.fingerprint || !(request.picture || (request.info && request.status < 300))) continue;
    const key = `${request.token} ${request.fingerprint}`;
    const camera = cameras.get(key) ?? { token: request.token, name: '', pictures: [] };
    if (request.info) camera.name = request.info.config.name;
    if (request.picture) camera.pictures.unshift(request);
    cameras.set(key, camera);
  }
  return [...cameras.values()];
}

function pictureOf(request) {
  const link = element('a');
  link.href = request.picture;
  const image = element('img');
  image.src = request.picture;
  image.width = request.width;
  image.height = request.height;
  image.alt = `Picture of ${new Date(request.time_ms).toLocaleTimeString()}`;
  link.append(image);
  return link;
}

function cameraOf(camera) {
  const box = element('div', '', 'camera');
  const title = element('h3', `${camera.name || 'A camera'} `);
  title.append(element('small', `token ${camera.token}`));
  const pictures = element('div', '', 'pictures');
  pictures.append(...camera.pictures.slice(0, PICTURES_EACH).map(pictureOf));
  box.append(title, pictures);
  return box;
}

function showCameras() {
  const cameras = camerasOf();
  const key = cameras.map((camera) => `${camera.name} ${camera.pictures[0]?.seq}`).join();
  if (key === shownPictures) return;
  shownPictures = key;
  byId('cameras').replaceChildren(
    ...(cameras.length ? cameras.map(cameraOf) : [element('p', 'No picture has arrived yet.', 'empty')]));
}

function showFaults(steps) {
  const text = steps.map((step) =>
    step.step + (step.path ? `:path=${step.path}` : '') +
    (step.times === 'forever' ? ' forever' : step.times > 1 ? ` x${step.times}` : '')).join(', ');
  byId('fault-state').className = '';
  byId('fault-state').textContent = text ? `Still to come: ${text}` : 'Nothing: every request is answered well.';
}

async function readFaults() {
  const answer = await fetch('/fault');
  if (answer.ok) showFaults(await answer.json());
}

async function setFaults(script) {
  const answer = await fetch('/fault', { method: 'PUT', body: script, headers: { 'Content-Type': 'text/plain' } });
  if (answer.ok) {
    showFaults(await answer.json());
    return;
  }
  byId('fault-state').className = 'bad';
  byId('fault-state').textContent = await answer.text();
}

function take(news) {
  // a stand-in that was started again counts from the beginning
  const restarted = requests.length > 0 && news.seq < requests[requests.length - 1].seq;
  requests = restarted ? [] : requests.filter((request) => request.seq >= news.first_seq);
  requests.push(...news.requests);
  showRows();
  showCameras();
  byId('state').textContent =
    `${news.connections} connections, ${news.resumed} of ${news.handshakes} TLS handshakes resumed`;
  return restarted;
}

async function follow() {
  for (let since = 0, wait = 0; ; ) {
    try {
      const answer = await fetch(`/requests.json?since=${since}&wait=${wait}`);
      if (!answer.ok) throw new Error(answer.statusText);
      const news = await answer.json();
      const restarted = take(news);
      since = restarted ? 0 : news.seq;
      wait = restarted ? 0 : 25;
      await readFaults();
    } catch {
      byId('state').textContent = 'The stand-in does not answer; trying again…';
      wait = 0;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

byId('fault-form').addEventListener('submit', (event) => {
  event.preventDefault();
  setFaults(byId('fault').value);
});
byId('fault-clear').addEventListener('click', () => setFaults('none'));
byId('forget').addEventListener('click', async () => {
  await fetch('/requests', { method: 'DELETE' });
  requests = [];
  showRows();
  showCameras();
});
follow();
