/**
 * Goal: every mutant can be made from the sources as they are, so that `npm run test:mutants` does
 * not rot between its runs. Method: count the places of each edit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from '../simulation/mutants.ts';

const ROOT = join(import.meta.dirname, '../..');

test('each edit of each mutant -> exactly one place in the sources', () => {
  const astray = MUTANTS.flatMap(({ name, edits }) =>
    edits
      .filter(({ file, find }) => readFileSync(join(ROOT, file), 'utf8').split(find).length !== 2)
      .map(({ file }) => `${name}: ${file}`),
  );
  expect(astray).toEqual([]);
});
