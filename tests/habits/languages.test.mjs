// The page's words: every language has them all, and no sentence has lost a place for a value.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const PARTS = ['first', 'later']; // what the first view says, and what may come after it

function load(code) {
  const { first, later } = JSON.parse(read(`web/languages/${code}.json`));
  return { ...first, ...later };
}

const codes = fs.readdirSync(path.join(root, 'web/languages')).map((name) => name.slice(0, -5));
const english = load('en');
const others = codes.filter((code) => code !== 'en');
// What the camera itself says in English, so that only the others need words for it.
const CAMERA_SAYS = ['sentences'];
const RESULTS = [...read('core/connect/answer.h').matchAll(/X\(CC_RESULT_\w+, "([a-z_]+)"\)/g)];
const scripts = fs.readdirSync(path.join(root, 'web')).filter((name) => name.endsWith('.js'));
const sources = [...scripts, 'index.html']
  .map((name) => read(`web/${name}`))
  .join('\n')
  .replace(/^ *\/\/.*/gm, '');

function sectionsOf(words) {
  return Object.keys(words).filter((section) => !CAMERA_SAYS.includes(section));
}

function placesOf(pattern) {
  return [...new Set([...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
}

function formsOf(entry) {
  return typeof entry === 'string' ? [entry] : Object.values(entry);
}

for (const code of others)
  describe(`${code}.json`, () => {
    const words = load(code);

    test('has the same words as English, in the same order', () => {
      const files = ['en', code].map((name) => JSON.parse(read(`web/languages/${name}.json`)));
      const [wanted, found] = files.map((file) => PARTS.map((part) => sectionsOf(file[part])));
      assert.deepEqual(found, wanted);
      for (const section of sectionsOf(english))
        assert.deepEqual(Object.keys(words[section]), Object.keys(english[section]), section);
    });

    test('has a sentence for each way in which sending fails', () => {
      const failures = Object.keys(english.results).filter((result) => result !== 'sent');
      assert.deepEqual(Object.keys(words.sentences), failures);
    });

    test('every value has its place', () => {
      for (const section of sectionsOf(english))
        for (const [key, entry] of Object.entries(english[section])) {
          const wanted = placesOf(formsOf(entry).join(' '));
          for (const form of formsOf(words[section][key]))
            assert.deepEqual(
              placesOf(form).filter((place) => place !== 'n'),
              wanted.filter((place) => place !== 'n'),
              `${section}.${key}: ${form}`,
            );
        }
    });

    test('every plural form that the language has', () => {
      const wanted = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
      for (const section of sectionsOf(english))
        for (const [key, entry] of Object.entries(english[section])) {
          if (typeof entry === 'string') continue;
          const missing = wanted.filter(
            (form) => form !== 'many' && words[section][key][form] === undefined,
          );
          assert.deepEqual(missing, [], `${section}.${key}`);
        }
    });

    test('nothing is empty or left in English by mistake', () => {
      const same = [];
      for (const section of ['setup', 'picture', 'trouble', 'settings', 'labels', 'hints'])
        for (const [key, entry] of Object.entries(words[section] ?? {})) {
          for (const form of formsOf(entry)) assert.ok(form.trim(), `${section}.${key} is empty`);
          const isSentence = typeof entry === 'string' && entry.split(' ').length > 3;
          if (isSentence && entry === english[section][key]) same.push(`${section}.${key}`);
        }
      assert.deepEqual(same, []);
    });
  });

test('each language is one that the page offers', () => {
  const [, list] = read('web/words.js').match(/LANGUAGES = \{([^}]*)\}/);
  const offered = [...list.matchAll(/(\w+): '/g)].map((match) => match[1]);
  assert.deepEqual(codes.sort(), offered.sort());
});

test('every word that the page asks for is there, and none is there in vain', () => {
  const dynamic = ['results', 'labels', 'hints', 'units', 'choices', 'groups', 'log', 'system'];
  const asked = new Set(
    [...sources.matchAll(/['"`]([a-z][A-Za-z]*\.[a-zA-Z_]+)['"`]/g)].map((match) => match[1]),
  );
  const families = [...sources.matchAll(/`([a-z][A-Za-z]*\.\w*)\$\{/g)].map((match) => match[1]);
  const isAsked = (key) => asked.has(key) || families.some((start) => key.startsWith(start));
  const unused = [];
  for (const section of sectionsOf(english).filter((name) => !dynamic.includes(name)))
    for (const key of Object.keys(english[section]))
      if (!isAsked(`${section}.${key}`)) unused.push(`${section}.${key}`);
  assert.deepEqual(unused, [], 'words that nothing asks for');
  const used = [
    ...sources.matchAll(/\bt\(\s*'([a-z]\w*)\.([^']+)'|data-(?:text|label)="(\w+)\.([^"]+)"/g),
  ];
  const missing = used
    .map(([, section, key, section2, key2]) => [section ?? section2, key ?? key2])
    .filter(([section, key]) => english[section]?.[key] === undefined)
    .map((pair) => pair.join('.'));
  assert.deepEqual(missing, [], 'words that are not there');
});

test('every setting has a label for people', () => {
  const table = read('core/settings/table.h');
  const keys = [
    ...table.matchAll(/^ +(?:BOOL|INT|CHOICE|SIZE|TEXT|SECRET)\([A-Z0-9_]+,\s+"([^"]+)"/gm),
  ];
  assert.ok(keys.length > 50, `${keys.length} settings were found`);
  const without = keys.map((match) => match[1]).filter((key) => !english.labels[key]);
  assert.deepEqual(without, []);
});

test('every result of a try to send has words', () => {
  assert.ok(RESULTS.length > 10, `${RESULTS.length} results were found`);
  const without = RESULTS.map((match) => match[1]).filter((name) => !english.results[name]);
  assert.deepEqual(without, []);
});
