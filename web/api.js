// The camera's HTTP API. What goes wrong arrives as a Refusal or as Unreachable, both with a
// sentence for people.
import { t } from './words.js';

const SEND_WAIT_MS = 160 * 1000; // the camera itself gives up after 150 s

// The camera answered, and said no.
export class Refusal extends Error {
  constructor({ status, headers }, problem) {
    super(problem.sentence || problem.detail || t('trouble.refused', { status }));
    this.status = status;
    this.retry_s = Number(headers.get('Retry-After')) || 0; // 0: not said
    this.problem = problem; // what else it told: problem+json (RFC 9457)
    this.errors = problem.errors || []; // [{key, detail}], one for each setting that was refused
  }
}

export class Unreachable extends Error {
  constructor() {
    super(t('trouble.noAnswer'));
  }
}

export async function problemOf(response) {
  try {
    return new Refusal(response, await response.json());
  } catch {
    return new Refusal(response, {}); // a proxy in between has no words for us
  }
}

// The response when it is a good one. wait_ms: when to give up. It is long where the browser may be
// showing its login dialog meanwhile: giving up would close that.
export async function request(method, path, { body, wait_ms = 60000 } = {}) {
  const options = { method, cache: 'no-store', signal: AbortSignal.timeout(wait_ms) };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'Content-Type': 'application/json' };
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function requestJson(method, path, options) {
  const response = await request(method, path, options);
  try {
    return await response.json();
  } catch {
    throw new Unreachable(); // it broke off
  }
}

// {blob, headers}
export async function requestBlob(method, path, options) {
  const response = await request(method, path, options);
  try {
    return { blob: await response.blob(), headers: response.headers };
  } catch {
    throw new Unreachable(); // it broke off
  }
}

export const getStatus = () => requestJson('GET', '/api/v1/status');

// null: the camera is away, or not ready to answer yet.
export async function getStatusIfAny(wait_ms) {
  try {
    return await requestJson('GET', '/api/v1/status', { wait_ms });
  } catch {
    return null;
  }
}

// Takes a picture and sends it; throws a Refusal with Connect's answer when it did not arrive.
export const sendNow = () => requestJson('POST', '/api/v1/connect/send', { wait_ms: SEND_WAIT_MS });
export const getSettings = () => requestJson('GET', '/api/v1/settings');
export const getSchema = () => requestJson('GET', '/api/v1/settings/schema');
// Resolves to all settings as they are then.
export const changeSettings = (changes) =>
  requestJson('PATCH', '/api/v1/settings', { body: changes });
