// Why a value was refused, in the reader's language. The camera says it in English; what the schema
// tells of the setting says the same in every language.
//
//   refusalOf(row, value, error)   // row: of the schema; error: what change() threw
import { tokenProblem, tokenProblemWords } from './token.js';
import { currentLanguage, t } from './words.js';

export const PASSWORD_MIN = 8; // characters, of the camera's password and of a Wi-Fi's
const WIFI_PASSWORD_MAX = 63;
const ADDRESSES = [
  'network.ip',
  'network.netmask',
  'network.gateway',
  'network.dns1',
  'network.dns2',
];

function ofToken(text) {
  const problem = text ? tokenProblem(text) : null;
  return problem ? tokenProblemWords(problem) : '';
}

function ofPassword(text) {
  const n = [...text].length;
  return n > 0 && n < PASSWORD_MIN ? t('refusals.password') : '';
}

export function hasPlainSigns(text) {
  return /^[ -~]*$/.test(text);
}

export function hasWifiPasswordLength(text) {
  return text.length >= PASSWORD_MIN && text.length <= WIFI_PASSWORD_MAX;
}

function ofWifiPassword(text) {
  const fits = text === '' || (hasPlainSigns(text) && hasWifiPasswordLength(text));
  return fits ? '' : t('refusals.wifiPassword');
}

function ofAddress(text) {
  const parts = text.trim().split('.');
  const isGood = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && part <= 255);
  return isGood || !text.trim() ? '' : t('refusals.address');
}

function ofServer(text) {
  const isHttps = /^https:\/\//i.test(text.trim());
  return isHttps ? t('refusals.server') : t('refusals.serverHttps');
}

function ofInteger(row, value) {
  const { minimum: min, maximum: max, step } = row;
  const isGood =
    Number.isInteger(value) && value >= min && value <= max && (value - min) % step === 0;
  if (isGood) return '';
  return step === 1 ? t('refusals.integer', { min, max }) : t('refusals.steps', { min, max, step });
}

function ofLength(row, text) {
  const n = [...text.trim()].length;
  if (n >= row.minLength && n <= row.maxLength) return '';
  const bounds = { min: row.minLength, max: row.maxLength, n };
  return row.minLength ? t('refusals.length', bounds) : t('refusals.lengthMax', bounds);
}

function ofText(row, text) {
  if (row.key === 'connect.token') return ofToken(text);
  if (row.key === 'network.wifi_password') return ofWifiPassword(text);
  if (ADDRESSES.includes(row.key)) return ofAddress(text);
  const length = ofLength(row, text);
  if (length) return length;
  if (row.key === 'system.password') return ofPassword(text);
  return row.key === 'connect.server' ? ofServer(text) : '';
}

function derive(row, value) {
  if (row.type === 'integer') return ofInteger(row, value);
  return typeof value === 'string' && row.type !== 'choice' ? ofText(row, value) : '';
}

export function refusalOf(row, value, error) {
  const own = error.errors?.find((problem) => problem.key === row.key);
  if (currentLanguage() === 'en') return own ? own.detail : error.message;
  if (own) return derive(row, value) || t('common.refused', { detail: own.detail });
  const { detail } = error.problem || {};
  return detail ? t('common.refused', { detail }) : error.message;
}
