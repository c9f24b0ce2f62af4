// Files that the page itself makes, for the reader to keep.
import { make } from './dom.js';

const REVOKE_AFTER_MS = 60 * 1000; // by then every browser has begun to save

// As the browser saves what is downloaded.
export function saveFile(name, blob) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}

// camera-2026-11-22 from a name and the reader's date.
export function datedName(name, date = new Date()) {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  return `${name}-${day}`;
}
