/**
 * `npm run generate`: writes what is generated from code (rules, dashboards, the table of metrics).
 * `test/golden/observability.test.ts` fails while a file differs from its source.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './generated-files.ts';

for (const [path, content] of generatedFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  process.stdout.write(`${path}\n`);
}
