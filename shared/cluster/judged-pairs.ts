/**
 * Pairs that stewards judged, by the certainty that the evidence alone gives them now: what
 * reliability and calibration are measured on.
 */
import type { QuarterBits } from '../domain/quarter-bits.ts';
import { addJudged, type JudgedCount, type JudgedPairs } from '../learning/reliability.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import { forEachDecision } from './decision-log.ts';
import { askPairs, type PairEnds } from './steward-questions.ts';

/** The latest decisions looked at: pages of 1,000. */
const PAGES_MAX = 20;

export interface Judged {
  readonly pairs: JudgedPairs;
  /** Decided pairs that no evidence proposes: nothing was predicted of them. */
  readonly unpredicted: number;
}

/** Each pair once, with the verdict in force. */
export async function judgedPairs(context: ReaderContext, options: AskOptions): Promise<Judged> {
  const ends = new Map<string, PairEnds>();
  await forEachDecision(context, PAGES_MAX, options, (pair) => ends.set(pair.join(' '), pair));
  const answers = await askPairs(context, Array.from(ends.values()), options);
  const pairs = new Map<QuarterBits, JudgedCount>();
  let unpredicted = 0;
  for (const answer of answers) {
    if (answer === null) continue;
    const [, certainty, , decisions] = answer;
    const verdict = effectiveVerdictOf(decisions);
    if (verdict === null) continue;
    if (certainty === null) unpredicted++;
    else addJudged(pairs, certainty, verdict === 1);
  }
  return { pairs, unpredicted };
}

/** The latest by (time, id), as at the pair's home (S10). */
function effectiveVerdictOf(
  decisions: readonly (readonly [id: string, verdict: 0 | 1, at: number])[],
): 0 | 1 | null {
  let best: readonly [string, 0 | 1, number] | null = null;
  for (const one of decisions) {
    if (best === null || one[2] > best[2] || (one[2] === best[2] && one[0] > best[0])) best = one;
  }
  return best?.[1] ?? null;
}
