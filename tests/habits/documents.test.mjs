// The documents hold: what they link to is there, what they name exists, and each sentence of
// trouble is explained.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { normalise, troubleSentences } from './sentences.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const LINE_MAX = 140; // columns, but for tables, links and code
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const isThere = (file) => fs.existsSync(path.join(root, file));
const documents = execFileSync('git', ['-C', root, 'ls-files', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);

// A document without its code: blocks in fences, or indented by four behind an empty line.
function proseOf(text) {
  return text
    .replace(/^ *```[\s\S]*?^ *```$/gm, '')
    .replace(/(?<=\n\n)(?: {4,}(?![-*\d]).*\n)+/g, '\n')
    .replace(/<!--[\s\S]*?-->/g, '');
}

// As GitHub makes them of headings.
function anchorsOf(text) {
  const seen = new Map();
  return [...proseOf(text).matchAll(/^#+ +(.*?) *$/gm)].map(([, heading]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const n = seen.get(slug) ?? 0;
    seen.set(slug, n + 1);
    return n ? `${slug}-${n}` : slug;
  });
}

function linksOf(text) {
  const prose = proseOf(text).replace(/`[^`\n]*`/g, '`');
  const markdown = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const html = [...prose.matchAll(/<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"/g)];
  const named = [...prose.matchAll(/^\[[^\]]+\]: +(\S+)/gm)];
  return [...markdown, ...html, ...named].map(([, target]) => target);
}

describe('the documents', () => {
  test('each local link, anchor and picture is there', () => {
    const missing = [];
    let n = 0;
    for (const file of documents)
      for (const target of linksOf(read(file))) {
        if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
        n++;
        const [where, anchor] = target.split('#');
        const to = where ? path.posix.join(path.posix.dirname(file), decodeURI(where)) : file;
        if (!isThere(to)) missing.push(`${file}: ${target}`);
        else if (anchor && to.endsWith('.md') && !anchorsOf(read(to)).includes(anchor))
          missing.push(`${file}: ${target} (the heading)`);
      }
    assert.ok(n > 50, `${n} links were found`);
    assert.deepEqual(missing, []);
  });

  test('links to elsewhere are addresses, and by https', () => {
    for (const file of documents)
      for (const target of linksOf(read(file)).filter((one) => /^[a-z][a-z+.-]*:/i.test(one)))
        if (!target.startsWith('mailto:')) {
          assert.match(target, /^https:\/\/[a-z0-9.-]+\.[a-z]+(?:[/#?]|$)/, file);
          assert.doesNotThrow(() => new URL(target), `${file}: ${target}`);
        }
  });

  test('each of docs/ can be reached from its index', () => {
    const reached = new Set(['docs/README.md']);
    for (const file of reached)
      for (const target of linksOf(read(file))) {
        if (/^[a-z][a-z+.-]*:/i.test(target) || target.startsWith('#')) continue;
        const to = path.posix.join(path.posix.dirname(file), target.split('#')[0]);
        if (to.startsWith('docs/') && to.endsWith('.md') && isThere(to)) reached.add(to);
      }
    const alone = documents.filter((file) => file.startsWith('docs/') && !reached.has(file));
    assert.deepEqual(alone, []);
  });

  test('scripts of tools/ that are named exist', () => {
    for (const file of documents)
      for (const [name] of read(file).matchAll(/(?<![\w/.])tools\/[\w.-]*[\w-]/g))
        assert.ok(isThere(name), `${file} names ${name}`);
  });

  test('settings that are named exist', () => {
    const table = [
      ...read('core/settings/table.h').matchAll(/^ +[A-Z]+\([A-Z0-9_]+,\s+"([^"]+)"/gm),
    ];
    const keys = new Set(table.map(([, key]) => key));
    assert.ok(keys.size > 50, `${keys.size} settings were found`);
    const groups = [...new Set([...keys].map((key) => key.split('.')[0]))];
    const members = new Set(
      [...read('core/web/api_status.c').matchAll(/"([a-z_0-9]+)"/g)].map(([, name]) => name),
    );
    const pattern = new RegExp(
      `(?<![\\w./@-])(${groups.join('|')})\\.([a-z][a-z_0-9]+)\\b(?![(/.-])`,
      'g',
    );
    const isFile = (name) =>
      /^(?:c|h|js|mjs|md|json|conf|service|deb|test|local|txt|yml|yaml|jpg|svg)$/.test(name);
    for (const file of documents)
      for (const [quoted] of read(file).matchAll(/`[^`\n]+`|^ {4}.*$|"[a-z_.0-9]+":/gm))
        for (const [key, , member] of quoted.matchAll(pattern))
          assert.ok(
            keys.has(key) || members.has(member) || isFile(member),
            `${file} names ${key}, which is neither a setting nor told by the status`,
          );
  });

  test(`no line of docs/ is longer than ${LINE_MAX} columns`, () => {
    const long = [];
    for (const file of documents.filter((name) => name.startsWith('docs/'))) {
      const lines = proseOf(read(file)).split('\n');
      for (const line of lines)
        if ([...line].length > LINE_MAX && !/^ *(?:\||>|<)|\]\(/.test(line))
          long.push(`${file}: ${line.slice(0, 60)}…`);
    }
    assert.deepEqual(long, []);
  });
});

describe('docs/troubleshooting.md', () => {
  // Its quotes are the sentences, a paragraph each.
  const explained = read('docs/troubleshooting.md')
    .split('\n')
    .map((line) => line.match(/^> ?(.*)$/)?.[1] ?? '')
    .join('\n')
    .split(/\n\n+/)
    .map((quote) => quote.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
  const told = troubleSentences(root);

  test('explains each sentence with which the program tells of trouble', () => {
    assert.ok(told.length > 300, `${told.length} sentences were found`);
    const missing = told.filter(({ words }) => !explained.includes(words));
    assert.deepEqual(
      missing.map(({ words, file }) => `${file}: ${words}`),
      [],
    );
  });

  test('explains none that is never told, and each once', () => {
    const words = new Set(told.map((one) => one.words));
    assert.deepEqual(
      explained.filter((quote) => !words.has(quote)),
      [],
    );
    assert.deepEqual(
      explained.filter((quote, i) => explained.indexOf(quote) !== i),
      [],
    );
  });

  test('a value’s place reads the same whatever prints it', () => {
    assert.equal(
      normalise('\\"%s\\" has %zu of %5.1f%%, {n} left%s%s.'),
      '"…" has … of …%, … left….',
    );
  });
});
