/**
 * Scores a pair of digests: one level for each comparison, the sum of their weights, the prior.
 *
 * Of several facts of a name (two phones) the pair of values that weighs most counts. A pair that
 * contradicts itself stays at or below `conflictCertainty` unless an exclusive id agrees.
 */
import { QUARTER_BITS_EVIDENCE_MAX, QUARTER_BITS_MIN } from '../certainty.ts';
import type { QuarterBits } from '../rules.ts';
import { compareHouses, compareLocalities, parseAddress } from './address.ts';
import { compareDates } from './date.ts';
import type { Contribution, Digest, PairScorer, ScoreExplanation } from './digest.ts';
import { describeLevel } from './levels.ts';
import {
  type Comparison,
  type ComparisonModel,
  NOTHING_COMPARED,
  type ScoringModel,
} from './model.ts';
import { compareNames, parseName } from './name.ts';
import {
  compareCategories,
  compareEmails,
  compareIdentifiers,
  comparePhones,
  compareTexts,
} from './plain-values.ts';
import { type Rarity, rarityOf } from './rarity.ts';

interface Parsed {
  readonly text: string;
  readonly value: unknown;
}
/** Parsed facts by comparison (index in the model); empty where the digest has none. */
type ParsedDigest = readonly (readonly Parsed[])[];
type Compare = (left: Parsed, right: Parsed) => Comparison;

interface Prepared {
  readonly model: ComparisonModel;
  readonly compare: Compare;
  readonly parse: (text: string) => unknown;
}

/** Levels of all comparisons of a pair, as learning counts them. */
export interface PairPattern {
  readonly levels: readonly number[];
  readonly isConflict: boolean;
}

export interface ModelScorer extends PairScorer {
  pattern(left: Digest, right: Digest): PairPattern;
}

const STEPS_PER_QUARTER_BIT = 64;

export function scorerOf(model: ScoringModel): ModelScorer {
  return new Scorer(model);
}

class Scorer implements ModelScorer {
  readonly #model: ScoringModel;
  readonly #prepared: readonly Prepared[];
  readonly #names: ReadonlySet<string>;
  readonly #parsed = new WeakMap<Digest, ParsedDigest>();

  constructor(model: ScoringModel) {
    this.#model = model;
    const rarity = rarityOf(model);
    this.#prepared = model.comparisons.map((comparison) => prepare(comparison, rarity));
    this.#names = new Set(model.comparisons.flatMap((comparison) => comparison.facts));
  }

  compares(name: string): boolean {
    return this.#names.has(name);
  }

  score(left: Digest, right: Digest): QuarterBits {
    const total = this.#sum(this.#parse(left), this.#parse(right));
    return this.#certainty(this.#model.prior + total.weight, total);
  }

  evidence(left: Digest, right: Digest): number {
    const total = this.#sum(this.#parse(left), this.#parse(right));
    if (!total.isConflict) return total.weight;
    const most = this.#model.conflictCertainty * STEPS_PER_QUARTER_BIT - this.#model.prior;
    return Math.min(total.weight, most);
  }

  pattern(left: Digest, right: Digest): PairPattern {
    const one = this.#parse(left);
    const two = this.#parse(right);
    let isConflict = false;
    const levels = this.#prepared.map((prepared, index) => {
      const found = best(prepared, one[index] ?? [], two[index] ?? []).comparison;
      isConflict ||= found.isConflict;
      return found.level;
    });
    return { levels, isConflict };
  }

  explain(left: Digest, right: Digest): ScoreExplanation {
    const one = this.#parse(left);
    const two = this.#parse(right);
    const contributions: Contribution[] = [];
    for (const [index, prepared] of this.#prepared.entries()) {
      const found = best(prepared, one[index] ?? [], two[index] ?? []);
      if (found.comparison.level === 0) continue;
      contributions.push({
        name: prepared.model.name,
        level: describeLevel(prepared.model.kind, found.comparison.level),
        left: found.left,
        right: found.right,
        weight: prepared.model.weights[found.comparison.level] ?? 0,
      });
    }
    const sum = this.#sum(one, two);
    const total = this.#model.prior + sum.weight;
    return {
      certainty: this.#certainty(total, sum),
      prior: this.#model.prior,
      total,
      contributions,
    };
  }

  #certainty(total: number, { isConflict, isProven }: Total): QuarterBits {
    const steps = Math.floor(total / STEPS_PER_QUARTER_BIT);
    const most =
      isConflict && !isProven ? this.#model.conflictCertainty : QUARTER_BITS_EVIDENCE_MAX;
    return Math.max(QUARTER_BITS_MIN, Math.min(most, steps));
  }

  #sum(left: ParsedDigest, right: ParsedDigest): Total {
    let weight = 0;
    let isConflict = false;
    let isProven = false;
    for (let index = 0; index < this.#prepared.length; index++) {
      const prepared = this.#prepared[index] as Prepared;
      const one = left[index] as readonly Parsed[];
      const two = right[index] as readonly Parsed[];
      if (one.length === 0 || two.length === 0) continue;
      const found = best(prepared, one, two);
      weight += found.weight;
      isConflict ||= found.comparison.isConflict;
      const level = found.comparison.level;
      isProven ||= prepared.model.exclusive && level >= 1 && level <= 3;
    }
    return { weight, isConflict, isProven };
  }

  #parse(digest: Digest): ParsedDigest {
    const known = this.#parsed.get(digest);
    if (known !== undefined) return known;
    const parsed = this.#prepared.map(({ model, parse }) => {
      const facts: Parsed[] = [];
      for (const [name, text] of digest) {
        if (model.facts.includes(name)) facts.push({ text, value: parse(text) });
      }
      return facts;
    });
    this.#parsed.set(digest, parsed);
    return parsed;
  }
}

interface Total {
  readonly weight: number;
  readonly isConflict: boolean;
  /** An exclusive id agrees. */
  readonly isProven: boolean;
}

interface Best {
  readonly comparison: Comparison;
  readonly weight: number;
  readonly left: string;
  readonly right: string;
}

const NONE: Best = { comparison: NOTHING_COMPARED, weight: 0, left: '', right: '' };

/** The heaviest of all pairs of facts; at equal weights the least level. */
function best(prepared: Prepared, left: readonly Parsed[], right: readonly Parsed[]): Best {
  let found = NONE;
  const { weights } = prepared.model;
  for (const one of left) {
    for (const two of right) {
      const comparison = prepared.compare(one, two);
      if (comparison.level === 0) continue;
      const weight = weights[comparison.level] ?? 0;
      const isBetter =
        found === NONE ||
        weight > found.weight ||
        (weight === found.weight && comparison.level < found.comparison.level);
      if (isBetter) found = { comparison, weight, left: one.text, right: two.text };
    }
  }
  return found;
}

function prepare(model: ComparisonModel, rarity: Rarity): Prepared {
  const kind = model.facts[0] ?? model.name;
  const plain = (compare: (left: string, right: string) => Comparison): Prepared => ({
    model,
    parse: (text) => text,
    compare: (left, right) => compare(left.text, right.text),
  });
  const parsed = <T>(
    parse: (text: string) => T,
    compare: (a: T, b: T) => Comparison,
  ): Prepared => ({
    model,
    parse,
    compare: (left, right) => compare(left.value as T, right.value as T),
  });
  switch (model.kind) {
    case 'person_name':
    case 'organisation_name':
      return parsed((text) => parseName(text, rarity), compareNames);
    case 'date':
      return plain(compareDates);
    case 'locality':
      return parsed((text) => parseAddress(text, rarity), compareLocalities);
    case 'house':
      return parsed((text) => parseAddress(text, rarity), compareHouses);
    case 'phone':
      return plain((left, right) => comparePhones(left, right, kind, rarity));
    case 'email':
      return plain((left, right) => compareEmails(left, right, kind, rarity));
    case 'identifier':
      return plain((left, right) => compareIdentifiers(left, right, kind, rarity, model.exclusive));
    case 'category':
      return plain((left, right) => compareCategories(left, right, kind, rarity));
    case 'text':
      return plain((left, right) => compareTexts(left, right, kind, rarity));
  }
}
