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
  // Without files: the caller says what is missing.
  ['', 'error --mapping MAPPING.yaml is missing'],
  ['a.csv', 'error --mapping MAPPING.yaml is missing'],
  ['--mapping m.yaml', 'error no file follows --mapping m.yaml'],
  ['a --mapping m.yaml b --mapping n.yaml c', 'error no --mapping before a'],
  ['--mapping m.yaml --mapping n.yaml c', 'error no file follows --mapping m.yaml'],
  ['--mapping m.yaml a b a', 'error a is named twice'],
];

describe('pairing files with mappings', () => {
  test.each(PAIRED)('%s -> %s', (line, expected) => {
    const words = line.split(' ').filter((word) => word !== '');
    if (expected.startsWith('error ')) {
      expect(() => pairFilesWithMappings(command, words)).toThrow(CliError);
      expect(() => pairFilesWithMappings(command, words)).toThrow(expected.slice(6));
      return;
    }
    const pairs = pairFilesWithMappings(command, words);
    expect(pairs.map((pair) => `${pair.mappingPath}:${pair.path}`).join(' ')).toBe(expected);
  });
});
