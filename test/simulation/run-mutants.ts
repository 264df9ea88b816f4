/**
 * Runs every mutant (mutants.ts) through the simulator until a checker catches it, and prints a
 * table. Exit code 1 when one survives. `--schedules N`: most schedules per mutant; `--only TEXT`.
 *
 * Works on copies of the sources in a temporary directory; the tree itself is never changed.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const TREE = resolve(import.meta.dirname, '../..');
const SOURCES = ['shared', 'services', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const WORKERS = 2;

interface Verdict {
  readonly mutant: string;
  /** Schedules run until it was caught; null: it survived. */
  readonly schedules: number | null;
  readonly checker: string;
  /** What the checker said. */
  readonly finding: string;
  readonly seconds: number;
}

function option(name: string, fallback: string): string {
  const index = process.argv.indexOf(name);
  return index < 0 ? fallback : (process.argv[index + 1] ?? fallback);
}

async function copyTree(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'selfsame-mutants-'));
  for (const name of SOURCES) await cp(join(TREE, name), join(copy, name), { recursive: true });
  await symlink(join(TREE, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Applies the edits; returns the function that takes them back. */
async function apply(copy: string, mutant: Mutant): Promise<() => Promise<void>> {
  const originals = new Map<string, string>();
  for (const { file, find, replace } of mutant.edits) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    if (!originals.has(path)) originals.set(path, text);
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(`mutant "${mutant.name}": ${parts.length - 1} places in ${file}, not one`);
    }
    await writeFile(path, parts.join(replace));
  }
  return async () => {
    for (const [path, text] of originals) await writeFile(path, text);
  };
}

function simulate(copy: string, schedules: number, isPlaced: boolean): Promise<string> {
  const script = join(copy, 'test/simulation/run-simulation.ts');
  const placed = ['--placed', isPlaced ? 'on' : 'off'];
  const args = ['--import', 'tsx', script, '--schedules', String(schedules), ...placed];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...args, '--from', '1', '--stop-at-failure', 'on'], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.on('error', fail);
    child.on('close', () => done(output));
  });
}

/** Whether the suite fails on the copy; of the property tests unless its name begins with a folder. */
function failsSuite(copy: string, suite: string): Promise<boolean> {
  const program = join(copy, 'node_modules/vitest/vitest.mjs');
  const [project = '', file = ''] = suite.includes('/') ? suite.split('/') : ['property', suite];
  const args = ['run', '--project', project, `test/${project}/${file}.test.ts`];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: copy, stdio: 'ignore' });
    child.on('error', fail);
    child.on('close', (code) => done(code !== 0));
  });
}

/** A mutant of placement that names a suite is given to it only when no schedule catches it. */
async function judge(copy: string, mutant: Mutant, schedules: number): Promise<Verdict> {
  const undo = await apply(copy, mutant);
  try {
    const isSimulated = mutant.suite === undefined || mutant.isPlaced === true;
    const verdict = isSimulated ? await bySimulator(copy, mutant, schedules) : null;
    if (verdict !== null && (verdict.schedules !== null || mutant.suite === undefined)) {
      return verdict;
    }
    return await bySuite(copy, mutant, mutant.suite as string);
  } finally {
    await undo();
  }
}

async function bySuite(copy: string, { name: mutant }: Mutant, suite: string): Promise<Verdict> {
  const started = performance.now();
  const isCaught = await failsSuite(copy, suite);
  return {
    mutant,
    schedules: isCaught ? 1 : null,
    checker: suite,
    finding: isCaught ? 'the suite fails' : '',
    seconds: (performance.now() - started) / 1000,
  };
}

async function bySimulator(copy: string, mutant: Mutant, schedules: number): Promise<Verdict> {
  const started = performance.now();
  const output = await simulate(copy, schedules, mutant.isPlaced === true);
  const seconds = (performance.now() - started) / 1000;
  const caught = /^seed \d+ fails \(([^)]+)\): (.*)/m.exec(output);
  const count = /^(\d+) schedules, (\d+) failed/m.exec(output);
  // A process that dies is caught as well: nothing in production would go unnoticed by that.
  if (count === null) {
    const finding = lastLine(output);
    return { mutant: mutant.name, schedules: 0, checker: 'process', finding, seconds };
  }
  return {
    mutant: mutant.name,
    schedules: caught === null ? null : Number(count[1]),
    checker: caught?.[1] ?? '-',
    finding: (caught?.[2] ?? '').slice(0, 80),
    seconds,
  };
}

function lastLine(output: string): string {
  const line = output.split('\n').find((one) => /Error/.test(one)) ?? 'process ended';
  return `the process ended: ${line.slice(0, 60)}`;
}

async function main(): Promise<void> {
  const schedules = Number(option('--schedules', '4000'));
  const only = option('--only', '').split('|');
  const waiting = MUTANTS.filter(({ name, suite = '', isPlaced }) =>
    only.some((text) => `${isPlaced === true ? 'placed' : suite}: ${name}`.includes(text)),
  );
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    const copy = await copyTree();
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const verdict = await judge(copy, next, schedules);
        verdicts.push(verdict);
        const after = verdict.schedules === null ? 'SURVIVES' : `${verdict.schedules}`;
        const { checker, finding, seconds } = verdict;
        console.log(
          `${next.name.padEnd(52)} ${after.padStart(8)}  ${checker.padEnd(12)} ` +
            `${seconds.toFixed(0).padStart(4)} s  ${finding}`,
        );
      }
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  };
  console.log(`${'mutant'.padEnd(52)} ${'caught'.padStart(8)}  by`);
  await Promise.all(Array.from({ length: WORKERS }, work));
  const survivors = verdicts.filter(({ schedules: count }) => count === null);
  console.log(`${verdicts.length} mutants, ${survivors.length} survived ${schedules} schedules`);
  if (survivors.length > 0) process.exitCode = 1;
}

await main();
