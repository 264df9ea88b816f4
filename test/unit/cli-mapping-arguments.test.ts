/**
 * Goal: each file of a command line is read with the mapping that its place says.
 * Method: a table of command lines and the pairs they mean.
 */
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../services/cli/exit-codes.ts';
import { pairFilesWithMappings } from '../../services/cli/mapping-arguments.ts';

const command = new Command('some')
  .option('-m, --mapping <file>', 'mapping')
  .option('--out <file>', 'takes a value')
  .option('--json', 'takes none');

const PAIRED: readonly (readonly [string, string])[] = [
  // One mapping serves all files, wherever it stands.
  ['a.csv --mapping m.yaml', 'm.yaml:a.csv'],
  ['a.csv b.csv --mapping m.yaml c.csv', 'm.yaml:a.csv m.yaml:b.csv m.yaml:c.csv'],
  ['--mapping=m.yaml --json a.csv', 'm.yaml:a.csv'],
  ['-m m.yaml a.csv', 'm.yaml:a.csv'],
  ['-mm.yaml a.csv', 'm.yaml:a.csv'],
  // Values of other options are no files.
  ['--mapping m.yaml --out x.csv a.csv', 'm.yaml:a.csv'],
  ['--mapping m.yaml --out=x.csv a.csv', 'm.yaml:a.csv'],
  // Of several, each serves what follows it.
  ['--mapping m.yaml a b --mapping n.yaml c', 'm.yaml:a m.yaml:b n.yaml:c'],
  ['--mapping m.yaml=a --mapping n.yaml=b', 'm.yaml:a n.yaml:b'],
  ['--mapping m.yaml -- --odd', 'm.yaml:--odd'],
];

/** Command lines that leave a file or a mapping alone, and what is said of it. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['', '--mapping MAPPING.yaml is missing'],
  ['a.csv', '--mapping MAPPING.yaml is missing'],
  ['--mapping m.yaml', 'no file follows --mapping m.yaml'],
  ['a --mapping m.yaml b --mapping n.yaml c', 'no --mapping before a'],
  ['--mapping m.yaml --mapping n.yaml c', 'no file follows --mapping m.yaml'],
  ['--mapping m.yaml a b a', 'a is named twice'],
];

function wordsOf(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

describe('pairing files with mappings', () => {
  test.each(PAIRED)('%s -> %s', (line, expected) => {
    const pairs = pairFilesWithMappings(command, wordsOf(line));
    expect(pairs.map((pair) => `${pair.mappingPath}:${pair.path}`).join(' ')).toBe(expected);
  });

  test.each(REFUSED)('%s -> refused: %s', (line, message) => {
    const pair = (): unknown => pairFilesWithMappings(command, wordsOf(line));
    expect(pair).toThrow(CliError);
    expect(pair).toThrow(message);
  });
});
