// Every sentence with which the program can tell of trouble, taken from its sources: what
// docs/troubleshooting.md must explain. A value's place reads "…".
import fs from 'node:fs';
import path from 'node:path';

// No user sees these: what the console answers to its own commands, help texts of metrics, what
// happens when all is well.
const NOT_TROUBLE = [
  /CC_LOG_(?:INFO|DEBUG)/,
  /\bsay\(/,
  /\badd_metric\(/,
  /"[a-z_]+_total",$/,
  /CC_TIMELAPSE_KEEPING/,
  /CC_(?:CONNECT|RESULT)_(?:FINE|SENT|STARTING)\b/,
  /facts->needs_\w+\) return$/,
  /\brow\(/,
];
// Files whose texts are no sentences for people who have trouble.
const OTHER_FILES = [
  'core/console/',
  'linux/camera/devices.c',
  'linux/options.c',
  'linux/timelapse_command.c',
];
// In these stand reasons too: parts of sentences, which begin small.
const REASONS = [
  'core/connect/answer.c',
  'core/update/fetch.c',
  'core/update/trial.c',
  'core/util/err.h',
  'esp32/main/http/http_client.c',
  'esp32/main/http/tls_link.c',
  'esp32/main/system/health.c',
  'linux/camera/',
  'linux/http/http_client.c',
  'linux/main.c',
];
const FINE = [
  'The new firmware works and stays.',
  'The page tells how the pictures do; help lists the commands here.',
  'fine',
  // names of cameras
  'pictures of a command',
  'pictures of a folder',
  'pictures of a web address',
  'connectcam test camera',
  // parts of other sentences
  'in time',
  'the webcam',
  'of unknown type',
  'http,https',
];
// The page's own words, by their keys: questions, explanations, and what went well.
const FINE_WORDS = new RegExp(
  [
    /Question$|Why$|Hint(?:Hidden)?$|Done$|^setup\.done|^setup\.(?:joined|wifiLost|token|turn|flip|mirr)/,
    /^setup\.(?:wifiOpen|joining|loginWaitOver|arrived|noTokenYet)$|^log\.(?:empty|noMatch|restarted|copied)$/,
    /^trouble\.(?:back|loginNext)$|^picture\.works$|^connect\.(?:arrived|starting)$|^settings\.foundNone$/,
    /^system\.restarted$|^backup\.(?:restored|why|question)$|^firmware\.(?:why|current|fetched|sending|runs)$/,
    /^timelapse\.(?:none|deleted)$/,
  ]
    .map((one) => one.source)
    .join('|'),
);

const STRING = String.raw`"(?:\\.|[^"\\\n])*"`;
const MACRO = String.raw`\b(?:PRI|CC_)[A-Za-z0-9_]+\b`;

function filesBelow(root, folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, name);
    return /\.[ch]$/.test(name) ? [name] : [];
  });
}

// The texts of a C file, adjacent ones joined, each with what stands before it in its statement.
function* textsOf(source) {
  const code = source.replace(
    new RegExp(String.raw`(${STRING})|/\*[\s\S]*?\*/|//.*|^#(?:include|error).*`, 'gm'),
    (_, text) => text ?? ' ',
  );
  const literal = new RegExp(
    String.raw`${STRING}(?:[\s\\]*(?:${STRING}|${MACRO}(?!\s*[,(])))*`,
    'g',
  );
  for (const match of code.matchAll(literal)) {
    const parts = match[0].matchAll(new RegExp(`(${STRING})|${MACRO}`, 'g'));
    const text = [...parts].map(([, one]) => (one ? one.slice(1, -1) : '%M')).join('');
    const before = code.slice(Math.max(0, match.index - 2000), match.index);
    yield { text, before: before.split(/[;{}]/).pop().replace(/\s+/g, ' ').trim() };
  }
}

export function normalise(text) {
  return text
    .replace(/\\(["\\])/g, '$1')
    .replace(/%%/g, '%')
    .replace(/%[-+ #0]*[\d.*]*(?:hh|h|ll|l|z)?[diuxXscMfg]|\{\w+\}/g, '…')
    .replace(/…(?:…)+/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
}

const isSentence = (text) =>
  /^[A-Z"…]/.test(text) && / /.test(text) && /[a-z][^a-z]*[.?:]$/.test(text);
const isReason = (text) =>
  /^[a-z…]/.test(text) && (text.match(/[a-z']{2,}/g) ?? []).length >= 2 && !/[={<]|\\n/.test(text);

function sentencesOfSources(root) {
  const found = [];
  for (const folder of ['core', 'linux', 'esp32/main'])
    for (const file of filesBelow(root, folder)) {
      if (OTHER_FILES.some((other) => file.startsWith(other))) continue;
      const givesReasons = REASONS.some((other) => file.startsWith(other));
      const source = fs.readFileSync(path.join(root, file), 'utf8');
      for (const { text, before } of textsOf(source)) {
        const words = normalise(text);
        if (NOT_TROUBLE.some((pattern) => pattern.test(before)) || FINE.includes(words)) continue;
        const isAnswer =
          /cc_reply_problem\($|cc_reply_problem\(.*,$/.test(before) && / /.test(words);
        if (isSentence(words) || isAnswer || (givesReasons && isReason(words)))
          found.push({ words, file });
      }
    }
  return found;
}

function sentencesOfPage(root) {
  const file = 'web/languages/en.json';
  const parts = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
  const found = [];
  for (const sections of Object.values(parts))
    for (const [section, entries] of Object.entries(sections)) {
      if (section === 'hints') continue;
      for (const [key, entry] of Object.entries(entries)) {
        if (FINE_WORDS.test(`${section}.${key}`)) continue;
        const forms = typeof entry === 'string' ? [entry] : [entry.other];
        for (const words of forms.map(normalise))
          if (isSentence(words)) found.push({ words, file: `${file}, ${section}.${key}` });
      }
    }
  return found;
}

// The page that writes the firmware.
function sentencesOfFlasher(root) {
  const page = fs.readFileSync(path.join(root, 'docs/flash/index.html'), 'utf8');
  const boxes = page.matchAll(/<template[^>]*"problem-box">([\s\S]*?)<\/template>/g);
  const ofPage = [...boxes].map(([, box]) =>
    normalise(box.replace(/<span[^>]*><\/span>/g, '…').replace(/<[^>]*>/g, '')),
  );
  const script = fs.readFileSync(path.join(root, 'docs/flash/dialog.js'), 'utf8');
  const returned = [...script.matchAll(/\breturn (['`])(.+?)\1;/g)];
  const ofScript = returned.map(([, , text]) => normalise(text.replace(/\$\{\w+\}/g, '…')));
  return [...ofPage, ...ofScript]
    .filter((words) => isSentence(words) || words.endsWith('…'))
    .map((words) => ({ words, file: 'docs/flash/' }));
}

// [{ words, file }], each of the words once.
export function troubleSentences(root) {
  const all = [...sentencesOfSources(root), ...sentencesOfPage(root), ...sentencesOfFlasher(root)];
  return [...new Map(all.map((one) => [one.words, one])).values()];
}
