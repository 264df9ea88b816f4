/**
 * Goal: at three in the morning every command of a runbook does what it says. Method: each command line of
 * `selfsame` is parsed by the program itself, whose commands then do nothing; `kubectl logs` must read
 * every pod that may have written the line, not the one that kubectl happens to choose.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../services/cli/program.ts';
import { commandsIn, selfsameWords } from '../support/documented-commands.ts';
import { recordingContext } from '../unit/cli-recording-context.ts';

const RUNBOOKS = readdirSync('deploy/runbooks').map((file) => join('deploy/runbooks', file));
const READ_ME = ['.', 'deploy', 'k8s', 'test', 'deploy/alerts', 'deploy/dashboards'].map((folder) =>
  join(folder, 'README.md'),
);
const OF_SERVICES = ['cli', 'coordinator', 'gateway', 'shard'].map((service) =>
  join('services', service, 'README.md'),
);

/** What is missing where a sentence names a command without its arguments. */
const PARTS = [
  'commander.help',
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
];

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** What the program has against these words; null: nothing. */
async function complaint(words: readonly string[], isLine: boolean): Promise<string | null> {
  const program = createProgram(recordingContext(), words.slice(1));
  // A group alone keeps its own: it prints its help, which is a wrong usage.
  for (const command of allOf(program)) {
    if (command.commands.length === 0) command.action(() => undefined);
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) return String(error);
    const isPart = !isLine && PARTS.includes(error.code);
    return error.exitCode === 0 || isPart ? null : error.message;
  }
}

/** kubectl reads the log of one pod of a StatefulSet or Deployment, and of a selector ten lines. */
function readsOneOfSeveral(text: string): boolean {
  const rest = /\bkubectl\b.*?\blogs\s+(.*)$/.exec(text)?.[1]?.split(' | ')[0];
  if (rest === undefined) return false;
  if (/(^|\s)-l\s/.test(rest)) return !(rest.includes('--tail=-1') && rest.includes('--prefix'));
  const isNamed = /(^|\s)POD(\s|$)/.test(rest);
  return !isNamed && !rest.includes('--all-pods=true');
}

describe('commands that are written down', () => {
  test.each([...RUNBOOKS, ...READ_ME, ...OF_SERVICES])(
    '%s: the program knows its commands and options',
    async (path) => {
      const wrong: unknown[] = [];
      for (const { text, isLine } of commandsIn(readFileSync(path, 'utf8'))) {
        const words = selfsameWords(text);
        const said = words === null ? null : await complaint(words, isLine);
        if (said !== null) wrong.push({ text, said });
      }
      expect(wrong).toEqual([]);
    },
  );

  test('there are some in runbooks', () => {
    const lines = RUNBOOKS.flatMap((path) => commandsIn(readFileSync(path, 'utf8')));
    const known = lines.filter(({ text, isLine }) => isLine && selfsameWords(text) !== null);
    expect(known.length).toBeGreaterThan(15);
  });

  test.each(RUNBOOKS)('%s: no log of one pod of several', (path) => {
    const commands = commandsIn(readFileSync(path, 'utf8'));
    expect(commands.map(({ text }) => text).filter(readsOneOfSeveral)).toEqual([]);
  });
});

/** Messages of all log calls of the services. */
function loggedMessages(): readonly string[] {
  return ['services', 'shared'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), 'utf8');
        const calls = text.matchAll(/\blogger\.(?:info|warn|error)\([^;]*?'([^']+)',?\s*\)/g);
        return Array.from(calls, ([, message]) => message ?? '');
      }),
  );
}

test('what a runbook looks for in a log is written by some service', () => {
  const messages = loggedMessages();
  expect(messages.length).toBeGreaterThan(20);
  const wanted = RUNBOOKS.flatMap((path) => commandsIn(readFileSync(path, 'utf8'))).flatMap(
    ({ text }) => {
      const pattern = /\blogs\b.*\| grep (?:-[Ei]+ )?(?:'([^']+)'|(\S+))/.exec(text);
      return pattern?.[1] ?? pattern?.[2] ?? [];
    },
  );
  expect(wanted.length).toBeGreaterThan(5);
  // Levels are written by the logger itself.
  for (const text of wanted.filter((one) => one !== 'error|warn')) {
    expect([text, messages.some((message) => message.includes(text))]).toEqual([text, true]);
  }
});

describe('the checks', () => {
  test.each([
    ['selfsame audit --server GATEWAY --since 1h', true, /unknown option '--server'/],
    ['selfsame review --target GATEWAY:7400', true, /unknown option/],
    ['selfsame partitions move-slot 1234 --target GATEWAY:7400', true, /--to/],
    ['selfsame partitions move-slot', false, /^known$/],
    ['selfsame revue', false, /unknown command 'revue'/],
    ['selfsame hold reject', false, /^known$/],
    ['selfsame status --target A:7400 | grep owner', true, /^known$/],
  ] as const)('%s, a line: %o -> %s', async (text, isLine, expected) => {
    const said = await complaint(selfsameWords(text) ?? [], isLine);
    expect(said ?? 'known').toMatch(expected);
  });

  test.each([
    ['kubectl -n selfsame logs statefulset/selfsame-shard --since=15m --prefix | grep x', true],
    ['kubectl -n selfsame logs deploy/selfsame-gateway', true],
    ['kubectl -n selfsame logs -l app=shard --prefix', true],
    ['kubectl -n selfsame logs nats-0', true],
    ['kubectl -n selfsame logs -l app=shard --tail=-1 --prefix | grep x', false],
    ['kubectl -n selfsame logs deploy/selfsame-gateway --all-pods=true', false],
    ['kubectl -n selfsame logs POD --previous', false],
    ['kubectl -n selfsame get pods -l app=shard', false],
  ] as const)('%s -> of one pod: %o', (text, expected) => {
    expect(readsOneOfSeveral(text)).toBe(expected);
  });
});
