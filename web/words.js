// The page's words in the reader's language, and times and numbers in the reader's format.
//
//   await loadWords();                        // what the first view says
//   await loadMoreWords();                    // set-up, system, timelapse
//   t('picture.download')                     // of languages/CODE.json: section "picture"
//   t('connect.tally', { n: 20, good: 19 })   // n picks the plural form where there are several
const LANGUAGES = {
  en: 'English',
  cs: 'Čeština',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  pl: 'Polski',
};
const CHOSEN = 'connectcam-language'; // in localStorage, once somebody chose
const LOAD_WITHIN_MS = 30 * 1000;
const NOW_MS = 2500; // a moment so short ago is "just now"

let words = {};
let locale = 'en'; // the language as the reader's region writes it, as in de-AT
let plurals = new Intl.PluralRules(locale);
const formats = new Map(); // by kind and options: making one takes a millisecond

function remembered() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function pickLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = [asked, remembered(), ...navigator.languages].filter(Boolean);
  const codes = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return codes.find((code) => code in LANGUAGES) || 'en';
}

// [code, the language's name in that language itself]
export function languages() {
  return Object.entries(LANGUAGES);
}

export function currentLanguage() {
  return document.documentElement.lang;
}

// Keeps the choice, and loads the page again to show it.
export function chooseLanguage(code) {
  try {
    localStorage.setItem(CHOSEN, code);
    location.reload();
  } catch {
    location.search = `?lang=${code}`; // a browser that keeps nothing
  }
}

async function fetchWords(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(LOAD_WITHIN_MS) });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function loadWords() {
  const code = pickLanguage();
  words = await fetchWords(`/languages/${code}.json`);
  formats.clear();
  locale = navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === code) || code;
  plurals = new Intl.PluralRules(locale);
  document.documentElement.lang = code;
}

// Resolves at once when they are there.
export async function loadMoreWords() {
  if (words.setup) return;
  const more = await fetchWords(`/languages/${currentLanguage()}.later.json`);
  words = { ...words, ...more };
}

function find(key) {
  const dot = key.indexOf('.');
  return words[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

function shown(value) {
  return typeof value === 'number' ? number(value) : value;
}

// Words that may be missing: '' then. For names that come from the camera.
export function tIfAny(key, values = {}) {
  const found = find(key);
  if (found === undefined) return '';
  const pattern =
    typeof found === 'string' ? found : (found[plurals.select(values.n)] ?? found.other);
  return pattern.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

// A key without words shows itself: better than nothing, and a test finds it.
export function t(key, values) {
  return find(key) === undefined ? key : tIfAny(key, values);
}

function formatOf(Kind, options) {
  const key = `${Kind.name} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(locale, options));
  return formats.get(key);
}

export function number(value, options) {
  return formatOf(Intl.NumberFormat, options).format(value);
}

function unit(value, name, digits = 0) {
  const options = { style: 'unit', unit: name, unitDisplay: 'short' };
  // a number and its unit stay in one line
  return number(value, { ...options, maximumFractionDigits: digits }).replaceAll(' ', '\u00a0');
}

export function percent(value) {
  return number(value / 100, { style: 'percent' });
}

export function celsius(value) {
  return unit(value, 'celsius');
}

export function bytes(value) {
  if (value < 1000) return unit(value, 'byte');
  if (value < 1e6) return unit(value / 1e3, 'kilobyte');
  if (value < 1e9) return unit(value / 1e6, 'megabyte', 1);
  return unit(value / 1e9, 'gigabyte', 1);
}

export function duration(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 60) return unit(s, 'second');
  if (s < 3600) return unit(Math.floor(s / 60), 'minute');
  if (s < 86400)
    return `${unit(Math.floor(s / 3600), 'hour')} ${unit(Math.floor((s % 3600) / 60), 'minute')}`;
  return unit(Math.floor(s / 86400), 'day');
}

export function ago(ms) {
  if (ms < NOW_MS) return t('common.justNow');
  const format = formatOf(Intl.RelativeTimeFormat, { style: 'short' });
  const s = Math.floor(ms / 1000);
  if (s < 60) return format.format(-s, 'second');
  if (s < 3600) return format.format(-Math.floor(s / 60), 'minute');
  if (s < 86400) return format.format(-Math.floor(s / 3600), 'hour');
  return format.format(-Math.floor(s / 86400), 'day');
}

export function dateAndTime(unix_ms) {
  return formatOf(Intl.DateTimeFormat, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    unix_ms,
  );
}

export function date(unix_ms) {
  return formatOf(Intl.DateTimeFormat, { dateStyle: 'full' }).format(unix_ms);
}

export function time(unix_ms) {
  return formatOf(Intl.DateTimeFormat, { timeStyle: 'medium' }).format(unix_ms);
}
