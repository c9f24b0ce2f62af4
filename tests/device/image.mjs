// Other firmwares, made of the one that was built: an image in ESP-IDF's form, changed and made
// whole again, so that only what was changed is wrong with it.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../e2e/support.mjs';
import { builtFor } from './support.mjs';

const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const CHECKSUM_BEGINS = 0xef;
const VERSION_AT = HEADER_BYTES + SEGMENT_HEADER_BYTES + 16; // of ESP-IDF's description
const VERSION_BYTES = 32;

export const readImage = () => fs.readFileSync(builtFor('qemu', 'connectcam.bin'));

// https://docs.espressif.com/projects/esptool/en/latest/esp32/advanced-topics/firmware-image-format.html
function makeWhole(image) {
  let at = HEADER_BYTES;
  let checksum = CHECKSUM_BEGINS;
  for (let segment = 0; segment < image[1]; segment++) {
    const end = at + SEGMENT_HEADER_BYTES + image.readUInt32LE(at + 4);
    for (const byte of image.subarray(at + SEGMENT_HEADER_BYTES, end)) checksum ^= byte;
    at = end;
  }
  const end = (at + 16) & ~15;
  image[end - 1] = checksum;
  crypto.createHash('sha256').update(image.subarray(0, end)).digest().copy(image, end);
  assert.equal(image.length, end + 32, 'the image ends with its SHA-256');
  return image;
}

// The same firmware by another version, of as many characters.
export function withVersion(image, version) {
  const changed = Buffer.from(image);
  const old = changed.toString('latin1', VERSION_AT, VERSION_AT + VERSION_BYTES).split('\0')[0];
  assert.equal(version.length, old.length);
  const text = changed.toString('latin1');
  const places = [
    ...text.matchAll(new RegExp(`(?<=[\\0 /])${old.replaceAll('.', '\\.')}(?=\\0)`, 'g')),
  ];
  assert.ok(places.length >= 2, 'its description, and what it tells people');
  for (const { index } of places) changed.write(version, index, 'latin1');
  return makeWhole(changed);
}

// Its camera gives nothing that is a picture.
export function withoutPictures(image) {
  const changed = Buffer.from(image);
  const folder = path.join(root, 'esp32/boards/qemu');
  for (const name of fs.readdirSync(folder)) {
    const at = changed.indexOf(fs.readFileSync(path.join(folder, name)));
    assert.ok(at > 0, `${name} is in the image`);
    changed.fill(0, at, at + 2); // where a JPEG begins
  }
  return makeWhole(changed);
}

export function forBoard(image, name) {
  const changed = Buffer.from(image);
  const mark = Buffer.from('connectcam board');
  const at = changed.indexOf(mark) + mark.length;
  assert.equal(changed.toString('latin1', at, at + 5), 'qemu\0');
  changed.write(name, at, 'latin1');
  return makeWhole(changed);
}
