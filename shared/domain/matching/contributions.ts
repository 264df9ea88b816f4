/**
 * What a certainty is made of: terms that add up to it exactly.
 *
 *  C1 the parts of a bit of all terms add up to the certainty: rounding to whole quarter bits and the
 *     cap of evidence are terms of their own;
 *  C2 so do their quarter bits: each is the difference of rounded running sums, hence within one of
 *     what the term weighs by itself.
 */
import { WEIGHT_STEPS } from './model.ts';
import type { ScoreExplanation } from './digest.ts';
import type { QuarterBits } from '../quarter-bits.ts';

export type TermKind =
  /** Before anything was compared. */
  | 'prior'
  /** What the likelier alternative (a household, an organisation) changes of the prior. */
  | 'alternative'
  /** The level that a comparison ended at, at usual rarity. */
  | 'comparison'
  /** How much rarer or more common than usual the value agreed on is. */
  | 'term_frequency'
  /** The certainty that a namespace declares. */
  | 'declared'
  /** What days with other persons take from a device's declared certainty. */
  | 'device_days'
  /** A steward's decision. */
  | 'decision'
  /** Down to a whole quarter bit. */
  | 'rounding'
  /** Evidence proves or rules out no more than this. */
  | 'cap'
  /** The edge still stands as it was before the latest evidence: being settled. */
  | 'pending';

export interface Term {
  readonly kind: TermKind;
  /** The comparison, namespace, alternative or decision; may be empty. */
  readonly name: string;
  /** Comparisons: the level, e.g. `swapped day and month`; else empty. */
  readonly level: string;
  /** Log-odds in 1/256 bits. */
  readonly steps: number;
  /** Its part of the certainty in whole quarter bits. */
  readonly quarterBits: QuarterBits;
}

type Unrounded = Omit<Term, 'quarterBits'>;

const STEPS_PER_QUARTER_BIT = WEIGHT_STEPS / 4;

/** The terms of a score, then those that lead to `certainty` where the edge still has another. */
export function scoreTerms(score: ScoreExplanation, certainty: QuarterBits): readonly Term[] {
  const terms: Unrounded[] = [term('prior', '', score.strangersPrior)];
  if (score.alternative !== 'strangers') {
    terms.push(term('alternative', score.alternative, score.prior - score.strangersPrior));
  }
  for (const { name, level, weight, rarityWeight } of score.contributions) {
    terms.push(term('comparison', name, weight - rarityWeight, level));
    if (rarityWeight !== 0) terms.push(term('term_frequency', name, rarityWeight, level));
  }
  const whole = Math.floor(score.total / STEPS_PER_QUARTER_BIT) * STEPS_PER_QUARTER_BIT;
  terms.push(term('rounding', '', whole - score.total));
  terms.push(term('cap', '', score.certainty * STEPS_PER_QUARTER_BIT - whole));
  return settledTerms(terms, score.certainty, certainty);
}

/** The terms of what a namespace declares; `days`: what a device's other persons take from it. */
export function declaredTerms(
  namespace: string,
  declared: QuarterBits,
  days: QuarterBits,
  certainty: QuarterBits,
): readonly Term[] {
  const terms = [
    term('declared', namespace, declared * STEPS_PER_QUARTER_BIT),
    term('device_days', namespace, days * STEPS_PER_QUARTER_BIT),
  ];
  return settledTerms(terms, declared + days, certainty);
}

/** The one term of a decision. */
export function decisionTerms(decisionId: string, certainty: QuarterBits): readonly Term[] {
  return inQuarterBits([term('decision', decisionId, certainty * STEPS_PER_QUARTER_BIT)]);
}

function settledTerms(
  terms: readonly Unrounded[],
  current: QuarterBits,
  certainty: QuarterBits,
): readonly Term[] {
  const pending = term('pending', '', (certainty - current) * STEPS_PER_QUARTER_BIT);
  const told = [...terms, pending].filter(
    ({ kind, steps }) => steps !== 0 || kind === 'comparison' || kind === 'declared',
  );
  return inQuarterBits(told);
}

function term(kind: TermKind, name: string, steps: number, level = ''): Unrounded {
  return { kind, name, level, steps };
}

/** Nearest whole quarter bit of the running sum, which ends at a whole one: nothing is left over. */
function inQuarterBits(terms: readonly Unrounded[]): readonly Term[] {
  let sum = 0;
  let told = 0;
  return terms.map((entry) => {
    sum += entry.steps;
    const rounded = Math.floor((sum + STEPS_PER_QUARTER_BIT / 2) / STEPS_PER_QUARTER_BIT);
    const quarterBits = rounded - told;
    told = rounded;
    return { ...entry, quarterBits };
  });
}
