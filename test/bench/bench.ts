/** The parts of the measurement, chosen by options; started by run.ts. */
import { parseArgs } from 'node:util';
import { benchEmbeddedIngest } from './embedded-ingest.ts';
import { benchHandover } from './handover.ts';
import { benchMemory } from './memory.ts';
import { benchNatsIngest } from './nats-ingest.ts';
import { Report } from './report.ts';
import { benchResolve } from './resolve.ts';

const PARTS = ['embedded', 'nats', 'resolve', 'memory', 'handover'] as const;
type Part = (typeof PARTS)[number];

const USAGE = `npm run bench -- [options]
  --only PART   one of ${PARTS.join(', ')}; may be repeated
  --quick       small sizes: a look at the whole in a minute, figures before the machine is warm
  --large       memory: 5 million identifiers (some ten minutes, a few GiB of disk)
  --json        one JSON document instead of lines
  --help`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const unknown = values.only.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}\n${USAGE}`);
  const isWanted = (part: Part): boolean => values.only.length === 0 || values.only.includes(part);
  const report = new Report(values.json);
  report.start();
  const sizes = values.quick
    ? { persons: 2_000, interactions: 6_000 }
    : { persons: 20_000, interactions: 60_000 };
  if (isWanted('embedded')) await benchEmbeddedIngest(report, sizes);
  if (isWanted('nats')) await benchNatsIngest(report, sizes);
  if (isWanted('resolve')) {
    const identifiers = values.quick ? 150_000 : 1_000_000;
    await benchResolve(report, { persons: sizes.persons, identifiers });
  }
  if (isWanted('memory')) {
    await benchMemory(report, values.large ? 5_000_000 : values.quick ? 20_000 : 200_000);
  }
  if (isWanted('handover')) await benchHandover(report);
  report.end();
}

await main();
