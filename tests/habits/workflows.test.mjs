// What .github/workflows may do: run make targets, with nobody's word in a script, no right that a job does not name,
// and no action that could be another one tomorrow. (That GitHub understands them: make lint.)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const workflows = fs
  .readdirSync(path.join(root, '.github/workflows'))
  .map((name) => ({ name, text: read(`.github/workflows/${name}`) }));

// The jobs of a workflow by name: what stands below their names, one step deeper.
function jobsOf(text) {
  const [, jobs] = text.split(/^jobs:\n/m);
  const parts = jobs.split(/^ {2}([\w-]+):\n/m).slice(1);
  return parts.flatMap((name, i) => (i % 2 ? [] : [{ name, text: parts[i + 1] }]));
}

// What a workflow runs, line by line.
function* linesRun(text) {
  for (const [, , one, , more] of text.matchAll(
    /^( +)(?:- )?run: (?:([^|\n].*)|(\|)\n((?:\1 {2,}.*\n|\n)+))/gm,
  ))
    for (const line of (one ?? more).split('\n')) if (line.trim()) yield line.trim();
}

test('actions are those that were looked at', () => {
  for (const { name, text } of workflows)
    for (const [, action, comment] of text.matchAll(/uses: (\S+)(.*)/g)) {
      if (action.startsWith('./')) continue;
      assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, `${name}: ${action} by its commit`);
      assert.match(comment, /^ # v\d+\.\d+\.\d+$/, `${name} says which version ${action} is`);
    }
});

test('a job has the rights that it names, and an end', () => {
  for (const { name, text } of workflows) {
    assert.match(text, /^permissions: \{\}$/m, `${name} gives nothing to all`);
    assert.doesNotMatch(text, /pull_request_target|workflow_run/, name);
    const jobs = jobsOf(text);
    assert.ok(jobs.length, `${name} has jobs`);
    for (const job of jobs) {
      assert.match(job.text, /^ {4}permissions:/m, `${name}, ${job.name}: permissions`);
      if (!/^ {4}uses: /m.test(job.text))
        assert.match(job.text, /^ {4}timeout-minutes: \d+$/m, `${name}, ${job.name}: timeout`);
    }
  }
});

test('workflows run make targets, and put nothing from outside into a script', () => {
  const targets = new Set([...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));
  const SETUP =
    /^(apt-get (update|install|build-dep) |dpkg --add-architecture |git config --system )/;
  for (const { name, text } of workflows) {
    const lines = [...linesRun(text)];
    assert.ok(lines.length >= (text.match(/\brun: /g) ?? []).length, `${name} is read whole`);
    for (const line of lines) {
      assert.doesNotMatch(line, /\$\{\{/, `${name}: ${line}`);
      const [, target] = line.match(/^make (?:--silent )?([a-z-]+)/) ?? [];
      if (target) assert.ok(targets.has(target), `${name} runs make ${target}`);
      else assert.match(`${line} `, SETUP, `${name} runs what no person would: ${line}`);
    }
  }
});
