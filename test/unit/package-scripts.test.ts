/** The scripts of package.json work on a clone in which nothing is installed yet. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';

test('every npm script -> starts what installs the dependencies, or says that they are missing', () => {
  const file = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const direct = Object.entries(file.scripts).filter(
    ([, command]) =>
      !/^node (deploy\/setup\/ensure|services\/cli\/selfsame)\.mjs( |$)/.test(command),
  );
  expect(direct).toEqual([]);
});
