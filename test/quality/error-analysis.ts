/** `npm run quality -- --errors SET`: pairs that were joined wrongly, and pairs that were missed. */
import { type Digest, factsIn } from '../../shared/domain/matching/digest.ts';
import type { BatchOutcome } from './batch.ts';
import type { QualityRecord } from './quality-record.ts';

const PAIRS_SHOWN = Number(process.env['ERRORS'] ?? 100);
type Pair = readonly [one: number, two: number];

/** At most `PAIRS_SHOWN` of each kind, spread evenly over all, with what each comparison added. */
export function printErrors(records: readonly QualityRecord[], outcome: BatchOutcome): void {
  const { labels } = outcome;
  const wrong: Pair[] = [];
  const missed: Pair[] = [];
  forEachPairWithin(labels, (one, two) => {
    if (records[one]?.truth !== records[two]?.truth) wrong.push([one, two]);
  });
  forEachPairWithin(
    records.map(({ truth }) => truth),
    (one, two) => {
      if (labels[one] !== labels[two]) missed.push([one, two]);
    },
  );
  print('joined, but of two entities', wrong, records, outcome);
  print('missed, but of one entity', missed, records, outcome);
}

function forEachPairWithin(
  labels: ArrayLike<number | string>,
  take: (one: number, two: number) => void,
): void {
  const members = new Map<number | string, number[]>();
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] as number | string;
    const known = members.get(label);
    if (known === undefined) members.set(label, [index]);
    else known.push(index);
  }
  for (const group of members.values()) {
    for (const [position, one] of group.entries()) {
      for (const two of group.slice(position + 1)) take(one, two);
    }
  }
}

function print(
  title: string,
  pairs: readonly Pair[],
  records: readonly QualityRecord[],
  { digests, scorer }: BatchOutcome,
): void {
  console.log(`\n${pairs.length} pairs ${title}`);
  const step = Math.max(1, pairs.length / PAIRS_SHOWN);
  for (let at = 0; at < pairs.length; at += step) {
    const [one, two] = pairs[Math.floor(at)] as Pair;
    const left = digests[one] as Digest;
    const right = digests[two] as Digest;
    const { total, prior, alternative, contributions } = scorer.explain(left, right);
    console.log(`  ${(total / 256).toFixed(1)} bits against ${alternative}`);
    for (const index of [one, two]) {
      const facts = factsIn(digests[index] as Digest).map(([name, text]) => `${name}=${text}`);
      console.log(`    ${records[index]?.id}: ${facts.join(' ')}`);
    }
    const parts = contributions.map(
      ({ name, level, weight }) => `${name} (${level}) ${(weight / 256).toFixed(1)}`,
    );
    console.log(`    prior ${(prior / 256).toFixed(1)}; ${parts.join('; ')}`);
  }
}
