/**
 * `npm run bench`: figures of this machine, each beside what the parts below could do at best, in
 * one run. See README.md.
 */
import { parseArgs } from 'node:util';
import { benchEmbeddedIngest } from './embedded-ingest.ts';
import { benchMemory } from './memory.ts';
import { benchNatsIngest } from './nats-ingest.ts';
import { Report } from './report.ts';
import { benchResolve } from './resolve.ts';

const PARTS = ['embedded', 'nats', 'resolve', 'memory'] as const;
type Part = (typeof PARTS)[number];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const asked = values.only.flatMap((text) => text.split(','));
  const unknown = asked.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) {
    throw new Error(`there is no part ${unknown}: choose of ${PARTS.join(', ')}`);
  }
  const isWanted = (part: Part): boolean => asked.length === 0 || asked.includes(part);
  const report = new Report(values.json);
  report.start(values.quick ? ' --quick' : '');
  const sizes = values.quick
    ? { persons: 2_000, interactions: 6_000 }
    : { persons: 20_000, interactions: 60_000 };
  if (isWanted('embedded')) await benchEmbeddedIngest(report, sizes);
  if (isWanted('nats')) await benchNatsIngest(report, sizes);
  if (isWanted('resolve')) {
    await benchResolve(report, {
      persons: sizes.persons,
      identifiers: values.quick ? 150_000 : 1_000_000,
    });
  }
  if (isWanted('memory')) {
    await benchMemory(report, values.large ? 5_000_000 : values.quick ? 50_000 : 200_000);
  }
  report.end();
}

await main();
