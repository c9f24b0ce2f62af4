// What Tab offers in bash, zsh and fish: the shells themselves are asked.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { makeOwner, programs, root, runProgram, temporaryFolder, without } from './support.mjs';

const completion = path.join(root, 'linux/completion');
const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';
const owner = makeOwner();
after(owner.end);

// Two days of kept pictures.
const home = temporaryFolder(owner);
fs.mkdirSync(path.join(home, 'connectcam/timelapse/2026-11-21'), { recursive: true });
fs.mkdirSync(path.join(home, 'connectcam/timelapse/2026-11-22'));

const BASH = `
. ${BASH_COMPLETION}
. "$1"/connectcam.bash
COMP_WORDS=($2)
[[ $2 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=\${#2}
compopt() { :; } # there is no line being edited
_connectcam
printf '%s\\n' "\${COMPREPLY[@]}"`;

// A shell on a terminal of its own, whose Tab writes down what would be added.
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= OUT=$3; fpath=($1 \\$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w shell 'compadd() {
  local -a hits
  [[ \${@[1,(i)(-|--)]} == *-[AOD]\\ * ]] || { builtin compadd -O hits "$@"; print -rl -- $hits >>$OUT }
  builtin compadd "$@"
}'
zpty -w shell "show() { zle list-choices; print -r -- 'DO''NE' }; zle -N show; bindkey '^I' show"
zpty -w -n shell "$2"$'\\t'
zpty -r shell text '*DONE*'
zpty -d shell
cat $3`;

const FISH =
  'source $argv[1]/connectcam.fish; complete -C "$argv[2]" | string split -f 1 \\t; true';

async function ask(t, shell, line) {
  const out = path.join(temporaryFolder(t), 'out');
  fs.writeFileSync(out, '');
  const args = {
    bash: ['--norc', '-c', BASH, 'bash', completion, line],
    zsh: ['-f', '-c', ZSH, 'zsh', completion, line, out],
    fish: ['--no-config', '-c', FISH, completion, line],
  };
  const { code, stdout, stderr } = await runProgram(t, shell, args[shell], {
    env: { XDG_STATE_HOME: home, HOME: home, TERM: 'dumb' },
  });
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.split('\n').filter(Boolean).sort();
}

for (const shell of ['bash', 'zsh', 'fish']) {
  const missing =
    without(shell) ||
    (shell === 'bash' && !fs.existsSync(BASH_COMPLETION) && 'bash-completion is not installed');
  describe(`${shell}`, { skip: missing }, () => {
    test('commands, and what they take', async (t) => {
      const offers = async (line) => ask(t, shell, line);
      const first = await offers('connectcam ');
      assert.deepEqual(
        first.filter((word) => !word.startsWith('-')),
        ['devices', 'timelapse'],
      );
      assert.deepEqual(await offers('connectcam dev'), ['devices']);
      assert.deepEqual(await offers('connectcam devices '), []);
      assert.deepEqual(await offers('connectcam timelapse '), ['export']);
      assert.deepEqual(await offers('connectcam timelapse export '), ['2026-11-21', '2026-11-22']);
      assert.deepEqual(await offers('connectcam timelapse export 2026-11-22 --'), [
        '--fps',
        '--state',
      ]);
    });

    test('every option of --help', async (t) => {
      const { stdout } = await runProgram(t, programs.connectcam, ['--help']);
      const options = [...new Set(stdout.match(/^ {2}(--[a-z-]+)|, (--[a-z-]+)/gm))]
        .map((word) => word.replace(/^[ ,]+/, ''))
        .sort();
      assert.ok(options.includes('--camera') && options.includes('--help'));
      assert.deepEqual(await ask(t, shell, 'connectcam --'), options);
    });

    test('values', async (t) => {
      const levels = ['debug', 'error', 'info', 'warning'];
      assert.deepEqual(await ask(t, shell, 'connectcam --log-level '), levels);
      const cameras = await ask(t, shell, 'connectcam --camera ');
      for (const kind of ['test', 'dir:', 'exec:', 'http://', 'https://'])
        assert.ok(cameras.includes(kind), kind);
    });
  });
}
