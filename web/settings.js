// What is asked of the camera: its settings as it has them, and changes of them, one after the
// other, with the way back.
//
//   await loadSettings();
//   await change({ 'camera.brightness': 1 });   // throws a Refusal or Unreachable
//   await undo();
import { Unreachable, getSchema, getSettings, requestJson } from './api.js';
import { pause } from './pause.js';

const CHANGE_WAIT_MS = 20 * 1000;
const DRAG_EVERY_MS = 100; // each change is written to the camera's memory card
const PAST_MAX = 100;
const ACCESS = ['system.password', 'system.open'];
// Going back must not open a camera, nor put it into a network whose password is no longer known.
const NO_WAY_BACK = ['system.open', 'network.wifi_ssid'];

const rows = new Map(); // of the schema, by key
const opened = new Map(); // each value as it was when the page was opened
const past = []; // what undo goes back to: {key: value before}, the newest last
const jobs = []; // what waits for its turn
const handlers = [];

let values = {};
let active = null; // the job that is on its way
let isWorking = false;
let sent_ms = 0;
let gesture = null; // a drag that goes on: {entry}, its entry of `past`
let access = { before() {}, after() {} };

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isFor(job, keys) {
  return job.keys.length === keys.length && keys.every((key) => job.keys.includes(key));
}

function notify() {
  for (const handler of handlers) handler();
}

async function load() {
  const schema = await getSchema();
  values = await getSettings();
  rows.clear();
  for (const row of schema) {
    rows.set(row.key, row);
    if (!opened.has(row.key)) opened.set(row.key, values[row.key]);
  }
}

// What a drag has put into `past` already, when nothing else came between.
function entryOf(ofGesture, keys) {
  const entry = ofGesture?.entry;
  return entry && past.at(-1) === entry && isSame(Object.keys(entry), keys) ? entry : null;
}

function remember(before, { keys, gesture: ofGesture }) {
  const ongoing = entryOf(ofGesture, keys);
  if (ongoing) return ongoing;
  const changed = keys.filter((key) => hasWayBack(key) && !isSame(before[key], values[key]));
  if (!changed.length) return null;
  const entry = Object.fromEntries(changed.map((key) => [key, before[key]]));
  past.push(entry);
  if (past.length > PAST_MAX) past.shift();
  if (ofGesture) ofGesture.entry = entry;
  return entry;
}

async function send(job) {
  const { changes, keys } = job;
  const isAccess = keys.some((key) => ACCESS.includes(key));
  const wait_ms = isAccess ? undefined : CHANGE_WAIT_MS;
  const before = values;
  let needsLogin = false;
  if (isAccess) access.before();
  try {
    values = await requestJson('PATCH', '/api/v1/settings', { body: changes, wait_ms });
    needsLogin = isAccess && !values['system.open'] && values['system.password'].set;
  } finally {
    if (isAccess) access.after(needsLogin);
  }
  return job.isUndo ? null : remember(before, job);
}

async function runNext() {
  if (jobs[0].gesture) await pause(Math.max(0, sent_ms + DRAG_EVERY_MS - Date.now()));
  active = jobs.shift(); // until now, a newer value could replace its own
  sent_ms = Date.now();
  const job = active;
  let isNews = false; // what failed changed nothing
  try {
    job.resolve(await (job.changes ? send(job) : load()));
    isNews = true;
  } catch (error) {
    job.reject(error);
    // the others would only wait in vain, one after the other
    if (error instanceof Unreachable) for (const other of jobs.splice(0)) other.reject(error);
  }
  active = null;
  if (isNews) notify();
}

async function work() {
  if (isWorking) return;
  isWorking = true;
  try {
    while (jobs.length) await runNext();
  } finally {
    isWorking = false;
  }
}

function enqueue(job) {
  job.promise = new Promise((resolve, reject) => Object.assign(job, { resolve, reject }));
  jobs.push(job);
  work();
  return job.promise;
}

// Whether these are what was asked for last.
function isAsked(changes, keys) {
  const last = [active, ...jobs].findLast((job) => job && isFor(job, keys));
  return isSame(
    last ? last.changes : Object.fromEntries(keys.map((key) => [key, values[key]])),
    changes,
  );
}

function differsNow(entry) {
  return Object.keys(entry).some((key) => rows.has(key) && !isSame(values[key], entry[key]));
}

// Reads schema and values again, after the changes that are on their way.
export function loadSettings() {
  const waiting = jobs.find((job) => !job.changes);
  return waiting ? waiting.promise : enqueue({ keys: [] });
}

export function schema() {
  return [...rows.values()];
}

export function value(key) {
  return values[key];
}

export function offers(key) {
  return rows.has(key);
}

// Whether a newer value is on its way.
export function isPending(key) {
  return [active, ...jobs].some((job) => job?.keys.includes(key));
}

export function hasWayBack(key) {
  return rows.get(key)?.type !== 'secret' && !NO_WAY_BACK.includes(key);
}

// One PATCH; null is the default. Resolves, once these values were taken, to what undo() takes to go
// back, or to null when nothing is different. While one is on its way, newer values of the same
// settings replace waiting ones: of a drag the last value arrives, and not all between.
export function change(changes, { drag = false } = {}) {
  const keys = Object.keys(changes);
  gesture = drag ? gesture || { entry: null } : null;
  const waiting = jobs.at(-1); // one before another job keeps its place, and this comes after both
  if (waiting?.changes && !waiting.isUndo && isFor(waiting, keys)) {
    waiting.changes = changes;
    waiting.gesture = gesture;
    return waiting.promise;
  }
  if (isAsked(changes, keys)) {
    const isOnItsWay = active && isFor(active, keys);
    return isOnItsWay ? active.promise : Promise.resolve(entryOf(gesture, keys));
  }
  return enqueue({ changes, keys, gesture });
}

// What comes next is no longer part of the same drag.
export function endDrag() {
  gesture = null;
}

function lastEntry() {
  return past.findLast(differsNow);
}

// The settings that undo() would put back now.
export function undoable() {
  return Object.keys(lastEntry() || {});
}

// Puts back what was changed last, or what one change() resolved to. Resolves to the keys.
export async function undo(entry = lastEntry()) {
  const at = past.indexOf(entry);
  if (at < 0) return [];
  past.splice(at, 1);
  const keys = Object.keys(entry).filter(offers);
  const changes = Object.fromEntries(keys.map((key) => [key, entry[key]]));
  try {
    await enqueue({ changes, keys, isUndo: true });
  } catch (error) {
    past.splice(at, 0, entry);
    throw error;
  }
  return keys;
}

// The settings that are not as they were when the page was opened.
export function differing() {
  return [...rows.keys()].filter((key) => hasWayBack(key) && !isSame(values[key], opened.get(key)));
}

// Puts all of them back; that can be undone as one change.
export function asOpened() {
  const keys = differing();
  if (!keys.length) return Promise.resolve(null);
  return change(Object.fromEntries(keys.map((key) => [key, opened.get(key)])));
}

export function whenSettingsChange(handler) {
  handlers.push(handler);
}

// Around each change of the way in: before() is the last call in which no login is asked for, and
// after(needsLogin) tells whether the next request asks for one.
export function whenAccessChanges(handlersOfAccess) {
  access = handlersOfAccess;
}
