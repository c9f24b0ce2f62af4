// Bills of materials: what was linked is listed, in the version that was used, and what was not is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { root, temporaryFolder, without } from './support.mjs';

const skip = without('python3');

function makeTree(t) {
  const folder = temporaryFolder(t);
  const write = (file, content) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  };
  for (const file of ['tools/sbom.py', 'tools/release.py', 'CMakeLists.txt'])
    write(file, fs.readFileSync(path.join(root, file)));
  fs.chmodSync(path.join(folder, 'tools/sbom.py'), 0o755);
  return { folder, write };
}

function listBuild({ folder }, file) {
  const { status, stderr } = spawnSync(
    path.join(folder, 'tools/sbom.py'),
    [path.join(folder, 'build')],
    { encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '1893456000' } },
  );
  assert.equal(stderr, '');
  assert.equal(status, 0);
  const bill = JSON.parse(fs.readFileSync(path.join(folder, 'build', file), 'utf8'));
  assert.equal(bill.spdxVersion, 'SPDX-2.3');
  assert.equal(bill.creationInfo.created, '2030-01-01T00:00:00Z');
  const ids = bill.packages.map(({ SPDXID }) => SPDXID);
  assert.equal(new Set(ids).size, ids.length, 'each has a name of its own');
  for (const id of ids) {
    assert.match(id, /^SPDXRef-[a-zA-Z0-9.-]+$/);
    assert.ok(bill.relationships.some(({ relatedSpdxElement }) => relatedSpdxElement === id));
  }
  return new Map(bill.packages.map((one) => [one.name, one]));
}

test("a firmware's bill is the linker's map", { skip }, (t) => {
  const tree = makeTree(t);
  const idf = path.join(tree.folder, 'esp-idf');
  const component = (name, dir, ...sources) => [
    name,
    { dir, sources: sources.map((source) => path.join(dir, source)) },
  ];
  tree.write(
    'esp-idf/.gitmodules',
    [
      '[submodule "components/json/cJSON"]',
      '\tpath = components/json/cJSON',
      '\turl = ../../DaveGamble/cJSON.git',
      '\tsbom-version = 1.7.19',
      '\tsbom-cpe = cpe:2.3:a:davegamble:cjson:{}:*:*:*:*:*:*:*',
      '[submodule "components/mbedtls/mbedtls"]',
      '\tpath = components/mbedtls/mbedtls',
      '\turl = ../../espressif/mbedtls.git',
      '[submodule "components/esp_wifi/lib"]',
      '\tpath = components/esp_wifi/lib',
      '\turl = ../../espressif/esp32-wifi-lib.git',
    ].join('\n'),
  );
  tree.write(
    'esp-idf/components/lwip/lwip/sbom.yml',
    "name: 'lwip'\nversion: '2.2.0'\nsupplier: 'Organization: X'\n",
  );
  tree.write('esp-idf/components/console/argtable3/sbom.yml', 'name: argtable3\nversion: 3.2.2\n');
  tree.write(
    'managed/espressif__mdns/idf_component.yml',
    'version: "1.11.3"\nrepository: https://example.org/mdns.git\n',
  );
  const folder = 'build/firmware-ai-thinker';
  tree.write(`${folder}/connectcam.bin`, 'firmware');
  tree.write(`${folder}/CMakeCache.txt`, 'BOARD:STRING=ai-thinker\n');
  tree.write(
    `${folder}/connectcam.map`,
    [
      'Archive member included to satisfy reference by file (symbol)',
      '',
      'esp-idf/lwip/liblwip.a(tcp.c.obj)',
      'esp-idf/json/libjson.a(cJSON.c.obj)',
      'esp-idf/console/libconsole.a(commands.c.obj)',
      'esp-idf/mdns/libmdns.a(mdns.c.obj)',
      'esp-idf/mbedtls/mbedtls/library/libmbedtls.a(ssl.c.obj)',
      '/opt/gcc/lib/gcc/xtensa-esp-elf/14.2.0/libgcc.a(_divdi3.o)',
      '                              esp-idf/esp_wifi/libx.a(nothing.c.obj) (named only)',
    ].join('\n'),
  );
  tree.write(
    `${folder}/project_description.json`,
    JSON.stringify({
      idf_path: idf,
      git_revision: 'v5.5.3',
      c_compiler: '/opt/gcc/bin/xtensa-esp32-elf-gcc',
      build_component_info: Object.fromEntries([
        component('lwip', `${idf}/components/lwip`, 'lwip/src/core/tcp.c'),
        component('json', `${idf}/components/json`, 'cJSON/cJSON.c'),
        component('console', `${idf}/components/console`, 'commands.c', 'argtable3/arg_cmd.c'),
        component('mbedtls', `${idf}/components/mbedtls`),
        component('esp_wifi', `${idf}/components/esp_wifi`, 'src/wifi_init.c'),
        component('mdns', path.join(tree.folder, 'managed/espressif__mdns'), 'mdns.c'),
      ]),
    }),
  );
  const parts = listBuild(tree, 'firmware-ai-thinker/sbom.spdx.json');
  const [ours] = parts.keys();
  assert.equal(ours, 'connectcam-ai-thinker');
  assert.match(parts.get(ours).checksums[0].checksumValue, /^[0-9a-f]{64}$/);
  parts.delete(ours);
  assert.deepEqual(
    Object.fromEntries([...parts].map(([name, { versionInfo }]) => [name, versionInfo])),
    {
      cJSON: '1.7.19',
      'esp-idf': 'v5.5.3',
      libgcc: '14.2.0',
      lwip: '2.2.0',
      mbedtls: 'v5.5.3',
      mdns: '1.11.3',
    },
  );
  assert.equal(parts.get('mbedtls').comment, 'the one of ESP-IDF v5.5.3');
  assert.equal(parts.get('lwip').supplier, 'Organization: X');
  assert.equal(parts.get('cJSON').downloadLocation, 'https://github.com/DaveGamble/cJSON');
  assert.ok(
    parts
      .get('cJSON')
      .externalRefs.some(({ referenceLocator }) => /cjson:1\.7\.19:/.test(referenceLocator)),
  );
});

test("the flasher's bill is what its page takes from npm, and what that stands on", {
  skip,
}, (t) => {
  const tree = makeTree(t);
  tree.write('build/flasher/index.html', '');
  tree.write(
    'docs/flash/flash.js',
    "import { a } from '@scope/tool/dist/a.js';\nimport './own.js';\nimport {\n  b,\n} from 'small';\n",
  );
  const packages = {
    'node_modules/@scope/tool': { version: '1.0.0', license: 'MIT', dependencies: { deep: '^2' } },
    'node_modules/@scope/tool/node_modules/deep': {
      version: '2.1.0',
      dependencies: { small: '1' },
    },
    'node_modules/deep': { version: '1.0.0' },
    'node_modules/small': { version: '1.2.3', license: 'ISC' },
    'node_modules/linter': { version: '9.9.9' },
  };
  tree.write('package-lock.json', JSON.stringify({ packages }));
  const parts = listBuild(tree, 'flasher.spdx.json');
  assert.deepEqual(
    [...parts.keys()],
    ['connectcam-flasher', '@scope/tool@1.0.0', 'deep@2.1.0', 'small@1.2.3'],
  );
  assert.equal(parts.get('small@1.2.3').licenseDeclared, 'ISC');
  const [{ referenceLocator }] = parts.get('@scope/tool@1.0.0').externalRefs;
  assert.equal(referenceLocator, 'pkg:npm/%40scope/tool@1.0.0');
});

test("a package's bill is what it depends on", { skip: skip || without('dpkg-deb') }, (t) => {
  const tree = makeTree(t);
  tree.write(
    'package/DEBIAN/control',
    'Package: connectcam\nVersion: 1\nArchitecture: amd64\nMaintainer: x <x@example.org>\n' +
      'Depends: libnobodyhas7 (>= 1:2), adduser | other\nDescription: x\n',
  );
  fs.mkdirSync(path.join(tree.folder, 'build'));
  const deb = path.join(tree.folder, 'build/connectcam_1_amd64.deb');
  const made = spawnSync('dpkg-deb', ['-b', path.join(tree.folder, 'package'), deb]);
  assert.equal(made.status, 0, made.stderr.toString());
  const parts = listBuild(tree, 'connectcam_1_amd64.deb.spdx.json');
  assert.deepEqual([...parts.keys()], ['connectcam-amd64', 'adduser', 'libnobodyhas7']);
  assert.equal(parts.get('libnobodyhas7').comment, 'Depends: libnobodyhas7 (>= 1:2)');
});
