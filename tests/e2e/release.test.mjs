// The steps of a release, in a tree of its own: one version everywhere, firmware that is signed, and files that are what
// their list says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { root, temporaryFolder, without } from './support.mjs';

const VERSIONED = [
  'CMakeLists.txt',
  'tools/connect-standin/CMakeLists.txt',
  'debian/changelog',
  'docs/openapi.yaml',
];
const TOOLS = ['tools/release.py', 'tools/firmware-key', 'esp32/boards/ai-thinker.h'];
const skip = without('python3', 'openssl');

function makeTree(t) {
  const folder = temporaryFolder(t);
  for (const file of [...VERSIONED, ...TOOLS]) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.copyFileSync(path.join(root, file), path.join(folder, file));
  }
  const [, version] = fs
    .readFileSync(path.join(root, 'CMakeLists.txt'), 'utf8')
    .match(/connectcam VERSION ([0-9.]+)/);
  const tree = {
    version,
    path: (file) => path.join(folder, file),
    write: (file, content) => {
      fs.mkdirSync(path.dirname(tree.path(file)), { recursive: true });
      fs.writeFileSync(tree.path(file), content);
    },
    read: (file) => fs.readFileSync(tree.path(file)),
    release: (args, env = {}) =>
      spawnSync(tree.path('tools/release.py'), args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, ...env },
      }),
    key: (name) => {
      assert.equal(spawnSync(tree.path('tools/firmware-key'), ['make', tree.path(name)]).status, 0);
      return tree.path(name);
    },
  };
  tree.write(
    'CHANGELOG.md',
    `# Changelog\n\n## ${version} (2030-01-02)\n\n- A lens.\n\n## 0.0.1\n`,
  );
  return tree;
}

// What `make firmware`, `make package` and `make sbom` leave.
function makeBuild(tree, { version = tree.version, board = 'ai-thinker', key } = {}) {
  const image = Buffer.alloc(4096);
  image.write(version, 48);
  image.write('connectcam', 80);
  image.write(`connectcam board${board}`, 288);
  fs.readFileSync(key ?? tree.path('esp32/release.pub')).copy(image, 1000);
  const folder = 'build/firmware-ai-thinker';
  const parts = {
    bootloader: { offset: '0x1000', file: 'bootloader/bootloader.bin' },
    app: { offset: '0x10000', file: 'connectcam.bin' },
    'partition-table': { offset: '0x8000', file: 'partition_table/partition-table.bin' },
    otadata: { offset: '0xe000', file: 'ota_data_initial.bin' },
  };
  for (const [name, { file }] of Object.entries(parts)) tree.write(`${folder}/${file}`, name);
  tree.write(`${folder}/connectcam.bin`, image);
  tree.write(`${folder}/connectcam.elf`, 'elf');
  tree.write(`${folder}/sbom.spdx.json`, '{}');
  tree.write(
    `${folder}/flasher_args.json`,
    JSON.stringify({
      ...parts,
      flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
      extra_esptool_args: { chip: 'esp32' },
    }),
  );
  const deb = `build/connectcam_${tree.version}_armhf.deb`;
  tree.write(deb, 'deb');
  tree.write(`${deb}.spdx.json`, '{}');
  tree.write('build/flasher.spdx.json', '{}');
  return image;
}

test('all that names a version names one', { skip }, (t) => {
  assert.equal(spawnSync(path.join(root, 'tools/release.py'), ['check']).stderr.toString(), '');
  for (const file of VERSIONED) {
    const tree = makeTree(t);
    assert.equal(tree.release(['check']).status, 0);
    tree.write(file, tree.read(file).toString().replace(tree.version, '77.0.1'));
    const { status, stderr } = tree.release(['check']);
    assert.equal(status, 1, file);
    assert.match(stderr, /says version .* says /);
  }
});

test('a tag is a release when it is the version, with words about it and a key', { skip }, (t) => {
  const tree = makeTree(t);
  const tag = `v${tree.version}`;
  assert.match(tree.release(['check', tag]).stderr, /no esp32\/release\.pub/);
  fs.renameSync(`${tree.key('key')}.pub`, tree.path('esp32/release.pub'));
  assert.equal(tree.release(['check', tag]).status, 0);
  assert.match(tree.release(['check', 'v77.0.1']).stderr, /The tag is v77\.0\.1/);
  assert.equal(tree.release(['notes']).stdout, '- A lens.\n');
  tree.write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- A lens.\n');
  assert.match(tree.release(['check', tag]).stderr, /says nothing below/);
  assert.equal(tree.release(['notes']).status, 1);
  tree.write('CHANGELOG.md', `## Unreleased\n\n- More.\n\n## ${tree.version}\n\n- A lens.\n`);
  assert.match(tree.release(['check', tag]).stderr, /still has a section "Unreleased"/);
});

test('the files of a release are signed, named for good, and what their lists say', {
  skip,
}, (t) => {
  const tree = makeTree(t);
  const key = tree.key('key');
  fs.renameSync(`${key}.pub`, tree.path('esp32/release.pub'));
  const image = makeBuild(tree);
  const files = ['files', 'build', 'out'];
  assert.match(tree.release(files, { RELEASE_KEY: '' }).stderr, /RELEASE_KEY is wanted/);
  for (const given of [key, fs.readFileSync(key, 'utf8')])
    assert.equal(tree.release(files, { RELEASE_KEY: given }).stderr, '');

  const names = fs.readdirSync(tree.path('out'));
  for (const name of ['connectcam-ai-thinker.bin', 'connectcam_armhf.deb', 'connectcam.pub'])
    assert.ok(names.includes(name), name);
  assert.ok(!names.some((name) => name.includes(tree.version)), 'addresses stay');
  const signed = tree.read('out/connectcam-ai-thinker.bin');
  assert.deepEqual(signed.subarray(0, image.length), image);
  assert.equal(signed.toString('latin1', image.length, image.length + 8), 'CCSIGN01');
  assert.ok(!names.some((name) => tree.read(`out/${name}`).includes('PRIVATE KEY')));

  const hash = (name) =>
    crypto
      .createHash('sha256')
      .update(tree.read(`out/${name}`))
      .digest('hex');
  const sums = tree.read('out/SHA256SUMS').toString().trim().split('\n');
  assert.deepEqual(
    sums,
    names.filter((name) => name !== 'SHA256SUMS').map((name) => `${hash(name)}  ${name}`),
  );
  const list = JSON.parse(tree.read('out/connectcam.json'));
  assert.equal(list.version, tree.version);
  const { chip, files: parts } = list.boards['ai-thinker'];
  assert.equal(chip, 'esp32');
  assert.deepEqual(
    parts.map(({ offset }) => offset).sort((a, b) => a - b),
    [0x1000, 0x8000, 0xe000, 0x10000],
  );
  for (const { name, bytes, sha256 } of [...parts, ...list.packages]) {
    assert.equal(bytes, tree.read(`out/${name}`).length, name);
    assert.equal(sha256, hash(name), name);
  }
});

test('what would make a release that cameras refuse makes none', { skip }, (t) => {
  const tree = makeTree(t);
  const key = tree.key('key');
  const other = tree.key('other');
  fs.renameSync(`${key}.pub`, tree.path('esp32/release.pub'));
  const why = (RELEASE_KEY = key) =>
    tree.release(['files', 'build', 'out'], { RELEASE_KEY }).stderr;
  assert.match(why(), /no firmware for ai-thinker: make firmware BOARD=ai-thinker/);
  makeBuild(tree, { version: '77.0.1' });
  assert.match(why(), /is of version 77\.0\.1/);
  makeBuild(tree, { board: 's3-eye' });
  assert.match(why(), /for s3-eye/);
  makeBuild(tree, { key: `${other}.pub` });
  assert.match(why(), /built without FIRMWARE_KEY/);
  makeBuild(tree);
  assert.match(why(other), /signed by another key/);
  fs.copyFileSync(`${other}.pub`, tree.path('esp32/release-before.pub'));
  assert.match(why(), /signed by another key/);
  assert.equal(why(other), '', 'the release in which the key changes');
  fs.rmSync(tree.path('esp32/release-before.pub'));
  fs.rmSync(tree.path(`build/connectcam_${tree.version}_armhf.deb`));
  assert.match(why(), /no Debian package/);
});
