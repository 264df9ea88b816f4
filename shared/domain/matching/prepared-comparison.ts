/**
 * Comparisons of one model, ready to run: facts parsed once a text, levels remembered by pair of texts.
 *
 * Records of one person repeat the same few texts, so most pairs that keys propose have been compared
 * before, in other records. What is remembered is a pure function of the two texts.
 */
import { compareHouses, compareLocalities, parseAddress } from './address.ts';
import { compareDates, parseDate } from './date.ts';
import type { ComparisonModel } from './model.ts';
import {
  compareGivenNames,
  compareNames,
  compareSurnames,
  type ParsedName,
  parseName,
} from './name.ts';
import {
  compareCategories,
  compareEmails,
  compareIdentifiers,
  comparePhones,
  compareTexts,
} from './plain-values.ts';
import type { Rarity } from './rarity.ts';

export interface Parsed {
  /** Never that of another text of this comparison. */
  readonly id: number;
  readonly text: string;
  readonly value: unknown;
}

type Compare = (left: Parsed, right: Parsed) => number;

export interface Prepared {
  readonly model: ComparisonModel;
  /** Level of a pair. Symmetric: words are aligned greedily, from the side with the lesser text. */
  readonly compare: Compare;
  /** The same by ids when it is remembered, else -1. */
  readonly remembered: (left: number, right: number) => number;
  readonly parse: (text: string) => Parsed;
}

/** Texts remembered of a comparison; beyond, all are forgotten. */
const TEXTS_MAX = 200_000;
/** Pairs remembered of a comparison: few at first, for many scorers never meet more. */
const PAIRS_START = 2 ** 8;
const PAIRS_MAX = 2 ** 18;

function remembering(
  model: ComparisonModel,
  parse: (text: string) => unknown,
  compare: Compare,
): Prepared {
  const byText = new Map<string, Parsed>();
  let nextId = 0;
  const pairs = new PairLevels(compare);
  return {
    model,
    parse: (text) => {
      let parsed = byText.get(text);
      if (parsed === undefined) {
        if (byText.size >= TEXTS_MAX) byText.clear();
        parsed = { id: nextId++, text, value: parse(text) };
        byText.set(text, parsed);
      }
      return parsed;
    },
    compare: (left, right) => pairs.levelOf(left, right),
    remembered: (left, right) => pairs.find(left, right),
  };
}

/** Levels by pair of ids, each pair at one slot, which it takes from whichever had it before. */
class PairLevels {
  readonly #compare: Compare;
  #lesser = new Int32Array(PAIRS_START).fill(-1);
  #greater = new Int32Array(PAIRS_START);
  #levels = new Uint8Array(PAIRS_START);
  #misses = 0;

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  levelOf(left: Parsed, right: Parsed): number {
    const known = this.find(left.id, right.id);
    if (known >= 0) return known;
    const isOrdered = left.text <= right.text;
    const level = isOrdered ? this.#compare(left, right) : this.#compare(right, left);
    const slot = this.#slotOf(left.id, right.id);
    this.#lesser[slot] = Math.min(left.id, right.id);
    this.#greater[slot] = Math.max(left.id, right.id);
    this.#levels[slot] = level;
    if (++this.#misses > this.#lesser.length && this.#lesser.length < PAIRS_MAX) this.#grow();
    return level;
  }

  find(left: number, right: number): number {
    const slot = this.#slotOf(left, right);
    const isThere =
      left < right
        ? this.#lesser[slot] === left && this.#greater[slot] === right
        : this.#lesser[slot] === right && this.#greater[slot] === left;
    return isThere ? (this.#levels[slot] as number) : -1;
  }

  /** The same for both orders; multipliers are odd with bits all over (Knuth, TAOCP 3, 6.4). */
  #slotOf(left: number, right: number): number {
    const mixed = Math.imul(left + right, 0x9e3779b1) ^ Math.imul(left ^ right, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.#lesser.length - 1);
  }

  /** Forgets all; amortised by the misses that it took to get here. */
  #grow(): void {
    const slots = this.#lesser.length * 4;
    this.#lesser = new Int32Array(slots).fill(-1);
    this.#greater = new Int32Array(slots);
    this.#levels = new Uint8Array(slots);
    this.#misses = 0;
  }
}

/** Name, given name and surname of one text are one parsed name: comparisons recognise the pair. */
export function rememberedNames(rarity: Rarity): (text: string) => ParsedName {
  const known = new Map<string, ParsedName>();
  return (text) => {
    let name = known.get(text);
    if (name === undefined) {
      if (known.size >= TEXTS_MAX) known.clear();
      name = parseName(text, rarity);
      known.set(text, name);
    }
    return name;
  };
}

export function prepare(
  model: ComparisonModel,
  rarity: Rarity,
  nameOf: (text: string) => ParsedName,
): Prepared {
  const kind = model.facts[0] ?? model.name;
  const plain = (compare: (left: string, right: string) => number): Prepared =>
    remembering(
      model,
      (text) => text,
      (left, right) => compare(left.text, right.text),
    );
  const parsed = <T>(parse: (text: string) => T, compare: (a: T, b: T) => number): Prepared =>
    remembering(model, parse, (left, right) => compare(left.value as T, right.value as T));
  switch (model.kind) {
    case 'person_name':
    case 'organisation_name':
      return parsed(nameOf, compareNames);
    case 'given_name':
      return parsed(nameOf, compareGivenNames);
    case 'surname':
      return parsed(nameOf, compareSurnames);
    case 'date':
      return parsed(parseDate, compareDates);
    case 'locality':
      return parsed((text) => parseAddress(text, rarity), compareLocalities);
    case 'house':
      return parsed((text) => parseAddress(text, rarity), compareHouses);
    case 'phone':
      return plain((left, right) => comparePhones(left, right, kind, rarity));
    case 'email':
      return plain((left, right) => compareEmails(left, right, kind, rarity));
    case 'identifier':
      return plain((left, right) => compareIdentifiers(left, right, kind, rarity));
    case 'category':
      return plain((left, right) => compareCategories(left, right, kind, rarity));
    case 'text':
      return plain((left, right) => compareTexts(left, right, kind, rarity));
  }
}
