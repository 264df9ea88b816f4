/**
 * What the measurements send: people who log in, click in mails and browse on a device.
 *
 * A person is known by a login, an e-mail address and a device, and makes three kinds of
 * interaction, each with two or three identifiers. An interaction is *known* when one of the same
 * person and kind was ingested before, on the same day: profile, identifiers and day are then in
 * the state already, and what is left to do is what every repeat of a customer's habits costs. On
 * the next day counts of days change as well; that is measured apart.
 */
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { createRandom, type Random } from '../support/random.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 5);
/** Login with everything, browsing while logged in, a click in a mail. */
const KINDS = 3;

export type Identifier = { readonly namespace: string; readonly value: string };

export const loginOf = (person: number): Identifier => ({
  namespace: 'user_id',
  value: `u${String(person).padStart(8, '0')}`,
});

export const emailOf = (person: number): Identifier => ({
  namespace: 'email',
  value: `person.${person}@mail${person % 50}.example`,
});

export const phoneOf = (person: number): Identifier => ({
  namespace: 'phone',
  value: `+614${String(person).padStart(8, '0')}`,
});

export const deviceOf = (person: number): Identifier => ({
  namespace: 'device_id',
  value: `d-${(person * 2_654_435_761).toString(16).padStart(14, '0')}`,
});

function identifiersOf(person: number, kind: number): Identifier[] {
  if (kind === 0) return [loginOf(person), emailOf(person), deviceOf(person)];
  if (kind === 1) return [loginOf(person), deviceOf(person)];
  return [emailOf(person), deviceOf(person)];
}

/** Source of interactions in which the first `persons` people are known. Repeatable by its seed. */
export class Workload {
  readonly persons: number;
  readonly #random: Random;
  #nextPerson: number;
  #nextInteraction = 0;

  constructor(persons: number, seed = 1) {
    this.persons = persons;
    this.#nextPerson = persons;
    this.#random = createRandom(seed);
  }

  /** Every person once in every kind: afterwards all of them are known. In no order of persons. */
  *load(): Generator<InteractionInput> {
    const order = this.#random.shuffle(
      Array.from({ length: this.persons * KINDS }, (_, index) => index),
    );
    for (const index of order) {
      yield this.#interaction(Math.floor(index / KINDS), index % KINDS, 0);
    }
  }

  /** `count` interactions, of which the given share (0..1) is known, on the load's day or later. */
  stream(count: number, knownShare: number, day = 0): InteractionInput[] {
    return Array.from({ length: count }, () => {
      const kind = this.#random.below(KINDS);
      const isKnown = this.#random.chance(knownShare);
      const person = isKnown ? this.#random.below(this.persons) : this.#nextPerson++;
      return this.#interaction(person, kind, isKnown ? day : 0);
    });
  }

  /** `count` look-ups by login or e-mail address, one in twenty of somebody unknown. */
  questions(count: number, form: 'logins' | 'mixed'): Identifier[] {
    return Array.from({ length: count }, () => {
      const isKnown = this.#random.chance(0.95);
      const person = this.#random.below(this.persons) + (isKnown ? 0 : 50_000_000);
      return form === 'mixed' && this.#random.chance(0.5) ? emailOf(person) : loginOf(person);
    });
  }

  #interaction(person: number, kind: number, day: number): InteractionInput {
    const index = this.#nextInteraction++;
    return {
      source: 'web',
      interactionId: `${this.persons}-${index}`,
      revision: 1,
      type: kind === 2 ? 'mail_click' : 'page_view',
      channel: kind === 2 ? 'email' : 'web',
      occurredAt: FIRST_DAY + day * DAY_MS + (index % 80_000_000),
      parties: [{ role: 'subject', identifiers: identifiersOf(person, kind) }],
      propertiesJson: '{"path":"/products/4711","referrer":"search"}',
    };
  }
}

/** Consecutive parts of at most `size`. */
export function batchesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const batches: Item[][] = [];
  for (let start = 0; start < items.length; start += size) {
    batches.push(items.slice(start, start + size));
  }
  return batches;
}
