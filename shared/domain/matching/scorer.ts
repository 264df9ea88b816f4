/**
 * Scores a pair of digests: one level for each comparison, the sum of their weights, the prior.
 *
 * Of several facts of a name (two phones) the pair of values that weighs most counts.
 *
 * A pair is weighed against several alternatives: that the two are strangers; that they are members
 * of one household, who share surname, address and phone as a matter of course; and, where both have
 * the name of an organisation, that they are two sites of one, which share name and phone and differ
 * in their addresses. The least of the sums counts, so household facts are one piece of evidence
 * however many there are, and so are those that an organisation has everywhere.
 */
import { QUARTER_BITS_EVIDENCE_MAX, QUARTER_BITS_MIN } from '../certainty.ts';
import type { QuarterBits } from '../quarter-bits.ts';
import {
  type Alternative,
  type Contribution,
  type Digest,
  type DigestComparer,
  factsIn,
  type PairScorer,
  type ScoreExplanation,
} from './digest.ts';
import { describeLevel, usualLevel } from './levels.ts';
import { type ComparisonModel, CONTACTS, NOTHING_COMPARED, type ScoringModel } from './model.ts';
import { withGeneration } from './one-generation.ts';
import { type Parsed, prepare, type Prepared, rememberedNames } from './prepared-comparison.ts';
import { rarityOf } from './rarity.ts';

interface ParsedDigest {
  readonly id: number;
  readonly digest: Digest;
  /** By comparison (index in the model); empty where the digest has none. */
  readonly facts: Facts;
}
type Facts = readonly (readonly Parsed[])[];
const NO_FACTS: readonly Parsed[] = [];

export interface ModelScorer extends PairScorer {
  /** Levels of all comparisons of a pair, as learning counts them. */
  levels(left: Digest, right: Digest): number[];
}

const STEPS_PER_QUARTER_BIT = 64;
/** The level of values that have nothing in common; kinds with combined levels have none such. */
const DIFFERENT = 'different';
/** What is remembered of digests and pairs is a pure function of them; bounds keep it small. */
const DIGESTS_MAX = 200_000;
const PAIRS_MAX = 1_000_000;
/** More than digests ever get ids in one process; products stay exact. */
const IDS = 2 ** 26;

export function scorerOf(model: ScoringModel): ModelScorer {
  return new Scorer(model);
}

class Scorer implements ModelScorer {
  readonly #model: ScoringModel;
  readonly #prepared: readonly Prepared[];
  /** Comparisons that read a fact, by its name. */
  readonly #readBy = new Map<string, readonly number[]>();
  readonly #parsed = new Map<Digest, ParsedDigest>();
  readonly #weighed = new Map<number, Weighed>();
  /** Levels of the pair compared last, by comparison. */
  readonly #levels: Uint8Array;
  #nextId = 0;

  constructor(model: ScoringModel) {
    this.#model = model;
    const rarity = rarityOf(model);
    const nameOf = rememberedNames(rarity);
    this.#prepared = model.comparisons.map((comparison) => prepare(comparison, rarity, nameOf));
    this.#levels = new Uint8Array(this.#prepared.length);
    for (const [index, { facts }] of model.comparisons.entries()) {
      for (const name of facts) this.#readBy.set(name, [...(this.#readBy.get(name) ?? []), index]);
    }
  }

  compares(name: string): boolean {
    return this.#readBy.has(name);
  }

  differ(name: string, left: string, right: string): boolean {
    if (left === right) return false;
    const prepared = this.#prepared.find(({ model }) => model.facts.includes(name));
    if (prepared === undefined) return true;
    const { compare, parse, model } = prepared;
    return describeLevel(model.kind, compare(parse(left), parse(right))) === DIFFERENT;
  }

  score(left: Digest, right: Digest): QuarterBits {
    const { strangers, others } = this.#weigh(this.#parse(left), this.#parse(right));
    return certaintyOf(Math.min(this.#model.prior + strangers, others));
  }

  over(digests: readonly Digest[]): DigestComparer {
    const facts = digests.map((digest) => this.#parseFacts(digest));
    const ids = idsOf(facts, this.#prepared.length);
    const choices = Uint8Array.from(facts, (own) => (own.some(({ length }) => length > 1) ? 1 : 0));
    const certainty = ({ strangers, others }: Weighed): QuarterBits =>
      certaintyOf(Math.min(this.#model.prior + strangers, others));
    const levels = (one: number, two: number): Uint8Array => {
      this.#compareKnown(ids, facts, one, two);
      return this.#levels;
    };
    return {
      score: (one, two) => certainty(this.#weighLevels(levels(one, two))),
      levels,
      scoreOfLevels: (found) => certainty(this.#weighLevels(found)),
      hasChoice: (one) => choices[one] === 1,
    };
  }

  /** As `#compare`, by what is remembered where it can: reads few places in memory. */
  #compareKnown(ids: Int32Array, facts: readonly Facts[], one: number, two: number): void {
    const levels = this.#levels;
    const width = levels.length;
    for (let index = 0; index < width; index++) {
      const left = ids[one * width + index] as number;
      const right = ids[two * width + index] as number;
      let level = NOTHING_COMPARED;
      if (left !== NO_FACT && right !== NO_FACT) {
        const prepared = this.#prepared[index] as Prepared;
        level = left < 0 || right < 0 ? -1 : prepared.remembered(left, right);
        if (level < 0) {
          const [lefts, rights] = [facts[one] as Facts, facts[two] as Facts];
          level = bestLevel(prepared, lefts[index] ?? NO_FACTS, rights[index] ?? NO_FACTS);
        }
      }
      levels[index] = level;
    }
  }

  logOdds(left: Digest, right: Digest): number {
    return this.#logOdds(this.#weigh(this.#parse(left), this.#parse(right)));
  }

  logOddsTogether(left: readonly Digest[], right: readonly Digest[]): number {
    return this.#logOdds(this.#compute(this.#merged(left), this.#merged(right)));
  }

  #merged(digests: readonly Digest[]): Facts {
    const parsed = digests.map((digest) => this.#parse(digest).facts);
    return this.#prepared.map((_, index) => {
      const byText = new Map<string, Parsed>();
      for (const facts of parsed) {
        for (const fact of facts[index] as readonly Parsed[]) byText.set(fact.text, fact);
      }
      if (byText.size === 0) return NO_FACTS;
      return withGeneration([...byText.values()], this.#prepared[index] as Prepared);
    });
  }

  #logOdds(weighed: Weighed): number {
    if (weighed === NOTHING_WEIGHED) return 0;
    // Members of a cluster are no random pairs: half of the prior is what the real sets bore out.
    const prior = Math.floor(this.#model.prior / 2);
    return Math.min(prior + weighed.strangers, weighed.others);
  }

  levels(left: Digest, right: Digest): number[] {
    this.#compare(this.#parse(left).facts, this.#parse(right).facts);
    return Array.from(this.#levels);
  }

  explain(left: Digest, right: Digest): ScoreExplanation {
    const [one, two] = inOrder(this.#parse(left), this.#parse(right));
    const { strangers, others, isSites } = this.#compute(one.facts, two.facts);
    const isOther = others < this.#model.prior + strangers;
    const total = isOther ? others : this.#model.prior + strangers;
    const other = isSites ? 'sites of one organisation' : 'one household';
    const alternative = isOther ? other : 'strangers';
    const contributions: Contribution[] = [];
    let contact = 0;
    let alone = this.#areContactsAlone() ? CONTACTS_ALONE : 0;
    for (const [index, prepared] of this.#prepared.entries()) {
      const found = best(prepared, one.facts[index] ?? [], two.facts[index] ?? []);
      if (found.level === NOTHING_COMPARED) continue;
      const { name, kind } = prepared.model;
      const weights = weightsAgainst(alternative, prepared.model);
      let weight = weights[found.level] ?? 0;
      let rarityWeight = weight - (weights[usualLevel(kind, found.level)] ?? 0);
      if (alternative === 'one household' && weight > 0 && CONTACTS.has(kind)) {
        const added = Math.max(0, weight - contact);
        contact = Math.max(contact, weight);
        // What another contact has said before is not said again.
        if (added < weight) [weight, rarityWeight] = [added, 0];
        weight += alone;
        alone = 0;
      }
      const level = describeLevel(kind, found.level);
      const { left: leftText, right: rightText } = found;
      const texts = { left: leftText, right: rightText };
      contributions.push({ name, level, ...texts, weight, rarityWeight });
    }
    const prior = priorAgainst(alternative, this.#model);
    const strangersPrior = this.#model.prior;
    const certainty = certaintyOf(total);
    return { certainty, alternative, prior, strangersPrior, total, contributions };
  }

  /** Whether nothing but contacts could be compared of the pair compared last. */
  #areContactsAlone(): boolean {
    return this.#prepared.every(
      ({ model }, index) => this.#levels[index] === NOTHING_COMPARED || CONTACTS.has(model.kind),
    );
  }

  /** What is known of a pair, remembered. */
  #weigh(left: ParsedDigest, right: ParsedDigest): Weighed {
    const pair = left.id < right.id ? left.id * IDS + right.id : right.id * IDS + left.id;
    const known = this.#weighed.get(pair);
    if (known !== undefined) return known;
    const weighed = this.#compute(left.facts, right.facts);
    if (this.#weighed.size >= PAIRS_MAX) this.#weighed.clear();
    this.#weighed.set(pair, weighed);
    return weighed;
  }

  #compute(left: Facts, right: Facts): Weighed {
    this.#compare(left, right);
    return this.#weighLevels(this.#levels);
  }

  /** Symmetric, since every comparison is. */
  #compare(left: Facts, right: Facts): void {
    const levels = this.#levels;
    for (let index = 0; index < levels.length; index++) {
      const one = left[index] as readonly Parsed[];
      const two = right[index] as readonly Parsed[];
      levels[index] =
        one.length === 0 || two.length === 0
          ? NOTHING_COMPARED
          : bestLevel(this.#prepared[index] as Prepared, one, two);
    }
  }

  #weighLevels(levels: Uint8Array): Weighed {
    const { relativePrior, sitePrior } = this.#model;
    let strangers = 0;
    let relatives = relativePrior;
    let sites = sitePrior;
    let contact = 0;
    let isCompared = false;
    let isContactsAlone = true;
    let isOrganisation = false;
    for (let index = 0; index < levels.length; index++) {
      const level = levels[index] as number;
      if (level === NOTHING_COMPARED) continue;
      const { model } = this.#prepared[index] as Prepared;
      isCompared = true;
      if (!CONTACTS.has(model.kind)) isContactsAlone = false;
      if (model.kind === 'organisation_name') isOrganisation = true;
      strangers += model.weights[level] ?? 0;
      const relative = model.relativeWeights[level] ?? 0;
      if (relative > 0 && CONTACTS.has(model.kind)) {
        const told = contact;
        contact = Math.max(contact, relative);
        relatives += contact - told;
      } else {
        relatives += relative;
      }
      sites += model.siteWeights[level] ?? 0;
    }
    if (!isCompared) return NOTHING_WEIGHED;
    if (isContactsAlone && contact > 0) relatives += CONTACTS_ALONE;
    const isSites = isOrganisation && sites < relatives;
    return { strangers, others: isSites ? sites : relatives, isSites };
  }

  #parse(digest: Digest): ParsedDigest {
    let parsed = this.#parsed.get(digest);
    if (parsed === undefined) {
      if (this.#parsed.size >= DIGESTS_MAX) this.#parsed.clear();
      parsed = { id: this.#nextId++, digest, facts: this.#parseFacts(digest) };
      this.#parsed.set(digest, parsed);
    }
    return parsed;
  }

  #parseFacts(digest: Digest): Facts {
    const facts: (readonly Parsed[])[] = this.#prepared.map(() => NO_FACTS);
    for (const [name, text] of factsIn(digest)) {
      for (const index of this.#readBy.get(name) ?? []) {
        const fact = (this.#prepared[index] as Prepared).parse(text);
        const known = facts[index] as readonly Parsed[];
        facts[index] = known === NO_FACTS ? [fact] : [...known, fact];
      }
    }
    return facts.map((own, index) => withGeneration(own, this.#prepared[index] as Prepared));
  }
}

/**
 * Beside a household, in 1/256 bits: what a contact that agrees tells more of a record that gives nothing
 * else. Such a record is a visit or a call: it is of whoever uses the mailbox or the phone, and most
 * are used by one person. As members of a household come into it where they give their names.
 */
const CONTACTS_ALONE = 128;

const NO_FACT = -1;
const SEVERAL_FACTS = -2;

/** By digest, then comparison: the id of its only fact. */
function idsOf(facts: readonly Facts[], width: number): Int32Array {
  const ids = new Int32Array(facts.length * width).fill(NO_FACT);
  for (const [place, own] of facts.entries()) {
    for (const [index, { length, 0: first }] of own.entries()) {
      if (first !== undefined) ids[place * width + index] = length > 1 ? SEVERAL_FACTS : first.id;
    }
  }
  return ids;
}

/** Whoever asks, the same side comes first. */
function inOrder(left: ParsedDigest, right: ParsedDigest): [ParsedDigest, ParsedDigest] {
  return left.digest <= right.digest ? [left, right] : [right, left];
}

function certaintyOf(total: number): QuarterBits {
  const steps = Math.floor(total / STEPS_PER_QUARTER_BIT);
  return Math.max(QUARTER_BITS_MIN, Math.min(QUARTER_BITS_EVIDENCE_MAX, steps));
}

/** Log-odds in 1/256 bits: against strangers without the prior, against the likeliest other with it. */
interface Weighed {
  readonly strangers: number;
  readonly others: number;
  /** The likeliest other are two sites of one organisation. */
  readonly isSites: boolean;
}

const NOTHING_WEIGHED: Weighed = {
  strangers: 0,
  others: Number.POSITIVE_INFINITY,
  isSites: false,
};

function weightsAgainst(alternative: Alternative, model: ComparisonModel): readonly number[] {
  if (alternative === 'strangers') return model.weights;
  return alternative === 'one household' ? model.relativeWeights : model.siteWeights;
}

function priorAgainst(alternative: Alternative, model: ScoringModel): number {
  if (alternative === 'strangers') return model.prior;
  return alternative === 'one household' ? model.relativePrior : model.sitePrior;
}

interface Best {
  readonly level: number;
  readonly left: string;
  readonly right: string;
}

const NONE: Best = { level: NOTHING_COMPARED, left: '', right: '' };

/** The level of `best`; mostly each side has one fact, and nothing to choose from. */
function bestLevel(prepared: Prepared, left: readonly Parsed[], right: readonly Parsed[]): number {
  const one = left[0];
  const two = right[0];
  if (one === undefined || two === undefined) return NOTHING_COMPARED;
  if (left.length > 1 || right.length > 1) return best(prepared, left, right).level;
  return prepared.compare(one, two);
}

/** The heaviest of all pairs of facts; at equal weights the least level. */
function best({ compare, model }: Prepared, left: readonly Parsed[], right: readonly Parsed[]) {
  let found = NONE;
  let most = 0;
  for (const one of left) {
    for (const two of right) {
      const level = compare(one, two);
      if (level === NOTHING_COMPARED) continue;
      const weight = (model.weights[level] ?? 0) + (model.relativeWeights[level] ?? 0);
      const isBetter = found === NONE || weight > most || (weight === most && level < found.level);
      if (!isBetter) continue;
      found = { level, left: one.text, right: two.text };
      most = weight;
    }
  }
  return found;
}
